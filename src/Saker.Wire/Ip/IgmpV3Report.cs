using System.Runtime.CompilerServices;

namespace Saker.Wire;

/// <summary>A membership report of IGMP version 3 in place (RFC 3376 section 4.2).</summary>
public readonly ref struct IgmpV3ReportView
{
    /// <summary>The octets in front of the group records.</summary>
    public const int FixedLength = 8;

    private readonly ReadOnlySpan<byte> _bytes;

    private IgmpV3ReportView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>The type, which is <see cref="IgmpType.V3MembershipReport"/>.</summary>
    public IgmpType Type => (IgmpType)Field.Byte(_bytes, Offset.Type);

    /// <summary>The checksum over the message.</summary>
    public ushort Checksum => Field.UInt16(_bytes, Offset.Checksum);

    /// <summary>How many group records the report tells it has.</summary>
    public ushort RecordCount => Field.UInt16(_bytes, Offset.RecordCount);

    /// <summary>Looks at a report.</summary>
    /// <returns><see langword="false"/> if fewer octets are there than come in front of the records.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParse(ReadOnlySpan<byte> bytes, out IgmpV3ReportView view)
    {
        if (bytes.Length < FixedLength)
        {
            view = default;
            return false;
        }

        view = new IgmpV3ReportView(bytes);
        return true;
    }

    /// <summary>The group records one by one.</summary>
    public GroupRecordEnumerator<IPv4Address> EnumerateRecords() => new(_bytes, FixedLength, RecordCount);

    /// <summary>What comes in front of the records, as a value.</summary>
    public IgmpV3ReportHeader ToHeader() => new() { Checksum = Checksum, RecordCount = RecordCount };
}

/// <summary>What comes in front of the records of an IGMPv3 report, as a value; the records are written behind it by whoever has them.</summary>
public readonly record struct IgmpV3ReportHeader
{
    /// <inheritdoc cref="IgmpV3ReportView.Checksum"/>
    public ushort Checksum { get; init; }

    /// <inheritdoc cref="IgmpV3ReportView.RecordCount"/>
    public ushort RecordCount { get; init; }

    /// <summary>The octets that <see cref="Emit"/> writes.</summary>
    public int Length => IgmpV3ReportView.FixedLength;

    /// <summary>Writes the header.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The destination is shorter than <see cref="Length"/>.</exception>
    public void Emit(Span<byte> destination)
    {
        destination = destination[..Length];
        destination.Clear();
        Field.SetByte(destination, Offset.Type, (byte)IgmpType.V3MembershipReport);
        Field.SetUInt16(destination, Offset.Checksum, Checksum);
        Field.SetUInt16(destination, Offset.RecordCount, RecordCount);
    }
}

file static class Offset
{
    internal const int Type = 0;
    internal const int Checksum = 2;
    internal const int RecordCount = 6;
}
