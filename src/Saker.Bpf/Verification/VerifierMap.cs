using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Saker.Bpf.Maps;

namespace Saker.Bpf.Verification;

/// <summary>What the verifier is to know of a map. It does not change.</summary>
public sealed record VerifierMap
{
    /// <summary>Its name, for explanations.</summary>
    public string Name { get; init; } = "";

    /// <summary>What it is.</summary>
    public required MapType Type { get; init; }

    /// <summary>Bytes of a key.</summary>
    public int KeySize { get; init; }

    /// <summary>Bytes of a value.</summary>
    public int ValueSize { get; init; }

    /// <summary>How many entries it holds.</summary>
    public uint MaximumEntries { get; init; }

    /// <summary>Its flags.</summary>
    public MapFlags Flags { get; init; }

    /// <summary>Whether nobody can change its values any more from outside; with <see cref="MapFlags.ReadOnlyForPrograms"/> they are constants.</summary>
    public bool IsFrozen { get; init; }

    /// <summary>Of an array that is constant: its values, one after the other; else empty.</summary>
    public ReadOnlyMemory<byte> Contents { get; init; }

    /// <summary>Where in a value the spin lock is, in bytes; null: there is none.</summary>
    public int? SpinLockOffset { get; init; }

    /// <summary>What else in a value is not the program's to touch.</summary>
    public ImmutableArray<SpecialField> SpecialFields { get; init; } = [];

    /// <summary>Of a map of maps: how its maps are.</summary>
    public VerifierMap? Inner { get; init; }

    /// <summary>Whether its values are constants.</summary>
    internal bool IsConstant => IsFrozen && (Flags & MapFlags.ReadOnlyForPrograms) != MapFlags.None;

    /// <summary>What the verifier is to know of a map that an object asks for.</summary>
    /// <param name="spec">The map.</param>
    public static VerifierMap Of(MapSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        MapFlags flags = (MapFlags)MapRules.FlagsOf(spec);
        bool isConstant = spec.IsSection && (flags & MapFlags.ReadOnlyForPrograms) != MapFlags.None;
        return new VerifierMap
        {
            Name = spec.Name,
            Type = spec.Type,
            KeySize = (int)spec.KeySize,
            ValueSize = (int)spec.ValueSize,
            MaximumEntries = spec.MaximumEntries,
            Flags = flags,
            IsFrozen = isConstant,
            Contents = isConstant ? spec.Contents.AsMemory() : default,
            SpinLockOffset = (int?)spec.SpinLockOffset,
            SpecialFields = spec.SpecialFields,
            Inner = spec.Inner is { } inner ? Of(inner) : null,
        };
    }

    /// <summary>What the verifier is to know of a map of this process as it is now: one that is frozen and only read by programs is constant.</summary>
    /// <param name="map">The map.</param>
    public static VerifierMap Of(BpfMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        bool isConstant = map is { IsFrozen: true, IsWritableForPrograms: false, Type: MapType.Array, MaximumEntries: 1 };
        return new VerifierMap
        {
            Name = map.Name,
            Type = map.Type,
            KeySize = map.KeySize,
            ValueSize = map.ValueSize,
            MaximumEntries = map.MaximumEntries,
            Flags = (MapFlags)map.Flags,
            IsFrozen = isConstant,
            Contents = isConstant ? ContentsOf(map) : default,
            SpinLockOffset = map.Layout.LockOffset,
            Inner = map.Inner is { } inner ? Of(inner) : null,
        };
    }

    /// <summary>Whether what was found of one map holds of another one: their shapes are the same, and what was constant has the same values.</summary>
    internal bool Covers(VerifierMap other) =>
        Type == other.Type && KeySize == other.KeySize && ValueSize == other.ValueSize && MaximumEntries == other.MaximumEntries && ForPrograms == other.ForPrograms
        && SpinLockOffset == other.SpinLockOffset
        && (!IsConstant || (other.IsConstant && Contents.Span.SequenceEqual(other.Contents.Span)))
        && (Inner is { } inner ? other.Inner is { } held && inner.Covers(held) : other.Inner is null);

    /// <summary>Those of its flags that say what programs can do with it.</summary>
    private MapFlags ForPrograms => Flags & (MapFlags.ReadOnlyForPrograms | MapFlags.WriteOnlyForPrograms | MapFlags.InnerMap);

    private static unsafe byte[] ContentsOf(BpfMap map)
    {
        uint index = 0;
        return new ReadOnlySpan<byte>(map.Find((byte*)&index, 0), map.ValueSize).ToArray();
    }
}

/// <summary>Says which map a constant of a program is.</summary>
public interface IVerifierMaps
{
    /// <summary>Finds a map.</summary>
    /// <param name="kind">How it is named: by a descriptor or an index.</param>
    /// <param name="number">The descriptor or index.</param>
    /// <param name="map">The map: for the same number the same object.</param>
    bool TryFind(ConstantKind kind, int number, [NotNullWhen(true)] out VerifierMap? map);
}

/// <summary>Maps in a list: constants name them by their place in it.</summary>
/// <param name="maps">The maps.</param>
public sealed class VerifierMaps(IReadOnlyList<VerifierMap> maps) : IVerifierMaps
{
    /// <inheritdoc/>
    public bool TryFind(ConstantKind kind, int number, [NotNullWhen(true)] out VerifierMap? map)
    {
        map = (uint)number < (uint)maps.Count ? maps[number] : null;
        return map is not null;
    }
}
