namespace Saker.Bpf.Compilation;

/// <summary>
/// Finds what registers hold at each point of a program: addresses in the frame, in the context, of values of maps. With checks all of it holds whatever the program does, so that
/// such accesses need no look-up; without, the program is verified, and what the verifier has shown is taken as given.
/// </summary>
internal sealed class KnowledgeAnalysis
{
    /// <summary>How often blocks may be gone through, for each block that there is; programs that compilers make need two or three times.</summary>
    private const int MostVisits = 50;

    private readonly Dictionary<int, CodeFunction> _functions;
    private readonly KnowledgeTransfer _transfer;
    private readonly MemoryChecks _checks;
    private readonly Dictionary<CodeFunction, KnownState> _entries = [];
    private readonly Dictionary<CodeFunction, Insight> _insights = [];
    private readonly Queue<CodeFunction> _ahead = [];
    private readonly HashSet<CodeFunction> _waiting = [];
    private long _visitsLeft;

    private KnowledgeAnalysis(Dictionary<int, CodeFunction> functions, KnowledgeTransfer transfer, MemoryChecks checks)
    {
        _functions = functions;
        _transfer = transfer;
        _checks = checks;
        _visitsLeft = 1000 + functions.Values.Sum(static function => (long)MostVisits * function.Blocks.Count);
    }

    /// <summary>Analyses a program.</summary>
    /// <param name="functions">Its functions.</param>
    /// <param name="transfer">What instructions do.</param>
    /// <param name="checks">What is looked at before memory is reached.</param>
    /// <param name="hasContext">Whether r1 is the address of a context.</param>
    /// <returns>What is known of the functions that can be reached; null: finding it out takes too long.</returns>
    public static Dictionary<CodeFunction, Insight>? Of(Dictionary<int, CodeFunction> functions, KnowledgeTransfer transfer, MemoryChecks checks, bool hasContext)
    {
        KnowledgeAnalysis analysis = new(functions, transfer, checks);
        KnownState outermost = Entry();
        outermost[1] = hasContext ? new Knowledge(KnownAs.Context) : default;
        analysis.Enter(functions[0], outermost);
        foreach (CodeFunction function in functions.Values.Where(static function => function.IsAddressTaken))
        {
            analysis.Enter(function, Entry());
        }

        while (analysis._visitsLeft > 0 && analysis._ahead.TryDequeue(out CodeFunction? function))
        {
            analysis._waiting.Remove(function);
            analysis.Analyse(function);
        }

        return analysis._visitsLeft > 0 ? analysis._insights : null;
    }

    /// <summary>A function begins with its arguments, and else zeros.</summary>
    private static KnownState Entry()
    {
        KnownState state = new();
        foreach (int register in (ReadOnlySpan<int>)[0, 6, 7, 8, 9])
        {
            state[register] = new Knowledge(KnownAs.Number);
        }

        state[BpfInstruction.FramePointer] = new Knowledge(KnownAs.Frame);
        return state;
    }

    private void Enter(CodeFunction function, KnownState state)
    {
        bool ignored = false;
        if (_entries.TryAdd(function, state) || _entries[function].Join(state, uint.MaxValue, _checks, ref ignored))
        {
            if (_waiting.Add(function))
            {
                _ahead.Enqueue(function);
            }
        }
    }

    private void Analyse(CodeFunction function)
    {
        Dictionary<CodeBlock, uint> live = RegisterUse.LiveAtEntry(function);
        bool escapes = false;
        Dictionary<CodeBlock, KnownState> states = StatesOf(function, live, ref escapes);
        if (escapes)
        {
            states = StatesOf(function, live, ref escapes);
        }

        if (_visitsLeft <= 0)
        {
            return;
        }

        _insights[function] = new Insight { Live = live, States = states, FrameEscapes = escapes };
        foreach ((CodeBlock block, KnownState before) in states)
        {
            KnownState state = before.Copy();
            foreach (CodeInstruction instruction in block.Instructions)
            {
                if (instruction.Form == InstructionForm.CallFunction)
                {
                    Enter(_functions[instruction.Target], ArgumentsOf(state));
                }

                _transfer.Apply(state, instruction);
            }
        }
    }

    private static KnownState ArgumentsOf(KnownState state)
    {
        KnownState entry = Entry();
        entry.PacketBytes = state.PacketBytes;
        for (int register = 1; register <= 5; register++)
        {
            entry[register] = state[register].Kind == KnownAs.Frame ? default : state[register];
        }

        return entry;
    }

    private Dictionary<CodeBlock, KnownState> StatesOf(CodeFunction function, Dictionary<CodeBlock, uint> live, ref bool escapes)
    {
        Dictionary<CodeBlock, KnownState> states = new() { [function.Entry] = _entries[function].Copy() };
        _transfer.FrameEscapes = escapes;
        PriorityQueue<CodeBlock, int> ahead = new([(function.Entry, function.Entry.Number)]);
        HashSet<CodeBlock> waiting = [function.Entry];
        while (_visitsLeft-- > 0 && ahead.TryDequeue(out CodeBlock? block, out _))
        {
            waiting.Remove(block);
            KnownState state = states[block].Copy();
            foreach (CodeInstruction instruction in block.Instructions)
            {
                escapes |= FrameUse.Escapes(state, instruction, _transfer.Bind(instruction, state));
                _transfer.Apply(state, instruction);
            }

            foreach (CodeBlock next in block.Successors)
            {
                KnownState along = KnowledgeTransfer.Along(state, block, next);
                if (states.TryAdd(next, along.Copy()) || states[next].Join(along, live[next], _checks, ref escapes))
                {
                    if (waiting.Add(next))
                    {
                        ahead.Enqueue(next, next.Number);
                    }
                }
            }
        }

        return states;
    }
}
