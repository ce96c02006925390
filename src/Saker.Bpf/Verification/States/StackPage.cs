using System.Runtime.CompilerServices;

namespace Saker.Bpf.Verification.States;

/// <summary>Some slots of a stack: what states share until one of them writes.</summary>
internal sealed class StackPage
{
    /// <summary>Slots of a page.</summary>
    public const int Length = 4;

    private static readonly int Bytes = 64 + (Length * Unsafe.SizeOf<StackSlot>());

    /// <summary>A page with nothing in it.</summary>
    public StackPage(StateOwner owner)
    {
        Owner = owner;
        owner.Bytes += Bytes;
    }

    /// <summary>The slots.</summary>
    public readonly StackSlot[] Slots = new StackSlot[Length];

    /// <summary>Whose it is; others copy it before they write.</summary>
    public StateOwner Owner { get; }

    /// <summary>A copy.</summary>
    public StackPage CopyFor(StateOwner owner)
    {
        StackPage copy = new(owner);
        Slots.CopyTo(copy.Slots, 0);
        return copy;
    }
}
