using Saker.Wire.Captures;

namespace Saker.Tests.Wire.Captures;

public class PcapngReaderTests
{
    private const int IfName = 2;
    private const int IfDescription = 3;
    private const int IfTimestampResolution = 9;
    private const int IfFcsLength = 13;
    private const int IfTimestampOffset = 14;
    private const int Comment = 1;
    private const int Flags = 2;
    private const int Hash = 3;
    private const int Queue = 6;

    private static readonly byte[] First = [1, 2, 3, 4, 5];
    private static readonly byte[] Second = [6, 7, 8];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_kind_of_packet_block_is_read_in_both_byte_orders(bool isBigEndian)
    {
        byte[] file = new CaptureBytes(isBigEndian).Section().Interface(snapLength: 4)
            .Enhanced(0, 1_700_000_000_123_456, First, original: 60)
            .Obsolete(0, 7, Second, options => options.UInt32Option(Flags, 2))
            .Simple(60, [1, 2, 3, 4])
            .Simple(3, Second)
            .ToArray();

        Assert.Equal(
            [
                new KeptFrame(1, 48, 1_700_000_000_123_456_000, 60, 0, LinkType.Ethernet, CaptureDirection.Unknown, null, "0102030405"),
                new KeptFrame(2, 88, 7000, 3, 0, LinkType.Ethernet, CaptureDirection.Outbound, null, "060708"),
                new KeptFrame(3, 132, 0, 60, 0, LinkType.Ethernet, CaptureDirection.Unknown, null, "01020304"),
                new KeptFrame(4, 152, 0, 3, 0, LinkType.Ethernet, CaptureDirection.Unknown, null, "060708"),
            ],
            CaptureReading.ReadSound(file));
    }

