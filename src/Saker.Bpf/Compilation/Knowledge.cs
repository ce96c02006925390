namespace Saker.Bpf.Compilation;

/// <summary>What kind of number a register holds.</summary>
internal enum KnownAs : byte
{
    /// <summary>Nothing is known.</summary>
    Nothing,

    /// <summary>This number.</summary>
    Number,

    /// <summary>The end of the function's own frame (r10) and a number.</summary>
    Frame,

    /// <summary>The address of the context and a number.</summary>
    Context,

    /// <summary>The address of a value of a map and a number.</summary>
    Value,

    /// <summary>The address of a value of a map, or null.</summary>
    ValueOrNull,

    /// <summary>An address in the values of a map that is known.</summary>
    Address,

    /// <summary>The address of the packet and a number.</summary>
    Packet,

    /// <summary>The address behind the packet.</summary>
    PacketEnd,

    /// <summary>Without checks: perhaps an address in the context.</summary>
    PerhapsContext,
}

/// <summary>What is known of a register's number.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Number">The number, or what is added.</param>
/// <param name="Map">The handle of the map that a value is of.</param>
/// <param name="Origin">The slot of the call that gave a value or null: all registers of one origin are null, or none is.</param>
internal readonly record struct Knowledge(KnownAs Kind, long Number = 0, ulong Map = 0, int Origin = 0)
{
    /// <summary>Whether a number may be added, and what comes of it is known.</summary>
    public bool IsPlace => Kind is KnownAs.Number or KnownAs.Frame or KnownAs.Context or KnownAs.Value or KnownAs.Address or KnownAs.Packet;

    /// <summary>What is known when a number was added.</summary>
    public Knowledge Plus(long number) => IsPlace ? this with { Number = Number + number }
        : Kind == KnownAs.PerhapsContext ? this : default;

    /// <summary>What is known where control comes from two sides.</summary>
    /// <param name="other">What is known on the other side.</param>
    /// <param name="checks">With checks what is known must hold. Without, the program is verified, and so an instruction that reads the context on one way does so on all.</param>
    public Knowledge Join(Knowledge other, MemoryChecks checks)
    {
        if (this == other)
        {
            return this;
        }

        if (checks == MemoryChecks.All || !(MayBeContext || other.MayBeContext))
        {
            return default;
        }

        return MayBeContext && other.MayBeContext ? new Knowledge(KnownAs.PerhapsContext) : MayBeContext ? this : other;
    }

    private bool MayBeContext => Kind is KnownAs.Context or KnownAs.PerhapsContext;
}
