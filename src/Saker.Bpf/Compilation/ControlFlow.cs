namespace Saker.Bpf.Compilation;

/// <summary>Finds the blocks and functions of a program.</summary>
internal sealed class ControlFlow
{
    /// <summary>
    /// How many slots all functions may have together, for each slot of the program. Functions that jump into one another have blocks in common, which are compiled for
    /// each of them; compilers make no such programs.
    /// </summary>
    private const int MostCopies = 4;

    /// <summary>Longer blocks are cut, so that functions can be split anywhere.</summary>
    private const int LongestBlock = 200;

    private readonly CodeInstruction[] _instructions;
    private readonly SortedSet<int> _functions = [0];
    private readonly HashSet<int> _addressed = [];
    private readonly Dictionary<int, CodeBlock> _blocks = [];

    private ControlFlow(CodeInstruction[] instructions) => _instructions = instructions;

    /// <summary>Finds them.</summary>
    /// <param name="instructions">The program.</param>
    /// <returns>The functions by their first slot, the outermost one at 0; null: they have so much in common that compiling them takes too long.</returns>
    public static Dictionary<int, CodeFunction>? FunctionsOf(CodeInstruction[] instructions)
    {
        ControlFlow flow = new(instructions);
        flow.FindBlocks();
        return flow.FindFunctions();
    }

    private void FindBlocks()
    {
        HashSet<int> leaders = [0];
        foreach (CodeInstruction instruction in _instructions)
        {
            if (instruction.Target >= 0)
            {
                leaders.Add(instruction.Target);
                _ = instruction.Description.IsJump || _functions.Add(instruction.Target);
                _ = instruction.Form == InstructionForm.Constant64 && _addressed.Add(instruction.Target);
            }

            if (instruction.Description.IsJump || !instruction.GoesOn)
            {
                leaders.Add(instruction.Next);
            }
        }

        int first = 0;
        for (int i = 1; i <= _instructions.Length; i++)
        {
            if (i == _instructions.Length || i - first == LongestBlock || leaders.Contains(_instructions[i].Slot))
            {
                _blocks.Add(_instructions[first].Slot, new CodeBlock(_blocks.Count, new(_instructions, first, i - first)));
                first = i;
            }
        }

        foreach (CodeBlock block in _blocks.Values)
        {
            CodeInstruction last = block.Last;
            block.Successors = (last.Description.IsJump, last.GoesOn) switch
            {
                (true, true) => [_blocks[last.Next], _blocks[last.Target]],
                (true, false) => [_blocks[last.Target]],
                (false, true) => [_blocks[last.Next]],
                _ => [],
            };
        }
    }

    private Dictionary<int, CodeFunction>? FindFunctions()
    {
        Dictionary<int, CodeFunction> functions = [];
        long left = ((long)MostCopies * _instructions.Length) + 1000;
        foreach (int entry in _functions)
        {
            SortedDictionary<int, CodeBlock> reached = [];
            Stack<CodeBlock> ahead = new([_blocks[entry]]);
            while (left >= 0 && ahead.TryPop(out CodeBlock? block))
            {
                if (reached.TryAdd(block.Number, block))
                {
                    left -= block.Instructions.Count;
                    foreach (CodeBlock next in block.Successors)
                    {
                        ahead.Push(next);
                    }
                }
            }

            if (left < 0)
            {
                return null;
            }

            functions.Add(entry, new CodeFunction(_blocks[entry], [.. reached.Values], _addressed.Contains(entry)));
        }

        return functions;
    }
}