    [Fact]
    public void A_file_byte_for_byte_as_editcap_writes_it_is_read()
    {
        byte[] file = Convert.FromHexString(
            "0a0d0d0a6c0000004d3c2b1a01000000ffffffffffffffff0400450045646974636170202857697265736861726b2920342e302e31372028476974207634"
            + "2e302e3137207061636b6167656420617320342e302e31372d302b6465623132753329000000000000006c0000000100000014000000010000000000040014"
            + "000000060000004000000000000000240a0600402220180e0000000e000000ffffffffffff020000000001080600000100050068656c6c6f0000000000000040"
            + "000000");

        KeptFrame frame = Assert.Single(CaptureReading.ReadSound(file));

        Assert.Equal(1_700_000_000_123_456_000, frame.Time);
        Assert.Equal("ffffffffffff0200000000010806", frame.Hex);
        Assert.Equal("hello", frame.Comment);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_interfaces_and_frames_say_is_kept(bool isBigEndian)
    {
        byte[] file = new CaptureBytes(isBigEndian).Section(options => options.TextOption(4, "a program").EndOfOptions())
            .Interface(1, 262_144, options => options
                .TextOption(IfName, "eth0").TextOption(IfDescription, "uplink").TextOption(Comment, "kept").Option(IfFcsLength, 32).EndOfOptions())
            .Interface(101, 0, options => options.TextOption(IfName, "tun0"))
            .Enhanced(1, 0, First, options: options => options
                .TextOption(Comment, "seen: ü").TextOption(Comment, "again").UInt32Option(Flags, 0b1_0000_0101)
                .Option(Hash, 5, 0xde, 0xad, 0xbe, 0xef).UInt32Option(Queue, 3).EndOfOptions())
            .Enhanced(0, 0, First)
            .ToArray();

        Assert.True(CaptureReader.TryOpen(new MemoryStream(file), "test", out CaptureReader? reader, out _));
        using (reader)
        {
            Assert.True(reader.TryReadNext(out CaptureFrame frame));
            Assert.Equal(CaptureFormat.Pcapng, reader.Format);
            Assert.Equal(["eth0", "tun0"], reader.Interfaces.Select(device => device.Name));
            Assert.Equal(["uplink", null], reader.Interfaces.Select(device => device.Description));
            Assert.Equal("kept", reader.Interfaces[0].Comment);
            Assert.Equal(262_144u, reader.Interfaces[0].SnapLength);
            Assert.Equal("interface 1 (tun0)", reader.Interfaces[1].ToString());

            Assert.Equal(1, frame.InterfaceIndex);
            Assert.Equal(LinkType.Raw, frame.LinkType);
            Assert.Equal("seen: ü", frame.Comment);
            Assert.Equal(CaptureDirection.Inbound, frame.Direction);
            Assert.Equal(8, frame.FcsLength);
            Assert.True(frame.TryGetQueue(out uint queue));
            Assert.Equal(3u, queue);
            Assert.True(frame.TryGetHash(out byte algorithm, out ReadOnlySpan<byte> hash));
            Assert.Equal(5, algorithm);
            Assert.Equal<byte>([0xde, 0xad, 0xbe, 0xef], hash);

            Assert.True(reader.TryReadNext(out frame));
            Assert.Equal(4, frame.FcsLength);
            Assert.Equal<byte>([1], frame.BytesWithoutFcs);
            Assert.Null(frame.Comment);
            Assert.False(frame.TryGetQueue(out _));
            Assert.False(frame.TryGetHash(out _, out _));
            Assert.False(frame.TryGetFlags(out _));
        }
    }

    [Fact]
    public void Each_section_has_its_own_byte_order_and_interfaces()
    {
        var bytes = new CaptureBytes();
        bytes.Section().Interface(1).Enhanced(0, 1, First);
        bytes.IsBigEndian = true;
        bytes.Section().Interface(101).Interface(229).Enhanced(1, 2, Second);

        List<KeptFrame> frames = CaptureReading.ReadSound(bytes.ToArray());

        Assert.Equal([(0, LinkType.Ethernet, 1000L), (2, LinkType.IPv6, 2000L)], frames.Select(frame => (frame.Interface, frame.LinkType, frame.Time)));
    }

    [Theory]
    [InlineData(0, 5, 0, 5_000_000_000)]
    [InlineData(6, 1_000_001, 0, 1_000_001_000)]
    [InlineData(9, 123, 0, 123)]
    [InlineData(12, 123_999, 0, 123)]
    [InlineData(19, 20_000_000_000, 0, 2)]
    [InlineData(0x80, 3, 0, 3_000_000_000)]
    [InlineData(0x8a, 1536, 0, 1_500_000_000)]
    [InlineData(0xa0, (5L << 32) + (1L << 31), 0, 5_500_000_000)]
    [InlineData(0xbf, long.MaxValue, 0, 999_999_999)]
    [InlineData(6, 1, 1_700_000_000, 1_700_000_000_000_001_000)]
    [InlineData(9, 1, -1, -999_999_999)]
    [InlineData(6, long.MaxValue, 0, long.MaxValue)]
    [InlineData(9, -1, 0, long.MaxValue)]
    [InlineData(0, 1, long.MinValue, long.MinValue)]
    public void Time_stamps_are_scaled_and_shifted(int resolution, long ticks, long offset, long expected)
    {
        byte[] file = new CaptureBytes().Section()
            .Interface(options: options => options
                .Option(IfTimestampResolution, (byte)resolution).UInt64Option(IfTimestampOffset, (ulong)offset).EndOfOptions())
            .Enhanced(0, (ulong)ticks, First)
            .ToArray();

        Assert.Equal(expected, Assert.Single(CaptureReading.ReadSound(file)).Time);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(0x7f)]
    [InlineData(0xc0)]
    public void A_resolution_that_64_bits_cannot_hold_is_a_fault(byte resolution)
    {
        byte[] file = new CaptureBytes().Section().Interface(options: options => options.Option(IfTimestampResolution, resolution)).ToArray();

        Assert.Contains($"time stamp resolution of 0x{resolution:x2}", CaptureReading.ReadAll(file).Fault?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Blocks_of_no_concern_are_passed_however_long()
    {
        byte[] file = new CaptureBytes().Section().Interface()
            .Block(4, body => body.UInt32(0))
            .Block(5, body => body.UInt32(0).UInt64(0))
            .Block(10, body => body.UInt32(0x544c534b).UInt32(3).Raw("abc"u8))
            .Block(0x0bad, body => body.UInt32(1))
            .Block(0x8000_1234, body => body.Raw(new byte[1_000_000]))
            .Block(0xffff_ffff)
            .Enhanced(0, 0, First)
            .ToArray();

        Assert.Single(CaptureReading.ReadSound(file));
    }

    [Fact]
    public void A_frame_of_an_interface_that_nobody_reads_is_a_fault_unless_asked_for()
    {
        byte[] file = new CaptureBytes().Section().Interface(1).Interface(127, options: options => options.TextOption(IfName, "wlan0"))
            .Enhanced(0, 0, First).Enhanced(1, 0, Second).Enhanced(0, 0, First)
            .ToArray();

        (List<KeptFrame> frames, CaptureFault? fault) = CaptureReading.ReadAll(file);

        Assert.Single(frames);
        Assert.Equal(CaptureFaultKind.UnsupportedLinkType, fault?.Kind);
        Assert.StartsWith(
            "the frame at byte 120 is of interface 1 (wlan0), whose link type 127 (IEEE802_11_RADIOTAP) is not supported; supported are Ethernet (1)",
            fault?.Message,
            StringComparison.Ordinal);
        (frames, fault) = CaptureReading.ReadAll(file, anyLinkType: true);
        Assert.Equal(3, frames.Count);
        Assert.Null(fault);
    }

    public static TheoryData<string, string, int> Damages => new()
    {
        { "interface", "the frame at byte 48 is of interface 1, but its section has described 1 so far", 0 },
        { "captured", "the enhanced packet block at byte 48 says a frame of 9 bytes, but has room for 8", 0 },
        { "short", "the enhanced packet block at byte 48 says a length of 28 bytes, which is less than the 32 that it must have", 0 },
        { "odd", "the enhanced packet block at byte 48 says a length of 41 bytes, which is no multiple of 4", 0 },
        { "huge", "the enhanced packet block at byte 48 says a length of 4294967292 bytes, which is more than any frame needs (the limit is 68157440)", 0 },
        { "trailer", "the enhanced packet block at byte 48 says a length of 32 bytes at its beginning and of 36 at its end", 0 },
        { "skipped", "the block of type 0x00001234 at byte 48 says a length of 16 bytes at its beginning and of 20 at its end", 0 },
        { "tiny", "the block of type 0x00000000 at byte 48 says a length of 0 bytes, which is less than the 12 that it must have", 0 },
        { "simple", "the simple packet block at byte 48 says a frame of 60 bytes, but has room for 4", 0 },
        { "options", "the interface description block at byte 48 has an option that is longer than the block", 0 },
        { "magic", "the section header block at byte 48 has the byte-order magic 0x01020304 and not 0x1a2b3c4d in either order", 0 },
        { "version", "the section header block at byte 48 says version 2.0 of pcapng; version 1 is read", 0 },
        { "before", "the frame at byte 76 is of interface 0, but its section has described 0 so far", 0 },
        { "rest", "the block at byte 84 is 12 bytes long, but the capture ends after 3 of them; it was not written or copied whole", 1 },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void Damage_is_told_with_its_offset(string damage, string message, int framesBefore)
    {
        CaptureBytes bytes = new CaptureBytes().Section().Interface();
        byte[] file = (damage switch
        {
            "interface" => bytes.Enhanced(1, 0, First),
            "captured" => bytes.Enhanced(0, 0, First, captured: 9),
            "short" => bytes.UInt32(6).UInt32(28).Raw(new byte[16]).UInt32(28),
            "odd" => bytes.UInt32(6).UInt32(41).Raw(new byte[40]),
            "huge" => bytes.UInt32(6).UInt32(0xffff_fffc).Raw(new byte[40]),
            "trailer" => bytes.UInt32(6).UInt32(32).Raw(new byte[20]).UInt32(36),
            "skipped" => bytes.UInt32(0x1234).UInt32(16).UInt32(0).UInt32(20),
            "tiny" => bytes.Raw(new byte[12]),
            "simple" => bytes.Simple(60, [1, 2, 3, 4]),
            "options" => bytes.Interface(options: options => options.UInt16(2).UInt16(9).UInt32(0)),
            "magic" => bytes.Block(0x0a0d0d0a, body => body.UInt32(0x01020304).UInt16(1).UInt16(0).UInt64(0)),
            "version" => bytes.Block(0x0a0d0d0a, body => body.UInt32(0x1a2b3c4d).UInt16(2).UInt16(0).UInt64(0)),
            "before" => bytes.Section().Enhanced(0, 0, First),
            _ => bytes.Enhanced(0, 0, [1, 2]).Raw(1, 2, 3),
        }).ToArray();

        (List<KeptFrame> frames, CaptureFault? fault) = CaptureReading.ReadAll(file);

        Assert.Equal(message, fault?.Message);
        Assert.Equal(framesBefore, frames.Count);
    }

    [Fact]
    public void Damaged_options_of_a_frame_do_not_hide_the_frame()
    {
        byte[] file = new CaptureBytes().Section().Interface()
            .Enhanced(0, 0, First, options: options => options.UInt32Option(Queue, 5).UInt16(Comment).UInt16(500).UInt32(0))
            .ToArray();

        Assert.True(CaptureReader.TryOpen(new MemoryStream(file), "test", out CaptureReader? reader, out _));
        Assert.True(reader.TryReadNext(out CaptureFrame frame));

        Assert.Null(frame.Comment);
        Assert.True(frame.TryGetQueue(out uint queue));
        Assert.Equal(5u, queue);
    }
}
