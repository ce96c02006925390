using Saker.Bpf.Verification.Flow;

namespace Saker.Bpf.Verification.Walking;

/// <summary>A function as one chain of calls calls it: which slots of its stack, and of those below it, its instructions read and write, and which are read behind each.</summary>
internal sealed class CalledFunction(CodeGraph code, FunctionInfo function, CalledFunction? caller)
{
    private readonly SlotMarks _marks = new(function.End - function.Start);
    private readonly int _depth = caller is null ? 0 : caller._depth + 1;
    private readonly Stack<int> _waiting = new();
    private Dictionary<(int CallSite, int Function), CalledFunction>? _callees;
    private List<(int CallSite, CalledFunction Callee)>? _changed;
    private bool _isDirty;

    /// <summary>A function that it calls.</summary>
    public CalledFunction Call(int callSite, int number)
    {
        _callees ??= [];
        if (!_callees.TryGetValue((callSite, number), out CalledFunction? callee))
        {
            _callees.Add((callSite, number), callee = new CalledFunction(code, code.Functions[number], this) { CallSite = callSite });
        }

        return callee;
    }

    /// <summary>An instruction reads slots of a frame.</summary>
    public void Read(int frame, int instruction, ulong slots)
    {
        int at = instruction - function.Start;
        ref ulong reads = ref _marks.ChunkOf(at).At(frame, at, _depth).Reads;
        if ((slots & ~reads) != 0)
        {
            reads |= slots;
            Wait(at);
        }
    }

    /// <summary>A path went through an instruction.</summary>
    /// <param name="instruction">The instruction.</param>
    /// <param name="writes">The slots that it wrote as a whole, for each frame.</param>
    public void Commit(int instruction, ReadOnlySpan<ulong> writes)
    {
        int at = instruction - function.Start;
        SlotChunk chunk = _marks.ChunkOf(at);
        bool isFirst = !chunk.IsSeen(at);
        if (isFirst)
        {
            chunk.See(at);
            Wait(at);
        }

        for (int frame = 0; frame <= _depth; frame++)
        {
            if (writes[frame] == 0 && !chunk.Has(frame))
            {
                continue;
            }

            // What one path writes and another does not is not written for certain.
            ref ulong written = ref chunk.At(frame, at, _depth).Writes;
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
        return instruction < function.End && _marks.Find(at) is { } chunk && chunk.Has(frame) ? chunk.At(frame, at, _depth).LiveBefore : 0;
    }

    /// <summary>Finds what follows of what was told since the last time, first in the functions that it calls.</summary>
    public void Update()
    {
        if (!_isDirty)
        {
            return;
        }

        if (_changed is { } changed)
        {
            _changed = null;
            foreach ((int callSite, CalledFunction callee) in changed)
            {
                callee.Update();
                for (int frame = 0; frame <= _depth; frame++)
                {
                    if (callee.LiveAtStart(frame) is var live and not 0)
                    {
                        Read(frame, callSite, live);
                    }
                }
            }
        }

        while (_waiting.TryPop(out int at))
        {
            if (_marks.Find(at) is { } chunk && chunk.IsSeen(at) && Flow(at, chunk))
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

    private int CallSite { get; init; }

    private CalledFunction? Caller => caller;

    private void Wait(int at)
    {
        _waiting.Push(at);
        for (CalledFunction called = this; !called._isDirty; called = called.Caller)
        {
            called._isDirty = true;
            if (called.Caller is null)
            {
                break;
            }

            (called.Caller._changed ??= []).Add((called.CallSite, called));
        }
    }

    private bool Flow(int at, SlotChunk chunk)
    {
        Span<int> edges = stackalloc int[2];
        int count = code.Successors(at + function.Start, edges);
        bool isChanged = false;
        for (int frame = 0; frame <= _depth; frame++)
        {
            ulong after = 0;
            foreach (int successor in edges[..count])
            {
                after |= LiveBefore(frame, successor);
            }

            if (after == 0 && !chunk.Has(frame))
            {
                continue;
            }

            ref SlotMark mark = ref chunk.At(frame, at, _depth);
            ulong before = (after & ~mark.Writes) | mark.Reads | mark.LiveBefore;
            isChanged |= before != mark.LiveBefore;
            mark.LiveBefore = before;
        }

        return isChanged;
    }
}
