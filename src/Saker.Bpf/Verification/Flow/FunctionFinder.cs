using Saker.Bpf.Verification.Explanation;

namespace Saker.Bpf.Verification.Flow;

/// <summary>Finds the functions of a program: the entry, and all that the code calls or whose address it loads.</summary>
internal static class FunctionFinder
{
    /// <summary>Finds them.</summary>
    public static FunctionInfo[] Find(CodeGraph code, VerifierOptions options)
    {
        SortedSet<int> starts = [0];
        for (int i = 0; i < code.Length; i = code.Next(i))
        {
            if (code.CallsFunction(i) || code.NamesFunction(i))
            {
                starts.Add(code.TargetOf(i)!.Value);
            }
        }

        int[] order = [.. starts];
        if (options.Functions.Length > 0 && !options.Functions.Select(function => function.Start).SequenceEqual(order))
        {
            throw new ProgramRefused(
                VerifierRule.FunctionLayout,
                -1,
                $"the functions that were told begin at {string.Join(", ", options.Functions.Select(function => function.Start))}, and those that the code calls at {string.Join(", ", order)}");
        }

        FunctionInfo[] functions = new FunctionInfo[order.Length];
        for (int i = 0; i < functions.Length; i++)
        {
            functions[i] = new FunctionInfo(i, order[i], i + 1 < order.Length ? order[i + 1] : code.Length)
            {
                Told = options.Functions.Length > 0 ? options.Functions[i] : null,
            };
        }

        return functions;
    }

    /// <summary>Looks through the functions' code: jumps stay inside, the end is not passed, who calls whom.</summary>
    public static void Check(CodeGraph code)
    {
        foreach (FunctionInfo function in code.Functions)
        {
            if (function.Told is { ExceptionCallback: { Length: > 0 } callback })
            {
                throw new ProgramRefused(
                    VerifierRule.NotSupported, function.Start, $"the function {function.Name} names the function {callback} for exceptions, which this verifier does not know yet");
            }

            int last = function.Start;
            for (int i = function.Start; i < function.End; i = code.Next(i))
            {
                last = i;
                Look(code, function, i);
            }

            if (!code.Describe(last).IsEnd)
            {
                throw new ProgramRefused(
                    VerifierRule.FallThrough, last, $"the function {function.Name} would go on in the next one behind its last instruction", "end it with 'exit' or a jump");
            }

            if (function.Number > 0 && (function.HasTailCall || function.HasLegacyLoad) && function.Told is not { ReturnsNumber: true })
            {
                throw new ProgramRefused(
                    VerifierRule.FunctionLayout,
                    function.Start,
                    $"the function {function.Name} {(function.HasTailCall ? "goes on in another program" : "reads the packet in the legacy way")}, so its types must say that it returns a number",
                    "load the program with its types");
            }
        }

        SpreadChanges(code.Functions);
    }

    private static void Look(CodeGraph code, FunctionInfo function, int slot)
    {
        if (code.CallsHelper(slot, out int helper))
        {
            function.HasTailCall |= helper == HelperNumbers.TailCall;
            function.ChangesPacket |= KernelHelpers.TryFind((uint)helper, out HelperDescription? description) && description.Has(HelperTraits.ChangesPacket);
        }
        else if (code.CallsFunction(slot) || code.NamesFunction(slot))
        {
            function.Callees.Add(code.FunctionAt(code.TargetOf(slot)!.Value).Number);
        }
        else if (code.Describe(slot).Form == InstructionForm.CallRegister)
        {
            throw new ProgramRefused(VerifierRule.NotSupported, slot, "what a register holds is called, which the kernel does not know");
        }
        else if (code.LoadsPacket(slot))
        {
            function.HasLegacyLoad = true;
        }
        else if (code.Describe(slot).IsJump && code.TargetOf(slot) is { } target && (target < function.Start || target >= function.End))
        {
            throw new ProgramRefused(
                VerifierRule.JumpOutOfFunction, slot, $"it jumps to instruction {target}, which is not in the function {function.Name} ({function.Start} to {function.End - 1})");
        }
    }

    /// <summary>What a function calls and moves the packet makes it one that does.</summary>
    private static void SpreadChanges(FunctionInfo[] functions)
    {
        bool isChanged;
        do
        {
            isChanged = false;
            foreach (FunctionInfo function in functions)
            {
                if (!function.ChangesPacket && function.Callees.Exists(callee => functions[callee].ChangesPacket))
                {
                    function.ChangesPacket = isChanged = true;
                }
            }
        }
        while (isChanged);
    }
}
