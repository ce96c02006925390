using Saker.Bpf.Verification.States;

namespace Saker.Bpf.Verification.Walking;

/// <summary>
/// A state that was kept: a later path that comes to the same instruction and knows no less needs not be followed. What it has to know is told by the marks: of numbers that
/// are not precise only that they are numbers, of what is dead nothing.
/// </summary>
internal sealed class Checkpoint(VerifierState state)
{
    private readonly FrameMarks[] _marks = new FrameMarks[state.Depth + 1];

    /// <summary>The state. It does not change, but for what it comes from, which is forgotten once all paths from it are at their end.</summary>
    public VerifierState State { get; } = state;

    /// <summary>How many paths from here are not yet at their end.</summary>
    public int Branches { get; set; } = 1;

    /// <summary>Whether later paths may find it.</summary>
    public bool IsListed { get; set; } = true;

    /// <summary>How often it spared a path.</summary>
    public int Hits { get; set; }

    /// <summary>How often it did not.</summary>
    public int Misses { get; set; }

    /// <summary>Whether it was found out what is dead.</summary>
    public bool IsCleaned { get; set; }

    /// <summary>The loop that it is in; null: none.</summary>
    public LoopVisit? Visit { get; set; }

    /// <summary>Whether it is not known yet what matters.</summary>
    public bool IsOpen => Visit is { Ends.Count: > 0 };

    /// <summary>The marks of a frame.</summary>
    public ref FrameMarks Marks(int frame) => ref _marks[frame];
}

/// <summary>What matters of a frame, a bit a register or slot.</summary>
internal struct FrameMarks
{
    /// <summary>Registers whose number matters.</summary>
    public ushort PreciseRegisters;

    /// <summary>Slots whose number matters.</summary>
    public ulong PreciseSlots;

    /// <summary>Registers that nobody reads any more.</summary>
    public ushort DeadRegisters;

    /// <summary>Slots that nobody reads any more.</summary>
    public ulong DeadSlots;
}
