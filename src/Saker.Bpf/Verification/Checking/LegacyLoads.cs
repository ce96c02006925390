using Saker.Bpf.Verification.States;

namespace Saker.Bpf.Verification.Checking;

/// <summary>Loads from the packet in the legacy way, which take the context in r6 and end the program where there is nothing (<c>check_ld_abs</c>).</summary>
internal sealed class LegacyLoads(VerifierEnvironment environment, MemoryChecker memory, ExitChecker exits, FunctionReturns returns)
{
    private const int ContextRegister = 6;

    /// <summary>Checks a load.</summary>
    public void Check(in BpfInstruction slot, InstructionDescription description)
    {
        if (!ProgramRules.MayLoadPacket(environment.Options.Type))
        {
            environment.Refuse(VerifierRule.LegacyPacketLoad, $"programs of type {environment.Options.Type.KernelName()} cannot read the packet in the legacy way");
        }

        environment.Read(ContextRegister);
        exits.RequireNothingHeld("a load from the packet, which may end the program,");
        RegisterState context = environment.State.Register(ContextRegister);
        if (context.Kind != RegisterKind.Context)
        {
            environment.Refuse(VerifierRule.LegacyPacketLoad, $"r6 holds {context}, and a load from the packet in the legacy way takes the context there");
        }

        if (description.Form == InstructionForm.PacketIndirect)
        {
            environment.Read(slot.Source);
        }

        memory.RequireUnmodified(ContextRegister, context);
        environment.ClearCallerSaved();
        environment.Write(0, RegisterState.Unknown);
        int next = environment.Code.Next(environment.Instruction);
        if (environment.State.Depth == 0)
        {
            environment.State.Instruction = next;
            return;
        }

        // Where there is nothing, the function that was called ends and returns 0.
        environment.Push(next);
        environment.Write(0, RegisterState.Constant(0));
        returns.Return();
    }
}
