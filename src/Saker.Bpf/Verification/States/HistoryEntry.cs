namespace Saker.Bpf.Verification.States;

/// <summary>
/// A step of a path that the code alone does not tell: where it came from, which slot of a stack an instruction read or wrote, which registers were bounded with another.
/// Entries form a list from the last one back, which states share.
/// </summary>
internal sealed class HistoryEntry(int instruction, int previous, HistoryEntry? older)
{
    /// <summary>The instruction.</summary>
    public int Instruction { get; } = instruction;

    /// <summary>The instruction before it on the path.</summary>
    public int Previous { get; } = previous;

    /// <summary>The entry before it.</summary>
    public HistoryEntry? Older { get; } = older;

    /// <summary>How many entries there are with this one.</summary>
    public int Count { get; } = older is null ? 1 : older.Count + 1;

    /// <summary>The frame of the slot that a register was spilled to or filled from; -1: none was.</summary>
    public int SlotFrame { get; set; } = -1;

    /// <summary>That slot.</summary>
    public int Slot { get; set; }

    /// <summary>Whether the destination of a comparison points to a stack.</summary>
    public bool ComparesStackDestination { get; set; }

    /// <summary>Whether the source of a comparison points to a stack.</summary>
    public bool ComparesStackSource { get; set; }

    /// <summary>What learnt from the comparison together.</summary>
    public LinkedRegister[] Linked { get; set; } = [];
}

/// <summary>A register, or a number that was spilled, that shares its id with others.</summary>
/// <param name="Frame">The frame.</param>
/// <param name="IsRegister">Whether it is a register, or else a slot.</param>
/// <param name="Number">The number of the register or slot.</param>
internal readonly record struct LinkedRegister(byte Frame, bool IsRegister, byte Number);
