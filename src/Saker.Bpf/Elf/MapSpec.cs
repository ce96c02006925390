using System.Collections.Immutable;

namespace Saker.Bpf;

/// <summary>A map as an object asks for it. It does not change; <c>with</c> makes another one.</summary>
public sealed record MapSpec
{
    /// <summary>Its name: the variable's, or the section's where it holds one (<c>.rodata</c>).</summary>
    public required string Name { get; init; }

    /// <summary>What it is.</summary>
    public MapType Type { get; init; }

    /// <summary>Bytes of a key.</summary>
    public uint KeySize { get; init; }

    /// <summary>Bytes of a value.</summary>
    public uint ValueSize { get; init; }

    /// <summary>How many entries it holds; 0 where the object leaves that to who loads it.</summary>
    public uint MaximumEntries { get; init; }

    /// <summary>The kernel's flags (<see cref="MapFlags"/>).</summary>
    public uint Flags { get; init; }

    /// <summary>The NUMA node whose memory is wanted, if any.</summary>
    public uint? NumaNode { get; init; }

    /// <summary>What one type of map wants beside (<c>map_extra</c>).</summary>
    public ulong Extra { get; init; }

    /// <summary>Where in a value the spin lock is (<c>struct bpf_spin_lock</c>), in bytes; null: there is none.</summary>
    public uint? SpinLockOffset { get; init; }

    /// <summary>What else in a value the kernel keeps for itself: timers, pointers of its own and the like, in the order of their places.</summary>
    public ImmutableArray<SpecialField> SpecialFields { get; init; } = [];

    /// <summary>Whether it is to be pinned by its name, and taken from there if it is pinned already.</summary>
    public bool IsPinnedByName { get; init; }

    /// <summary>The BTF type of keys; 0: unknown.</summary>
    public uint KeyTypeId { get; init; }

    /// <summary>The BTF type of values; 0: unknown.</summary>
    public uint ValueTypeId { get; init; }

    /// <summary>For a map of maps: how its maps must be.</summary>
    public MapSpec? Inner { get; init; }

    /// <summary>The maps or programs that it holds from the beginning.</summary>
    public ImmutableArray<MapSlot> Slots { get; init; } = [];

    /// <summary>For a section's map: what its only value holds from the beginning; else empty.</summary>
    public ImmutableArray<byte> Contents { get; init; } = [];

    /// <summary>Whether it holds a section of global variables.</summary>
    public bool IsSection => Name.StartsWith('.');
}

/// <summary>A field of a map's values that the kernel keeps for itself.</summary>
/// <param name="Name">What it is: the name of its structure (<c>bpf_timer</c>), or the tag of its pointer (<c>kptr</c>).</param>
/// <param name="Offset">Where it is, in bytes.</param>
/// <param name="Size">How many bytes it has.</param>
public readonly record struct SpecialField(string Name, uint Offset, uint Size)
{
    /// <summary>Whether it is a pointer, which programs may load and exchange where the kernel says how.</summary>
    public bool IsPointer => Name.EndsWith("ptr", StringComparison.Ordinal) || Name == "kptr_untrusted";
}

/// <summary>What a map of maps or programs holds from the beginning.</summary>
/// <param name="Index">The key.</param>
/// <param name="Name">The map's or program's name.</param>
public readonly record struct MapSlot(uint Index, string Name);
