using Saker.Bpf.Verification.Flow;
using Saker.Bpf.Verification.States;

namespace Saker.Bpf.Verification.Checking;

/// <summary>The end of the program, and of functions that are verified for themselves.</summary>
internal sealed class ExitChecker(VerifierEnvironment environment)
{
    /// <summary>Refuses to go on where something is held.</summary>
    /// <param name="what">What would be done.</param>
    public void RequireNothingHeld(string what)
    {
        if (environment.State.LockCount > 0)
        {
            environment.Refuse(VerifierRule.SpinLock, $"{what} would leave a spin lock held", "release it with bpf_spin_unlock on every path");
        }

        RequireReleased(what);
    }

    /// <summary>Refuses the end of the outermost function where something was not released.</summary>
    public void RequireReleased(string what)
    {
        HeldReferences held = environment.State.References;
        if (environment.State.Depth == 0 && held.Count > environment.State.LockCount)
        {
            HeldReference leaked = held.All[0].IsLock ? held.All[1] : held.All[0];
            environment.Refuse(
                VerifierRule.ReferenceLeak, $"{what} would leave behind what was acquired at instruction {leaked.Instruction}", "release it on every path, or compare it with 0 where it was not got");
        }
    }

    /// <summary>Checks what the program, or a global function, returns.</summary>
    public void CheckResult()
    {
        environment.Read(0);
        RegisterState result = environment.State.Register(0);
        if (environment.IsSecret(result))
        {
            environment.Refuse(VerifierRule.PointerLeak, $"r0 holds {result}, and returning an address is for those with privileges");
        }

        FunctionInfo function = environment.Code.Functions[environment.State.Current.Function];
        if (function.Number > 0)
        {
            if (!result.IsScalar)
            {
                environment.Refuse(VerifierRule.ReturnValue, $"the global function {function.Name} returns {result}, and it must return a number");
            }

            return;
        }

        if (ProgramRules.ResultOf(environment.Options.Type, environment.Options.AttachType) is not { } range)
        {
            return;
        }

        if (!result.IsScalar)
        {
            environment.Refuse(VerifierRule.ReturnValue, $"the program returns {result}, and it must return a number");
        }

        environment.Precision.MarkRegister(0);
        if (result.Value.SignedMinimum < range.Minimum || result.Value.SignedMaximum > range.Maximum)
        {
            environment.Refuse(
                VerifierRule.ReturnValue,
                $"the program returns {result}, and programs of type {environment.Options.Type.KernelName()} must return {range.Minimum} to {range.Maximum}");
        }
    }
}
