using Saker.Bpf.Verification.Explanation;
using Saker.Bpf.Verification.States;

namespace Saker.Bpf.Verification.Flow;

/// <summary>Adds up the stacks of functions that run at a time, when it is known what each one uses (<c>check_max_stack_depth</c>, for compiled programs).</summary>
internal static class StackDepthCheck
{
    /// <summary>Stacks are counted in these steps.</summary>
    private const int Granularity = 16;

    /// <summary>The most that may be in use when a function that goes on in another program is called.</summary>
    private const int MostBeforeTailCall = 256;

    /// <summary>Checks it.</summary>
    public static void Check(FunctionInfo[] functions)
    {
        // The most that is in use below a function where it is called by so many others; -1: it is not.
        int[] below = new int[functions.Length];
        Array.Fill(below, -1);
        below[0] = 0;
        for (int depth = 0; depth < VerifierState.MaximumFrames; depth++)
        {
            int[] next = new int[functions.Length];
            Array.Fill(next, -1);
            foreach (FunctionInfo function in functions)
            {
                if (below[function.Number] < 0)
                {
                    continue;
                }

                int used = Add(function, below[function.Number], depth);
                foreach (int callee in function.Callees)
                {
                    next[callee] = Math.Max(next[callee], used);
                }
            }

            below = next;
        }

        if (Array.FindIndex(below, used => used >= 0) is var deep and >= 0)
        {
            throw new ProgramRefused(
                VerifierRule.CallDepth,
                functions[deep].Start,
                $"the function {functions[deep].Name} can be called with {VerifierState.MaximumFrames} others running, and no more than {VerifierState.MaximumFrames} may run at a time",
                "call less deeply, and do not let a function call itself");
        }
    }

    private static int Add(FunctionInfo function, int below, int depth)
    {
        if (function.Number > 0 && function.HasTailCall && below >= MostBeforeTailCall)
        {
            throw new ProgramRefused(
                VerifierRule.TailCallStack,
                function.Start,
                $"the function {function.Name} goes on in another program, and those that call it use {below} bytes of stack, {MostBeforeTailCall - 1} at most being allowed then");
        }

        int used = below + ((function.StackDepth + Granularity - 1) / Granularity * Granularity);
        return used <= FrameState.StackSize
            ? used
            : throw new ProgramRefused(
                VerifierRule.StackDepth,
                function.Start,
                $"with the function {function.Name} and {depth} that call it {used} bytes of stack are in use, and there are {FrameState.StackSize}",
                "keep large variables in a per-CPU array");
    }
}
