namespace Saker.Bpf.Verification.Walking;

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

/// <summary>
/// The marks of the instructions of a function, in chunks that are made where a path comes: a function that is called from many places, and in which each path sees little, has to be
/// small each time.
/// </summary>
/// <param name="length">Instructions of the function.</param>
internal sealed class SlotMarks(int length)
{
    /// <summary>The most chunks that are kept by their place.</summary>
    private const int MostPlaces = 64;

    private readonly SlotChunk?[]? _few = Places(length) <= MostPlaces ? new SlotChunk?[Places(length)] : null;
    private readonly Dictionary<int, SlotChunk>? _many = Places(length) <= MostPlaces ? null : [];
    private SlotChunk? _last;
    private int _lastPlace = -1;

    /// <summary>The chunk of an instruction; null: no path came near it.</summary>
    public SlotChunk? Find(int at)
    {
        int place = at / SlotChunk.Length;
        return place == _lastPlace ? _last : _few is not null ? _few[place] : _many!.GetValueOrDefault(place);
    }

    /// <summary>The chunk of an instruction, which is made if there is none.</summary>
    public SlotChunk ChunkOf(int at)
    {
        if (Find(at) is not { } chunk)
        {
            chunk = new SlotChunk();
            if (_few is not null)
            {
                _few[at / SlotChunk.Length] = chunk;
            }
            else
            {
                _many!.Add(at / SlotChunk.Length, chunk);
            }
        }

        (_last, _lastPlace) = (chunk, at / SlotChunk.Length);
        return chunk;
    }

    private static int Places(int length) => (length + SlotChunk.Length - 1) / SlotChunk.Length;
}

/// <summary>The marks of instructions that follow each other.</summary>
internal sealed class SlotChunk
{
    /// <summary>How many instructions.</summary>
    public const int Length = 16;

    private SlotMark[]?[] _frames = [];
    private ushort _seen;

    /// <summary>Whether a path came to an instruction.</summary>
    public bool IsSeen(int at) => (_seen & (1 << (at % Length))) != 0;

    /// <summary>A path came to an instruction.</summary>
    public void See(int at) => _seen |= (ushort)(1 << (at % Length));

    /// <summary>Whether there may be marks for a frame's slots.</summary>
    public bool Has(int frame) => frame < _frames.Length && _frames[frame] is not null;

    /// <summary>The marks of an instruction for a frame's slots, to be changed.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="at">The instruction.</param>
    /// <param name="depth">How many frames there are below the function's own.</param>
    public ref SlotMark At(int frame, int at, int depth)
    {
        if (_frames.Length == 0)
        {
            _frames = new SlotMark[]?[depth + 1];
        }

        return ref (_frames[frame] ??= new SlotMark[Length])[at % Length];
    }
}
