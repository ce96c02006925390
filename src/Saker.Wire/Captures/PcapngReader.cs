using System.Runtime.CompilerServices;

namespace Saker.Wire.Captures;

/// <summary>
/// Reads the block form: shows the frames of enhanced, simple and obsolete packet blocks, keeps what interface blocks say, and passes over every other
/// block unseen.
/// </summary>
internal sealed class PcapngReader : CaptureReader
{
    // Sections may be many, but a section with more interfaces than this is damage.
    private const int MaximumInterfaces = 65_536;

    // A block that is looked at as a whole: the largest frame, and ample room for its options.
    private const uint MaximumBlockLength = MaximumFrameLength + (1024 * 1024);

    private const byte DecimalMicroseconds = 6;

    private readonly List<CaptureInterface> _interfaces = [];
    private int _sectionStart;
    private ByteOrder _order;

    private PcapngReader(CaptureInput input, CaptureSource source)
        : base(input, source)
    {
    }

    public override CaptureFormat Format => CaptureFormat.Pcapng;

    public override IReadOnlyList<CaptureInterface> Interfaces => _interfaces;

    public static PcapngReader? Open(CaptureInput input, CaptureSource source, out CaptureFault? fault)
    {
        var reader = new PcapngReader(input, source);
        bool isOpen = reader.TryReadSection(0);
        fault = isOpen ? null : reader.Fault;
        return isOpen ? reader : null;
    }

    public override bool TryReadNext(out CaptureFrame frame)
    {
        frame = default;
        while (TryReadBlock(out uint type, out long offset, out ReadOnlySpan<byte> block))
        {
            switch (type)
            {
                case PcapngFormat.EnhancedPacket:
                    return TryReadEnhanced(block, offset, _order.UInt32(block, PcapngFormat.EnhancedInterface), out frame);
                case PcapngFormat.ObsoletePacket:
                    return TryReadEnhanced(block, offset, _order.UInt16(block, PcapngFormat.ObsoleteInterface), out frame);
                case PcapngFormat.SimplePacket:
                    return TryReadSimple(block, offset, out frame);
                case PcapngFormat.InterfaceDescription when !TryReadInterface(block, offset):
                    return false;
                default:
                    break;
            }
        }

        return false;
    }

    // Goes to the next block. Its bytes are shown whole where its type is one of the four that matter; every other one is passed.
    private bool TryReadBlock(out uint type, out long offset, out ReadOnlySpan<byte> block)
    {
        block = default;
        type = 0;
        offset = Input.Position;
        if (!Input.TryPeek(PcapngFormat.MinimumBlockLength, out ReadOnlySpan<byte> header))
        {
            return EndOfInput(offset, "block", PcapngFormat.MinimumBlockLength);
        }

        type = _order.UInt32(header, 0);
        if (type == PcapngFormat.SectionHeader)
        {
            return TryReadSection(offset);
        }

        uint length = _order.UInt32(header, PcapngFormat.BlockLengthField);
        int minimum = MinimumLengthOf(type);
        return minimum == 0 ? TrySkipBlock(offset, type, length) : TryPeekBlock(offset, type, length, minimum, out block);
    }

    private bool TryPeekBlock(long offset, uint type, uint length, int minimum, out ReadOnlySpan<byte> block)
    {
        block = default;
        if (length < minimum || length % 4 != 0 || length > MaximumBlockLength)
        {
            return FailLength(offset, type, length, minimum);
        }

        if (!Input.TryPeek((int)length, out block))
        {
            return EndOfInput(offset, PcapngFormat.NameOf(type), length);
        }

        uint trailer = _order.UInt32(block, (int)length - PcapngFormat.BlockTrailerLength);
        if (trailer != length)
        {
            return FailTrailer(offset, type, length, trailer);
        }

        Input.Advance((int)length);
        return true;
    }

    private bool TrySkipBlock(long offset, uint type, uint length)
    {
        if (length < PcapngFormat.MinimumBlockLength || length % 4 != 0)
        {
            return FailLength(offset, type, length, PcapngFormat.MinimumBlockLength);
        }

        if (!Input.TrySkip(length - PcapngFormat.BlockTrailerLength) || !Input.TryPeek(PcapngFormat.BlockTrailerLength, out ReadOnlySpan<byte> end))
        {
            return EndOfInput(offset, PcapngFormat.NameOf(type), length);
        }

        uint trailer = _order.UInt32(end, 0);
        if (trailer != length)
        {
            return FailTrailer(offset, type, length, trailer);
        }

        Input.Advance(PcapngFormat.BlockTrailerLength);
        return true;
    }

