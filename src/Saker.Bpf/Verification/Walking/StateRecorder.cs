using System.Collections.Immutable;
using Saker.Bpf.Verification.States;

namespace Saker.Bpf.Verification.Walking;

/// <summary>Writes down what registers hold, for those who want to know it of each instruction.</summary>
internal static class StateRecorder
{
    /// <summary>Writes down the state before an instruction.</summary>
    public static void Record(RecordedStates records, VerifierState state) => records.Add(state.Instruction, Of(state));

    /// <summary>What the registers of the function that runs hold, apart from those that hold nothing.</summary>
    public static ImmutableArray<RecordedRegister> Of(VerifierState state)
    {
        ImmutableArray<RecordedRegister>.Builder registers = ImmutableArray.CreateBuilder<RecordedRegister>(BpfInstruction.RegisterCount);
        for (int i = 0; i < BpfInstruction.RegisterCount; i++)
        {
            ref readonly RegisterState register = ref state.Register(i);
            if (register.IsInitialized)
            {
                registers.Add(new RecordedRegister(i, register.IsScalar, register.Value, register.IsScalar ? 0 : register.Offset, register.ToString()));
            }
        }

        return registers.DrainToImmutable();
    }
}
