using System.Runtime.CompilerServices;

namespace Saker.Wire;

/// <summary>The tag control information of a VLAN tag (IEEE 802.1Q section 9.6).</summary>
/// <param name="Value">The sixteen bits: priority (3), drop eligible (1), VLAN identifier (12).</param>
public readonly record struct VlanTag(ushort Value)
{
    /// <summary>The greatest VLAN identifier, which is reserved.</summary>
    public const int MaximumIdentifier = 0xfff;

    private const int PriorityShift = 13;
    private const int DropEligibleBit = 0x1000;

    /// <summary>Makes the tag of its parts; bits too many are dropped.</summary>
    public VlanTag(int identifier, int priority, bool dropEligible = false)
        : this((ushort)((priority << PriorityShift) | (dropEligible ? DropEligibleBit : 0) | (identifier & MaximumIdentifier)))
    {
    }

    /// <summary>The priority code point, 0 to 7.</summary>
    public int Priority => Value >> PriorityShift;

    /// <summary>Whether the frame may be dropped first; the canonical format indicator of old.</summary>
    public bool IsDropEligible => (Value & DropEligibleBit) != 0;

    /// <summary>The VLAN identifier; 0 means that the tag bears a priority only.</summary>
    public int Identifier => Value & MaximumIdentifier;
}

/// <summary>A VLAN tag in place, from behind the EtherType that announced it: the tag control information and the type of what follows.</summary>
public readonly ref struct VlanView
{
    /// <summary>The octets of the tag.</summary>
    public const int FixedLength = 4;

    private readonly ReadOnlySpan<byte> _bytes;

    private VlanView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Priority and VLAN.</summary>
    public VlanTag Tag => new(Field.UInt16(_bytes, Offset.Tag));

    /// <summary>What follows the tag, or the length of it.</summary>
    public EtherType Type => (EtherType)Field.UInt16(_bytes, Offset.Type);

    /// <summary>What follows the tag; where it tells a length, no more than that.</summary>
    public ReadOnlySpan<byte> Payload => Type.IsLength ? Field.Part(_bytes, FixedLength, (int)Type) : Field.Rest(_bytes, FixedLength);

    /// <summary>Whether all of the length is there that the tag tells; always so where it tells a type.</summary>
    public bool IsComplete => !Type.IsLength || (int)Type <= _bytes.Length - FixedLength;

    /// <summary>Looks at a tag.</summary>
    /// <returns><see langword="false"/> if fewer octets are there than it has.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParse(ReadOnlySpan<byte> bytes, out VlanView view)
    {
        if (bytes.Length < FixedLength)
        {
            view = default;
            return false;
        }

        view = new VlanView(bytes);
        return true;
    }

    /// <summary>The tag as a value.</summary>
    public VlanHeader ToHeader() => new() { Tag = Tag, Type = Type };
}

/// <summary>A VLAN tag, from behind the EtherType that announces it, as a value.</summary>
public readonly record struct VlanHeader
{
    /// <inheritdoc cref="VlanView.Tag"/>
    public VlanTag Tag { get; init; }

    /// <inheritdoc cref="VlanView.Type"/>
    public EtherType Type { get; init; }

    /// <summary>The octets that <see cref="Emit"/> writes.</summary>
    public int Length => VlanView.FixedLength;

    /// <summary>Writes the tag.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The destination is shorter than <see cref="Length"/>.</exception>
    public void Emit(Span<byte> destination)
    {
        destination = destination[..Length];
        Field.SetUInt16(destination, Offset.Tag, Tag.Value);
        Field.SetUInt16(destination, Offset.Type, (ushort)Type);
    }
}

file static class Offset
{
    internal const int Tag = 0;
    internal const int Type = 2;
}
