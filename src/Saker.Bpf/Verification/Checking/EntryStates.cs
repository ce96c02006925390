using Saker.Bpf.Verification.Flow;
using Saker.Bpf.Verification.States;

namespace Saker.Bpf.Verification.Checking;

/// <summary>What is known at the beginning of the program, and of functions that are verified for themselves.</summary>
internal static class EntryStates
{
    /// <summary>The state at the beginning of a function.</summary>
    public static VerifierState Of(FunctionInfo function, VerifierEnvironment environment)
    {
        VerifierState state = new(function.Number) { Instruction = function.Start, FirstInstruction = function.Start };
        if (function.Number == 0)
        {
            state.OwnRegister(1) = RegisterState.Pointer(RegisterKind.Context);
            return state;
        }

        for (int i = 0; i < function.Arguments.Length; i++)
        {
            FunctionArgument argument = function.Arguments[i];
            state.OwnRegister(i + 1) = argument.Kind switch
            {
                FunctionArgumentKind.Context => RegisterState.Pointer(RegisterKind.Context),
                FunctionArgumentKind.Memory when argument.MayBeNull =>
                    RegisterState.Pointer(RegisterKind.Memory, RegisterTraits.MaybeNull) with { Extent = argument.Size, Id = environment.NewId() },
                FunctionArgumentKind.Memory => RegisterState.Pointer(RegisterKind.Memory) with { Extent = argument.Size },
                FunctionArgumentKind.Number => RegisterState.Unknown,
                _ => default,
            };
        }

        return state;
    }
}