    private bool TryReadSection(long offset)
    {
        const string Name = "section header block";
        if (!Input.TryPeek(PcapngFormat.MinimumSectionHeaderLength, out ReadOnlySpan<byte> header))
        {
            return EndOfInput(offset, Name, PcapngFormat.MinimumSectionHeaderLength);
        }

        uint magic = ByteOrder.Native.UInt32(header, PcapngFormat.SectionByteOrderMagic);
        var order = ByteOrder.Native;
        if (magic != PcapngFormat.ByteOrderMagic)
        {
            order = new ByteOrder(!order.IsBigEndian);
            if (order.UInt32(header, PcapngFormat.SectionByteOrderMagic) != PcapngFormat.ByteOrderMagic)
            {
                return FailBlock(
                    offset, PcapngFormat.SectionHeader, $"has the byte-order magic 0x{magic:x8} and not 0x1a2b3c4d in either order");
            }
        }

        _order = order;
        ushort major = order.UInt16(header, PcapngFormat.SectionMajorVersion);
        if (major != 1)
        {
            ushort minor = order.UInt16(header, PcapngFormat.SectionMinorVersion);
            return Fail(
                CaptureFaultKind.UnsupportedVersion,
                offset,
                $"the {Name} at {CaptureSource.At(Input, offset)} says version {major}.{minor} of pcapng; version 1 is read");
        }

        // Interface numbers begin anew in each section.
        _sectionStart = _interfaces.Count;
        uint length = order.UInt32(header, PcapngFormat.BlockLengthField);
        return TryPeekBlock(offset, PcapngFormat.SectionHeader, length, PcapngFormat.MinimumSectionHeaderLength, out _);
    }

    private bool TryReadInterface(ReadOnlySpan<byte> block, long offset)
    {
        const uint Type = PcapngFormat.InterfaceDescription;
        if (_interfaces.Count - _sectionStart >= MaximumInterfaces)
        {
            return FailBlock(offset, Type, $"is the {MaximumInterfaces + 1}th of its section; the capture is damaged");
        }

        var options = new CaptureOptions(block[PcapngFormat.InterfaceOptions..^PcapngFormat.BlockTrailerLength], _order);
        if (!options.AreWhole())
        {
            return FailBlock(offset, Type, "has an option that is longer than the block");
        }

        byte resolution = DecimalMicroseconds;
        if (options.TryFind(PcapngFormat.InterfaceTimestampResolutionOption, out CaptureOption option) && option.Value.Length == 1)
        {
            resolution = option.Value[0];
        }

        ulong timestampOffset = 0;
        if (options.TryFind(PcapngFormat.InterfaceTimestampOffsetOption, out option))
        {
            option.TryGetUInt64(out timestampOffset);
        }

        if (!TimestampScale.TryCreate(resolution, (long)timestampOffset, out TimestampScale scale))
        {
            return FailBlock(offset, Type, $"has a time stamp resolution of 0x{resolution:x2}, finer than 64 bits of it can count a second");
        }

        var linkType = (LinkType)_order.UInt16(block, PcapngFormat.InterfaceLinkType);
        _interfaces.Add(new CaptureInterface
        {
            Index = _interfaces.Count,
            LinkType = linkType,
            IsRefused = CaptureSource.Refuses(linkType),
            SnapLength = _order.UInt32(block, PcapngFormat.InterfaceSnapLength),
            Name = TextOf(options, PcapngFormat.InterfaceNameOption),
            Description = TextOf(options, PcapngFormat.InterfaceDescriptionOption),
            Comment = TextOf(options, PcapngFormat.CommentOption),
            FcsLength = FcsLengthOf(options),
            Scale = scale,
        });
        return true;
    }

    private bool TryReadEnhanced(ReadOnlySpan<byte> block, long offset, uint interfaceNumber, out CaptureFrame frame)
    {
        frame = default;
        uint captured = _order.UInt32(block, PcapngFormat.EnhancedCapturedLength);
        int room = block.Length - PcapngFormat.EnhancedData - PcapngFormat.BlockTrailerLength;
        if (captured > room)
        {
            return FailRoom(offset, _order.UInt32(block, 0), captured, room);
        }

        if (!TryFindInterface(interfaceNumber, offset, out CaptureInterface device))
        {
            return false;
        }

        int length = (int)captured;
        int end = PcapngFormat.EnhancedData + Math.Min(PcapngFormat.Padded(length), room);
        var options = new CaptureOptions(block[end..^PcapngFormat.BlockTrailerLength], _order);
        ulong ticks = ((ulong)_order.UInt32(block, PcapngFormat.EnhancedTimestampHigh) << 32) | _order.UInt32(block, PcapngFormat.EnhancedTimestampLow);
        frame = new CaptureFrame
        {
            Number = ++FrameCount,
            Offset = offset,
            TimestampNanoseconds = device.Scale.ToNanoseconds(ticks),
            OriginalLength = (int)Math.Min(_order.UInt32(block, PcapngFormat.EnhancedOriginalLength), int.MaxValue),
            InterfaceIndex = device.Index,
            LinkType = device.LinkType,
            InterfaceFcsLength = device.FcsLength,
            Bytes = block.Slice(PcapngFormat.EnhancedData, length),
            Options = options,
        };
        return true;
    }

