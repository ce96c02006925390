namespace Saker.Bpf.Verification.States;

/// <summary>Eight slots of a stack: what states share until one of them writes.</summary>
internal sealed class StackPage(object owner)
{
    /// <summary>Slots of a page.</summary>
    public const int Length = 8;

    /// <summary>The slots.</summary>
    public readonly StackSlot[] Slots = new StackSlot[Length];

    /// <summary>Whose it is; others copy it before they write.</summary>
    public object Owner { get; } = owner;

    /// <summary>A copy.</summary>
    public StackPage CopyFor(object owner)
    {
        StackPage copy = new(owner);
        Slots.CopyTo(copy.Slots, 0);
        return copy;
    }
}
