using System.Runtime.CompilerServices;

namespace Saker.Wire;

/// <summary>What a group record tells (RFC 3376 section 4.2.12, RFC 3810 section 5.2.12).</summary>
public enum GroupRecordType : byte
{
    /// <summary>Wanted now: the sources named.</summary>
    ModeIsInclude = 1,

    /// <summary>Wanted now: all but the sources named.</summary>
    ModeIsExclude = 2,

    /// <summary>Wanted from now on: the sources named.</summary>
    ChangeToInclude = 3,

    /// <summary>Wanted from now on: all but the sources named.</summary>
    ChangeToExclude = 4,

    /// <summary>Wanted in addition: the sources named.</summary>
    AllowNewSources = 5,

    /// <summary>Wanted no longer: the sources named.</summary>
    BlockOldSources = 6,
}

/// <summary>
/// A group record in place: what a host wants of a multicast group. That of IGMPv3 (RFC 3376 section 4.2.4) and, under the name of a multicast address record, that of
/// MLDv2 (RFC 3810 section 5.2) are the same but for the length of addresses.
/// </summary>
/// <typeparam name="TAddress">The addresses of group and sources.</typeparam>
public readonly ref struct GroupRecordView<TAddress>
    where TAddress : struct, INetworkAddress<TAddress>
{
    private readonly ReadOnlySpan<byte> _bytes;

    private GroupRecordView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>The octets in front of the sources.</summary>
    public static int FixedLength => Offset.Group + TAddress.Size;

    /// <summary>What the record tells.</summary>
    public GroupRecordType Type => (GroupRecordType)Field.Byte(_bytes, Offset.Type);

    /// <summary>The octets of auxiliary data, of which neither protocol defines any.</summary>
    public int AuxiliaryLength => Field.Byte(_bytes, Offset.AuxiliaryLength) * 4;

    /// <summary>How many sources the record tells it has.</summary>
    public ushort SourceCount => Field.UInt16(_bytes, Offset.SourceCount);

    /// <summary>The group.</summary>
    public TAddress Group => TAddress.ReadFrom(_bytes[Offset.Group..]);

    /// <summary>The octets of the record as it tells.</summary>
    public int RecordLength => FixedLength + (SourceCount * TAddress.Size) + AuxiliaryLength;

    /// <summary>Whether all of the record is there.</summary>
    public bool IsComplete => RecordLength <= _bytes.Length;

    /// <summary>The sources, as many of them as are there.</summary>
    public AddressList<TAddress> Sources => new(Field.Part(_bytes, FixedLength, SourceCount * TAddress.Size));

    /// <summary>The auxiliary data, as much of it as is there.</summary>
    public ReadOnlySpan<byte> AuxiliaryData => Field.Part(_bytes, FixedLength + (SourceCount * TAddress.Size), AuxiliaryLength);

    /// <summary>Looks at a record.</summary>
    /// <returns><see langword="false"/> if fewer octets are there than come in front of the sources.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParse(ReadOnlySpan<byte> bytes, out GroupRecordView<TAddress> view)
    {
        if (bytes.Length < FixedLength)
        {
            view = default;
            return false;
        }

        view = new GroupRecordView<TAddress>(bytes);
        return true;
    }

    /// <summary>What comes in front of the sources, as a value.</summary>
    public GroupRecordHeader<TAddress> ToHeader() => new() { Type = Type, AuxiliaryLength = AuxiliaryLength, SourceCount = SourceCount, Group = Group };
}

/// <summary>What comes in front of the sources of a group record, as a value; the sources are written behind it by whoever has them.</summary>
/// <typeparam name="TAddress">The addresses of group and sources.</typeparam>
public readonly record struct GroupRecordHeader<TAddress>
    where TAddress : struct, INetworkAddress<TAddress>
{
    /// <inheritdoc cref="GroupRecordView{TAddress}.Type"/>
    public GroupRecordType Type { get; init; }

    /// <summary>The octets of auxiliary data: a multiple of four, at most 1,020.</summary>
    public int AuxiliaryLength { get; init; }

    /// <inheritdoc cref="GroupRecordView{TAddress}.SourceCount"/>
    public ushort SourceCount { get; init; }

    /// <inheritdoc cref="GroupRecordView{TAddress}.Group"/>
    public TAddress Group { get; init; }

    /// <summary>The octets that <see cref="Emit"/> writes.</summary>
    public int Length => GroupRecordView<TAddress>.FixedLength;

    /// <summary>Writes the header.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The destination is shorter than <see cref="Length"/>.</exception>
    public void Emit(Span<byte> destination)
    {
        destination = destination[..Length];
        Field.SetByte(destination, Offset.Type, (byte)Type);
        Field.SetByte(destination, Offset.AuxiliaryLength, (byte)(AuxiliaryLength / 4));
        Field.SetUInt16(destination, Offset.SourceCount, SourceCount);
        Group.WriteTo(destination[Offset.Group..]);
    }
}

/// <summary>Walks over the group records of a report; never fails, and tells afterwards whether and where one was cut off.</summary>
/// <typeparam name="TAddress">The addresses of groups and sources.</typeparam>
/// <remarks>A <c>foreach</c> walks on a copy: whoever asks about malformed reports moves by hand.</remarks>
public ref struct GroupRecordEnumerator<TAddress>
    where TAddress : struct, INetworkAddress<TAddress>
{
    private readonly ReadOnlySpan<byte> _bytes;
    private int _next;
    private int _left;

    internal GroupRecordEnumerator(ReadOnlySpan<byte> bytes, int first, int count)
    {
        _bytes = bytes;
        _next = first;
        _left = count;
        MalformedOffset = -1;
    }

    /// <summary>The record last moved to; only after a move that succeeded.</summary>
    public GroupRecordView<TAddress> Current { get; private set; }

    /// <summary>After the last move: whether it stopped at a record that is not all there.</summary>
    public readonly bool IsMalformed => MalformedOffset >= 0;

    /// <summary>Where that record begins, in octets from the message's first; −1 where there is none.</summary>
    public int MalformedOffset { get; private set; }

    /// <summary>This, so that <c>foreach</c> works.</summary>
    public readonly GroupRecordEnumerator<TAddress> GetEnumerator() => this;

    /// <summary>Moves to the next record.</summary>
    /// <returns><see langword="false"/> after the last, or at one that is not all there.</returns>
    public bool MoveNext()
    {
        if (_left == 0 || IsMalformed)
        {
            return false;
        }

        if (!GroupRecordView<TAddress>.TryParse(_bytes[_next..], out GroupRecordView<TAddress> record) || !record.IsComplete)
        {
            MalformedOffset = _next;
            return false;
        }

        Current = record;
        _next += record.RecordLength;
        _left--;
        return true;
    }
}

file static class Offset
{
    internal const int Type = 0;
    internal const int AuxiliaryLength = 1;
    internal const int SourceCount = 2;
    internal const int Group = 4;
}