    private bool TryReadSimple(ReadOnlySpan<byte> block, long offset, out CaptureFrame frame)
    {
        frame = default;
        if (!TryFindInterface(0, offset, out CaptureInterface device))
        {
            return false;
        }

        // The captured length is not written down: it is the least of the original length, the snapshot length and what there is room for.
        uint original = _order.UInt32(block, PcapngFormat.SimpleOriginalLength);
        uint bound = Math.Min(original, device.SnapLength == 0 ? uint.MaxValue : device.SnapLength);
        int room = block.Length - PcapngFormat.SimpleData - PcapngFormat.BlockTrailerLength;
        if (bound > room)
        {
            return FailRoom(offset, PcapngFormat.SimplePacket, bound, room);
        }

        frame = new CaptureFrame
        {
            Number = ++FrameCount,
            Offset = offset,
            TimestampNanoseconds = 0,
            OriginalLength = (int)Math.Min(original, int.MaxValue),
            InterfaceIndex = device.Index,
            LinkType = device.LinkType,
            InterfaceFcsLength = device.FcsLength,
            Bytes = block.Slice(PcapngFormat.SimpleData, (int)bound),
        };
        return true;
    }

    private bool TryFindInterface(uint number, long offset, out CaptureInterface device)
    {
        if (number >= (uint)(_interfaces.Count - _sectionStart))
        {
            device = null!;
            return FailInterface(offset, number);
        }

        device = _interfaces[_sectionStart + (int)number];
        return !device.IsRefused || FailLinkType(offset, device);
    }

    // The faults have methods of their own, so that making their messages costs the way of a sound frame nothing.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool FailBlock(long offset, uint type, string what) =>
        Fail(CaptureFaultKind.Malformed, offset, $"the {PcapngFormat.NameOf(type)} at {CaptureSource.At(Input, offset)} {what}");

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool FailLength(long offset, uint type, uint length, int minimum)
    {
        string wrong = length < minimum ? $"less than the {minimum} that it must have"
            : length % 4 != 0 ? "no multiple of 4"
            : $"more than any frame needs (the limit is {MaximumBlockLength})";
        return FailBlock(offset, type, $"says a length of {length} bytes, which is {wrong}");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool FailTrailer(long offset, uint type, uint length, uint trailer) =>
        FailBlock(offset, type, $"says a length of {length} bytes at its beginning and of {trailer} at its end");

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool FailRoom(long offset, uint type, uint frameLength, int room) =>
        FailBlock(offset, type, $"says a frame of {frameLength} bytes, but has room for {room}");

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool FailInterface(long offset, uint number) => Fail(
        CaptureFaultKind.Malformed,
        offset,
        $"the frame at {CaptureSource.At(Input, offset)} is of interface {number}, "
            + $"but its section has described {_interfaces.Count - _sectionStart} so far");

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool FailLinkType(long offset, CaptureInterface device) => Fail(
        CaptureFaultKind.UnsupportedLinkType,
        offset,
        $"the frame at {CaptureSource.At(Input, offset)} is of {device}, whose link type {LinkTypes.Describe(device.LinkType)} is not supported; "
            + $"supported are {LinkLayer.SupportedTypes}");

    // What the types that are looked at have at least; 0 for those that are passed.
    private static int MinimumLengthOf(uint type) => type switch
    {
        PcapngFormat.EnhancedPacket or PcapngFormat.ObsoletePacket => PcapngFormat.EnhancedData + PcapngFormat.BlockTrailerLength,
        PcapngFormat.SimplePacket => PcapngFormat.SimpleData + PcapngFormat.BlockTrailerLength,
        PcapngFormat.InterfaceDescription => PcapngFormat.InterfaceOptions + PcapngFormat.BlockTrailerLength,
        _ => 0,
    };

    private static string? TextOf(CaptureOptions options, int code) => options.TryFind(code, out CaptureOption option) ? option.Text : null;

    // The option is one byte, in bits.
    private static int FcsLengthOf(CaptureOptions options) =>
        options.TryFind(PcapngFormat.InterfaceFcsLengthOption, out CaptureOption option) && option.Value.Length == 1 ? option.Value[0] / 8 : 0;
}
