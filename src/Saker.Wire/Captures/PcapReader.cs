using System.Runtime.CompilerServices;

namespace Saker.Wire.Captures;

/// <summary>Reads the classic form.</summary>
internal sealed class PcapReader : CaptureReader
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    // libpcap's own bound for what a capture program takes of a frame; it believes more only where the file header says so.
    private const uint UsualMaximum = 262_144;

    private const byte OutgoingPacketType = 4;

    private readonly ByteOrder _order;
    private readonly CaptureInterface _interface;
    private readonly int _headerLength;
    private readonly long _nanosecondsPerFraction;
    private readonly uint _maximumLength;
    private readonly LengthOrder _lengthOrder;

    private PcapReader(CaptureInput input, CaptureSource source, uint magic, ByteOrder order, CaptureInterface device, LengthOrder lengthOrder)
        : base(input, source)
    {
        _order = order;
        _interface = device;
        _lengthOrder = lengthOrder;
        _headerLength = magic == PcapFormat.ModifiedMagic ? PcapFormat.ModifiedRecordHeaderLength : PcapFormat.RecordHeaderLength;
        _nanosecondsPerFraction = magic == PcapFormat.NanosecondMagic ? 1 : 1000;
        _maximumLength = Math.Clamp(device.SnapLength, UsualMaximum, MaximumFrameLength);
        Interfaces = [device];
    }

    // In which order a record keeps the captured and the original length.
    private enum LengthOrder
    {
        CapturedFirst,
        SmallerIsCaptured,
        OriginalFirst,
    }

    public override CaptureFormat Format => CaptureFormat.Pcap;

    public override IReadOnlyList<CaptureInterface> Interfaces { get; }

    public static PcapReader? Open(CaptureInput input, CaptureSource source, uint magic, ByteOrder order, out CaptureFault? fault)
    {
        if (!input.TryPeek(PcapFormat.FileHeaderLength, out ReadOnlySpan<byte> header))
        {
            fault = source.FaultOfCut(input, 0, "pcap file header", PcapFormat.FileHeaderLength);
            return null;
        }

        ushort major = order.UInt16(header, PcapFormat.MajorVersion);
        ushort minor = order.UInt16(header, PcapFormat.MinorVersion);
        uint network = order.UInt32(header, PcapFormat.Network);
        var linkType = (LinkType)(network & PcapFormat.LinkTypeMask);
        if (!IsKnownVersion(major, minor))
        {
            fault = source.FaultAt(
                input, CaptureFaultKind.UnsupportedVersion, 0, $"is pcap of version {major}.{minor}, which no one writes; versions 2.0 to 2.4 are read");
            return null;
        }

        if ((network & PcapFormat.ReservedMask) != 0)
        {
            fault = source.FaultAt(
                input,
                CaptureFaultKind.Malformed,
                0,
                $"has the link type 0x{network:x8} in its header, which uses bits that are reserved; the header is damaged");
            return null;
        }

        if (source.Refuses(linkType))
        {
            fault = source.FaultAt(
                input,
                CaptureFaultKind.UnsupportedLinkType,
                0,
                $"holds frames of link type {LinkTypes.Describe(linkType)}, which is not supported; supported are {LinkLayer.SupportedTypes}");
            return null;
        }

        bool hasFcs = (network & PcapFormat.FcsPresentFlag) != 0;
        var device = new CaptureInterface
        {
            Index = 0,
            LinkType = linkType,
            SnapLength = order.UInt32(header, PcapFormat.SnapLength),
            FcsLength = hasFcs ? (int)(network >> PcapFormat.FcsLengthShift) * sizeof(ushort) : 0,
        };
        input.Advance(PcapFormat.FileHeaderLength);
        fault = null;
        return new PcapReader(input, source, magic, order, device, LengthOrderOf(major, minor));
    }

    public override bool TryReadNext(out CaptureFrame frame)
    {
        frame = default;
        long offset = Input.Position;
        if (!Input.TryPeek(_headerLength, out ReadOnlySpan<byte> header))
        {
            return EndOfInput(offset, "packet record header", _headerLength);
        }

        uint captured = _order.UInt32(header, PcapFormat.CapturedLength);
        uint original = _order.UInt32(header, PcapFormat.OriginalLength);
        if (_lengthOrder != LengthOrder.CapturedFirst && (_lengthOrder == LengthOrder.OriginalFirst || captured > original))
        {
            (captured, original) = (original, captured);
        }

        if (captured > _maximumLength)
        {
            return FailLength(offset, captured);
        }

        int recordLength = _headerLength + (int)captured;
        if (!Input.TryPeek(recordLength, out ReadOnlySpan<byte> record))
        {
            return EndOfInput(offset, "packet record", recordLength);
        }

        Input.Advance(recordLength);
        frame = new CaptureFrame
        {
            Number = ++FrameCount,
            Offset = offset,
            TimestampNanoseconds = (_order.UInt32(record, PcapFormat.Seconds) * NanosecondsPerSecond)
                + (_order.UInt32(record, PcapFormat.Fraction) * _nanosecondsPerFraction),
            OriginalLength = (int)Math.Min(original, int.MaxValue),
            InterfaceIndex = 0,
            LinkType = _interface.LinkType,
            InterfaceFcsLength = _interface.FcsLength,
            Bytes = record[_headerLength..],
            RecordDirection = _headerLength == PcapFormat.RecordHeaderLength ? CaptureDirection.Unknown
                : record[PcapFormat.ModifiedPacketType] == OutgoingPacketType ? CaptureDirection.Outbound
                : CaptureDirection.Inbound,
        };
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool FailLength(long offset, uint captured)
    {
        string bound = captured > MaximumFrameLength
            ? $"more than any frame has (the limit is {MaximumFrameLength})"
            : $"more than the file's snapshot length of {_interface.SnapLength} and than the {UsualMaximum} that capture programs take";
        return Fail(
            CaptureFaultKind.Malformed,
            offset,
            $"the packet record at {CaptureSource.At(Input, offset)} says {captured} bytes, {bound}; the capture is damaged there or just before");
    }

    private static bool IsKnownVersion(ushort major, ushort minor) => major == PcapFormat.CurrentMajorVersion
        ? minor <= PcapFormat.CurrentMinorVersion
        : major == PcapFormat.DguxMajorVersion && minor == 0;

    private static LengthOrder LengthOrderOf(ushort major, ushort minor) =>
        major == PcapFormat.DguxMajorVersion || minor < PcapFormat.LengthsExchangedInMinorVersion ? LengthOrder.OriginalFirst
        : minor == PcapFormat.LengthsExchangedInMinorVersion ? LengthOrder.SmallerIsCaptured
        : LengthOrder.CapturedFirst;
}
