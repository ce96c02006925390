using Saker.Bpf.Verification.States;
using Saker.Bpf.Verification.Walking;

namespace Saker.Bpf.Verification.Checking;

/// <summary>Ends of functions that were called (<c>prepare_func_exit</c>).</summary>
internal sealed class FunctionReturns(VerifierEnvironment environment, CheckpointTable checkpoints)
{
    /// <summary>The greatest number that a callback may return: that it is not to be called again.</summary>
    private const int MostOfCallback = 1;

    /// <summary>Checks the end of a function that was called: the path goes on behind the call, or, of a callback, at the call again.</summary>
    public void Return()
    {
        VerifierState state = environment.State;
        RegisterState result = state.Register(0);
        FrameState callee = state.Current;
        if (result.Kind == RegisterKind.Stack)
        {
            environment.Refuse(VerifierRule.StackPointerEscape, "a function returns a place on the stack");
        }

        if (callee.IsCallback)
        {
            if (!result.IsScalar)
            {
                environment.Refuse(VerifierRule.Callback, $"a callback returns {result}, and it must return a number");
            }

            environment.Precision.MarkRegister(0);
            if (result.Value.SignedMinimum < 0 || result.Value.SignedMaximum > MostOfCallback)
            {
                environment.Refuse(VerifierRule.Callback, $"a callback returns {result}, and it must return 0 to {MostOfCallback}");
            }

            state.Leave();
            state.Instruction = callee.CallSite;
            checkpoints.Widen(state, callee.CallSite, state.CheckpointDepth);
            return;
        }

        state.Leave();
        state.OwnRegister(0) = result;
        state.Instruction = callee.CallSite + 1;
    }
}
