using System.Runtime.CompilerServices;

namespace Saker.Wire;

/// <summary>What a address record tells (RFC 3810 section 5.2.12).</summary>
public enum MldV2RecordType : byte
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

/// <summary>A report of multicast listener discovery version 2 in place (RFC 3810 section 5.2).</summary>
public readonly ref struct MldV2ReportView
{
    /// <summary>The octets in front of the address records.</summary>
    public const int FixedLength = 8;

    private readonly ReadOnlySpan<byte> _bytes;

    private MldV2ReportView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>The type, which is <see cref="IcmpV6Type.MulticastListenerReportV2"/>.</summary>
    public IcmpV6Type Type => (IcmpV6Type)Field.Byte(_bytes, ReportOffset.Type);

    /// <summary>The checksum over pseudo header and message.</summary>
    public ushort Checksum => Field.UInt16(_bytes, ReportOffset.Checksum);

    /// <summary>How many address records the report tells it has.</summary>
    public ushort RecordCount => Field.UInt16(_bytes, ReportOffset.RecordCount);

    /// <summary>Looks at a report.</summary>
    /// <returns><see langword="false"/> if fewer octets are there than come in front of the records.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParse(ReadOnlySpan<byte> bytes, out MldV2ReportView view)
    {
        if (bytes.Length < FixedLength)
        {
            view = default;
            return false;
        }

        view = new MldV2ReportView(bytes);
        return true;
    }

    /// <summary>The address records one by one.</summary>
    public MldV2AddressRecordEnumerator EnumerateRecords() => new(_bytes, FixedLength, RecordCount);

    /// <summary>What comes in front of the records, as a value.</summary>
    public MldV2ReportHeader ToHeader() => new() { Checksum = Checksum, RecordCount = RecordCount };
}

/// <summary>What comes in front of the records of an MLDv2 report, as a value; the records are written behind it by whoever has them.</summary>
public readonly record struct MldV2ReportHeader
{
    /// <inheritdoc cref="MldV2ReportView.Checksum"/>
    public ushort Checksum { get; init; }

    /// <inheritdoc cref="MldV2ReportView.RecordCount"/>
    public ushort RecordCount { get; init; }

    /// <summary>The octets that <see cref="Emit"/> writes.</summary>
    public int Length => MldV2ReportView.FixedLength;

    /// <summary>Writes the header.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The destination is shorter than <see cref="Length"/>.</exception>
    public void Emit(Span<byte> destination)
    {
        destination = destination[..Length];
        destination.Clear();
        Field.SetByte(destination, ReportOffset.Type, (byte)IcmpV6Type.MulticastListenerReportV2);
        Field.SetUInt16(destination, ReportOffset.Checksum, Checksum);
        Field.SetUInt16(destination, ReportOffset.RecordCount, RecordCount);
    }
}

/// <summary>A address record of an MLDv2 report in place (RFC 3810 section 5.2).</summary>
public readonly ref struct MldV2AddressRecordView
{
    /// <summary>The octets in front of the sources.</summary>
    public const int FixedLength = 20;

    private readonly ReadOnlySpan<byte> _bytes;

    private MldV2AddressRecordView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>What the record tells.</summary>
    public MldV2RecordType Type => (MldV2RecordType)Field.Byte(_bytes, RecordOffset.Type);

    /// <summary>The octets of auxiliary data, of which MLDv2 defines none.</summary>
    public int AuxiliaryLength => Field.Byte(_bytes, RecordOffset.AuxiliaryLength) * 4;

    /// <summary>How many sources the record tells it has.</summary>
    public ushort SourceCount => Field.UInt16(_bytes, RecordOffset.SourceCount);

    /// <summary>The group.</summary>
    public IPv6Address Group => Field.IPv6(_bytes, RecordOffset.Group);

    /// <summary>The octets of the record as it tells.</summary>
    public int RecordLength => FixedLength + (SourceCount * IPv6Address.Size) + AuxiliaryLength;

    /// <summary>Whether all of the record is there.</summary>
    public bool IsComplete => RecordLength <= _bytes.Length;

    /// <summary>The sources, as many of them as are there.</summary>
    public IPv6AddressList Sources => new(Field.Part(_bytes, FixedLength, SourceCount * IPv6Address.Size));

    /// <summary>The auxiliary data, as much of it as is there.</summary>
    public ReadOnlySpan<byte> AuxiliaryData => Field.Part(_bytes, FixedLength + (SourceCount * IPv6Address.Size), AuxiliaryLength);

    /// <summary>Looks at a record.</summary>
    /// <returns><see langword="false"/> if fewer octets are there than come in front of the sources.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParse(ReadOnlySpan<byte> bytes, out MldV2AddressRecordView view)
    {
        if (bytes.Length < FixedLength)
        {
            view = default;
            return false;
        }

        view = new MldV2AddressRecordView(bytes);
        return true;
    }

    /// <summary>What comes in front of the sources, as a value.</summary>
    public MldV2AddressRecordHeader ToHeader() => new() { Type = Type, AuxiliaryLength = AuxiliaryLength, SourceCount = SourceCount, Group = Group };
}

