using Saker.Bpf.Verification.Flow;

namespace Saker.Bpf.Verification.Walking;

/// <summary>A function as one chain of calls calls it: which slots of its stack, and of those below it, its instructions read and write, and which are read behind each.</summary>
internal sealed class CalledFunction(CodeGraph code, FunctionInfo function, CalledFunction? caller)
{
    private readonly Dictionary<(int CallSite, int Function), CalledFunction> _callees = [];
    private readonly Stack<int> _waiting = new();
    private readonly SlotMarks?[] _frames = new SlotMarks?[(caller?.Depth ?? -1) + 2];
    private readonly ulong[] _seen = new ulong[(function.End - function.Start + 63) / 64];
    private bool _isDirty;

    private int Depth => _frames.Length - 1;

    /// <summary>A function that it calls.</summary>
    public CalledFunction Call(int callSite, int number)
    {
        if (!_callees.TryGetValue((callSite, number), out CalledFunction? callee))
        {
            _callees.Add((callSite, number), callee = new CalledFunction(code, code.Functions[number], this));
        }

        return callee;
    }

    /// <summary>An instruction reads slots of a frame.</summary>
    public void Read(int frame, int instruction, ulong slots)
    {
        ref ulong reads = ref (_frames[frame] ??= new SlotMarks(_seen.Length * 64)).At(instruction - function.Start).Reads;
        if ((slots & ~reads) != 0)
        {
            reads |= slots;
            Wait(instruction - function.Start);
        }
    }

    /// <summary>A path went through an instruction.</summary>
    /// <param name="instruction">The instruction.</param>
    /// <param name="writes">The slots that it wrote as a whole, for each frame.</param>
    public void Commit(int instruction, ReadOnlySpan<ulong> writes)
    {
        int at = instruction - function.Start;
        bool isFirst = !IsSeen(at);
        if (isFirst)
        {
            _seen[at / 64] |= 1ul << (at % 64);
            Wait(at);
        }

        for (int frame = 0; frame <= Depth; frame++)
        {
            if (writes[frame] == 0 && _frames[frame] is null)
            {
                continue;
            }

            // What one path writes and another does not is not written for certain.
            ref ulong written = ref (_frames[frame] ??= new SlotMarks(_seen.Length * 64)).At(at).Writes;
            ulong certain = isFirst ? writes[frame] : written & writes[frame];
            if (certain != written)
            {
                written = certain;
                Wait(at);
            }
        }
    }

    /// <summary>The slots of a frame that are read from an instruction on, as it was found by <see cref="Update"/>.</summary>
    public ulong LiveBefore(int frame, int instruction)
    {
        int at = instruction - function.Start;
        return instruction < function.End && _frames[frame] is { } marks ? marks.LiveBefore(at) : 0;
    }

    /// <summary>Finds what follows of what was told since the last time, first in the functions that it calls.</summary>
    public void Update()
    {
        if (!_isDirty)
        {
            return;
        }

        _isDirty = false;
        foreach (((int callSite, _), CalledFunction callee) in _callees)
        {
            callee.Update();
            for (int frame = 0; frame <= Depth; frame++)
            {
                if (callee.LiveAtStart(frame) is var live and not 0)
                {
                    Read(frame, callSite, live);
                }
            }
        }

        while (_waiting.TryPop(out int at))
        {
            if (IsSeen(at) && Flow(at))
            {
                foreach (int predecessor in code.Predecessors(at + function.Start))
                {
                    _waiting.Push(predecessor - function.Start);
                }
            }
        }

        _isDirty = false;
    }

    private ulong LiveAtStart(int frame) => LiveBefore(frame, function.Start);

    private bool IsSeen(int at) => (_seen[at / 64] & (1ul << (at % 64))) != 0;

    private void Wait(int at)
    {
        _waiting.Push(at);
        for (CalledFunction? called = this; called is { _isDirty: false }; called = called.Caller)
        {
            called._isDirty = true;
        }
    }

    private CalledFunction? Caller => caller;

    private bool Flow(int at)
    {
        Span<int> edges = stackalloc int[2];
        int count = code.Successors(at + function.Start, edges);
        bool isChanged = false;
        foreach (SlotMarks? marks in _frames)
        {
            if (marks is null)
            {
                continue;
            }

            ulong after = 0;
            foreach (int successor in edges[..count])
            {
                after |= marks.LiveBefore(successor - function.Start);
            }

            if (after == 0 && !marks.Has(at))
            {
                continue;
            }

            ref SlotMark mark = ref marks.At(at);
            ulong before = (after & ~mark.Writes) | mark.Reads | mark.LiveBefore;
            isChanged |= before != mark.LiveBefore;
            mark.LiveBefore = before;
        }

        return isChanged;
    }
}

/// <summary>Slots that an instruction reads and writes, and those that are read from it on.</summary>
internal struct SlotMark
{
    /// <summary>Slots that it may read.</summary>
    public ulong Reads;

    /// <summary>Slots that it writes for certain.</summary>
    public ulong Writes;

    /// <summary>Slots that are read by it or behind it.</summary>
    public ulong LiveBefore;
}

/// <summary>The marks of a frame's slots for the instructions of a function, where there are any.</summary>
internal sealed class SlotMarks(int length)
{
    private const int Chunk = 16;

    private readonly SlotMark[]?[] _chunks = new SlotMark[]?[(length + Chunk - 1) / Chunk];

    /// <summary>Whether there may be marks for an instruction.</summary>
    public bool Has(int at) => _chunks[at / Chunk] is not null;

    /// <summary>The slots that are read from an instruction on.</summary>
    public ulong LiveBefore(int at) => _chunks[at / Chunk]?[at % Chunk].LiveBefore ?? 0;

    /// <summary>The marks of an instruction, to be changed.</summary>
    public ref SlotMark At(int at) => ref (_chunks[at / Chunk] ??= new SlotMark[Chunk])[at % Chunk];
}
