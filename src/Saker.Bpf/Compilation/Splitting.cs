namespace Saker.Bpf.Compilation;

/// <summary>
/// Splits functions into parts. RyuJIT ceases to optimise a method of many uses of variables or many blocks (it then runs several times slower), so no method is made
/// as large as that. A part is entered and left by way of memory: loops are kept whole where they can be.
/// </summary>
internal static class Splitting
{
    /// <summary>How heavy a method may be. RyuJIT's limit is at about 8,000 uses of variables, which are what is weighed.</summary>
    public const int HeaviestMethod = 5_000;

    /// <summary>What a jump back over a boundary costs, in jumps ahead over it, where the loop is one instruction long; of longer loops less.</summary>
    private const long CostOfLoop = 1_000_000;

    /// <summary>Splits a function.</summary>
    /// <returns>Its parts; one, if it need not be split.</returns>
    public static IReadOnlyList<FunctionPart> PartsOf(CodeFunction function, ExecutionOptions options)
    {
        long[] weights = [.. function.Blocks.Select(block => block.Instructions.Sum(instruction => WeightOf(instruction, options.Checks)))];
        if (weights.Sum() <= options.HeaviestMethod)
        {
            return [new FunctionPart(0, function.Blocks, [function.Entry])];
        }

        long[] costs = CostsOfBoundaries(function);
        List<ArraySegment<CodeBlock>> ranges = [];
        CodeBlock[] blocks = [.. function.Blocks];
        for (int first = 0; first < blocks.Length;)
        {
            int end = EndOfPart(first, weights, costs, options.HeaviestMethod);
            ranges.Add(new(blocks, first, end - first));
            first = end;
        }

        return [.. ranges.Select((range, number) => new FunctionPart(number, range, EntriesOf(function, range)))];
    }

    private static long WeightOf(CodeInstruction instruction, MemoryChecks checks) => instruction.Form switch
    {
        _ when instruction.IsAccess => checks == MemoryChecks.All ? 16 : 4,
        InstructionForm.CallHelper or InstructionForm.CallFunction or InstructionForm.CallRegister => 40,
        InstructionForm.PacketAbsolute or InstructionForm.PacketIndirect => 16,
        _ when instruction.Description.IsJump => 6,
        _ => 3,
    };

    /// <summary>Of each block, what it costs to begin a part there.</summary>
    private static long[] CostsOfBoundaries(CodeFunction function)
    {
        Dictionary<CodeBlock, int> places = [];
        for (int i = 0; i < function.Blocks.Count; i++)
        {
            places.Add(function.Blocks[i], i);
        }

        long[] changes = new long[function.Blocks.Count + 1];
        foreach (CodeBlock block in function.Blocks)
        {
            foreach (CodeBlock next in block.Successors)
            {
                (int from, int to) = (places[block], places[next]);
                long cost = from < to ? 1 : 1 + (CostOfLoop / (block.Last.Next - next.First));
                changes[Math.Min(from, to) + 1] += cost;
                changes[Math.Max(from, to) + 1] -= cost;
            }
        }

        for (int i = 1; i < changes.Length; i++)
        {
            changes[i] += changes[i - 1];
        }

        return changes;
    }

    /// <summary>The boundary that costs least, of those that leave the part between half full and full.</summary>
    private static int EndOfPart(int first, long[] weights, long[] costs, int heaviest)
    {
        int end = first, best = first + 1;
        long weight = 0;
        while (end < weights.Length && (weight + weights[end] <= heaviest || end == first))
        {
            weight += weights[end++];
            if (end == weights.Length)
            {
                return end;
            }

            if (weight < heaviest / 2 || costs[end] <= costs[best])
            {
                best = end;
            }
        }

        return best;
    }

    private static CodeBlock[] EntriesOf(CodeFunction function, ArraySegment<CodeBlock> part)
    {
        HashSet<CodeBlock> own = [.. part], entries = [];
        foreach (CodeBlock next in function.Blocks.Where(block => !own.Contains(block)).SelectMany(static block => block.Successors).Append(function.Entry))
        {
            _ = own.Contains(next) && entries.Add(next);
        }

        return [.. entries.OrderBy(static block => block.Number)];
    }
}