/// <summary>What comes in front of the sources of a address record, as a value; the sources are written behind it by whoever has them.</summary>
public readonly record struct MldV2AddressRecordHeader
{
    /// <inheritdoc cref="MldV2AddressRecordView.Type"/>
    public MldV2RecordType Type { get; init; }

    /// <summary>The octets of auxiliary data: a multiple of four, at most 1,020.</summary>
    public int AuxiliaryLength { get; init; }

    /// <inheritdoc cref="MldV2AddressRecordView.SourceCount"/>
    public ushort SourceCount { get; init; }

    /// <inheritdoc cref="MldV2AddressRecordView.Group"/>
    public IPv6Address Group { get; init; }

    /// <summary>The octets that <see cref="Emit"/> writes.</summary>
    public int Length => MldV2AddressRecordView.FixedLength;

    /// <summary>Writes the header.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The destination is shorter than <see cref="Length"/>.</exception>
    public void Emit(Span<byte> destination)
    {
        destination = destination[..Length];
        Field.SetByte(destination, RecordOffset.Type, (byte)Type);
        Field.SetByte(destination, RecordOffset.AuxiliaryLength, (byte)(AuxiliaryLength / 4));
        Field.SetUInt16(destination, RecordOffset.SourceCount, SourceCount);
        Field.SetIPv6(destination, RecordOffset.Group, Group);
    }
}

/// <summary>Walks over the address records of a report; never fails, and tells afterwards whether and where one was cut off.</summary>
/// <remarks>A <c>foreach</c> walks on a copy: whoever asks about malformed reports moves by hand.</remarks>
public ref struct MldV2AddressRecordEnumerator
{
    private readonly ReadOnlySpan<byte> _bytes;
    private int _next;
    private int _left;

    internal MldV2AddressRecordEnumerator(ReadOnlySpan<byte> bytes, int first, int count)
    {
        _bytes = bytes;
        _next = first;
        _left = count;
        MalformedOffset = -1;
    }

    /// <summary>The record last moved to; only after a move that succeeded.</summary>
    public MldV2AddressRecordView Current { get; private set; }

    /// <summary>After the last move: whether it stopped at a record that is not all there.</summary>
    public readonly bool IsMalformed => MalformedOffset >= 0;

    /// <summary>Where that record begins, in octets from the message's first; −1 where there is none.</summary>
    public int MalformedOffset { get; private set; }

    /// <summary>This, so that <c>foreach</c> works.</summary>
    public readonly MldV2AddressRecordEnumerator GetEnumerator() => this;

    /// <summary>Moves to the next record.</summary>
    /// <returns><see langword="false"/> after the last, or at one that is not all there.</returns>
    public bool MoveNext()
    {
        if (_left == 0 || IsMalformed)
        {
            return false;
        }

        if (!MldV2AddressRecordView.TryParse(_bytes[_next..], out MldV2AddressRecordView record) || !record.IsComplete)
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

file static class ReportOffset
{
    internal const int Type = 0;
    internal const int Checksum = 2;
    internal const int RecordCount = 6;
}

file static class RecordOffset
{
    internal const int Type = 0;
    internal const int AuxiliaryLength = 1;
    internal const int SourceCount = 2;
    internal const int Group = 4;
}
