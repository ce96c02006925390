using Saker.Bpf.Verification.Flow;
using Saker.Bpf.Verification.States;

namespace Saker.Bpf.Verification.Checking;

/// <summary>Calls of functions of the program.</summary>
internal sealed class FunctionCalls(VerifierEnvironment environment, HelperMemory memory, HelperCalls helpers, MemoryChecker access)
{
    /// <summary>Checks a call: the path goes on in the function, or behind the call if the function is verified for itself.</summary>
    public void Call()
    {
        FunctionInfo function = environment.Code.FunctionAt(environment.Code.TargetOf(environment.Instruction)!.Value);
        if (function.IsGlobal)
        {
            CallGlobal(function);
            return;
        }

        VerifierState state = environment.State;
        if (state.Depth + 1 == VerifierState.MaximumFrames)
        {
            environment.Refuse(
                VerifierRule.CallDepth, $"{VerifierState.MaximumFrames} functions are running, and one more would be called", "call less deeply, and do not let a function call itself");
        }

        FrameState callee = state.Enter(function.Number, environment.Instruction);
        state.Frame(state.Depth - 1).Registers.AsSpan(1, 5).CopyTo(callee.Registers.AsSpan(1, 5));
        state.OwnFrame(state.Depth - 1).Registers.AsSpan(0, 6).Clear();
        state.Instruction = function.Start;
    }

    private void CallGlobal(FunctionInfo function)
    {
        if (environment.State.LockCount > 0)
        {
            environment.Refuse(VerifierRule.CallUnderLock, $"the global function {function.Name} is called while a lock is held", "make it static");
        }

        for (int i = 0; i < function.Arguments.Length; i++)
        {
            CheckArgument(function, i + 1, function.Arguments[i]);
        }

        function.IsCalled = true;
        if (function.ChangesPacket)
        {
            helpers.ForgetPacket();
        }

        environment.ClearCallerSaved();
        environment.Write(0, RegisterState.Unknown);
        environment.State.Instruction = environment.Code.Next(environment.Instruction);
    }

    private void CheckArgument(FunctionInfo function, int register, FunctionArgument argument)
    {
        RegisterState state = environment.State.Register(register);
        string name = VerifierEnvironment.NameOf(register);
        switch (argument.Kind)
        {
            case FunctionArgumentKind.Number when !state.IsScalar:
                environment.Refuse(VerifierRule.GlobalFunction, $"the global function {function.Name} takes a number in {name}, which holds {state}");
                break;
            case FunctionArgumentKind.Context:
                if (state.Kind != RegisterKind.Context)
                {
                    environment.Refuse(VerifierRule.GlobalFunction, $"the global function {function.Name} takes the context in {name}, which holds {state}");
                }

                access.RequireUnmodified(register, state);
                break;
            case FunctionArgumentKind.Memory when !state.IsZero:
                CheckMemory(register, state, argument);
                break;
            case FunctionArgumentKind.Unsupported:
                environment.Refuse(VerifierRule.GlobalFunction, $"the global function {function.Name} takes something in {name} that a global function cannot take");
                break;
        }

        if (argument.Kind == FunctionArgumentKind.Memory && !argument.MayBeNull && state.MayBeNull)
        {
            environment.Refuse(VerifierRule.PossibleNull, $"the global function {function.Name} takes memory in {name}, which holds {state}", "compare it with 0 first");
        }
    }

    /// <summary>The memory has to be there where it is not null; that it may be is the function's business.</summary>
    private void CheckMemory(int register, in RegisterState state, FunctionArgument argument)
    {
        if (state.MayBeNull)
        {
            NullChecks.MarkNotNull(environment, ref environment.State.OwnRegister(register));
        }

        memory.Check(register, argument.Size, isWrite: false, mayBeEmpty: true, null);
        memory.Check(register, argument.Size, isWrite: true, mayBeEmpty: true, null);
        environment.Write(register, state);
    }
}
