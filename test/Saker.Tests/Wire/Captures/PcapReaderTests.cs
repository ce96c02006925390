using Saker.Wire.Captures;

namespace Saker.Tests.Wire.Captures;

public class PcapReaderTests
{
    private static readonly byte[] First = [1, 2, 3, 4, 5];
    private static readonly byte[] Second = [6, 7, 8];

    [Theory]
    [InlineData(false, 0xa1b2c3d4, 1_700_000_000_123_456_000)]
    [InlineData(true, 0xa1b2c3d4, 1_700_000_000_123_456_000)]
    [InlineData(false, 0xa1b23c4d, 1_700_000_000_000_123_456)]
    [InlineData(true, 0xa1b23c4d, 1_700_000_000_000_123_456)]
    public void Both_byte_orders_and_both_resolutions_are_read(bool isBigEndian, uint magic, long time)
    {
        byte[] file = new CaptureBytes(isBigEndian).PcapHeader(magic)
            .PcapRecord(1_700_000_000, 123_456, First)
            .PcapRecord(0, 0, Second, original: 1500)
            .ToArray();

        Assert.Equal(
            [
                new KeptFrame(1, 24, time, 5, 0, LinkType.Ethernet, CaptureDirection.Unknown, null, "0102030405"),
                new KeptFrame(2, 45, 0, 1500, 0, LinkType.Ethernet, CaptureDirection.Unknown, null, "060708"),
            ],
            CaptureReading.ReadSound(file));
    }

    [Fact]
    public void A_file_byte_for_byte_as_it_is_usual_is_read()
    {
        byte[] file = Convert.FromHexString(
            "d4c3b2a1020004000000000000000000000004000100000000f1536540e201000e0000000e000000ffffffffffff0200000000010806");

        KeptFrame frame = Assert.Single(CaptureReading.ReadSound(file));

        Assert.Equal(1_700_000_000_123_456_000, frame.Time);
        Assert.Equal("ffffffffffff0200000000010806", frame.Hex);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_modified_form_has_longer_records_with_a_direction(bool isBigEndian)
    {
        byte[] file = new CaptureBytes(isBigEndian).PcapHeader(0xa1b2cd34)
            .UInt32(1).UInt32(2).UInt32(3).UInt32(60).UInt32(7).UInt16(0x800).Raw(0, 0).Raw(Second)
            .UInt32(1).UInt32(3).UInt32(3).UInt32(3).UInt32(7).UInt16(0x800).Raw(4, 0).Raw(Second)
            .ToArray();

        Assert.Equal(
            [
                new KeptFrame(1, 24, 1_000_002_000, 60, 0, LinkType.Ethernet, CaptureDirection.Inbound, null, "060708"),
                new KeptFrame(2, 51, 1_000_003_000, 3, 0, LinkType.Ethernet, CaptureDirection.Outbound, null, "060708"),
            ],
            CaptureReading.ReadSound(file));
    }

    [Theory]
    [InlineData(2, 4, 5, 9)]
    [InlineData(2, 3, 5, 9)]
    [InlineData(2, 3, 9, 5)]
    [InlineData(2, 2, 9, 5)]
    [InlineData(2, 0, 9, 5)]
    [InlineData(543, 0, 9, 5)]
    public void Versions_before_2_4_may_have_the_lengths_exchanged(int major, int minor, uint third, uint fourth)
    {
        byte[] file = new CaptureBytes().PcapHeader(major: major, minor: minor).PcapRecord(0, 0, First, third, fourth).ToArray();

        KeptFrame frame = Assert.Single(CaptureReading.ReadSound(file));

        Assert.Equal("0102030405", frame.Hex);
        Assert.Equal(9, frame.OriginalLength);
    }

    [Fact]
    public void The_link_type_field_may_say_the_length_of_the_check_sequence()
    {
        byte[] file = new CaptureBytes().PcapHeader(network: 0x2400_0001).PcapRecord(0, 0, [1, 2, 3, 4, 5, 6, 7, 8]).ToArray();

        Assert.True(CaptureReader.TryOpen(new MemoryStream(file), "test", out CaptureReader? reader, out _));
        Assert.True(reader.TryReadNext(out CaptureFrame frame));

        Assert.Equal(LinkType.Ethernet, frame.LinkType);
        Assert.Equal(4, frame.FcsLength);
        Assert.Equal(8, frame.Bytes.Length);
        Assert.Equal<byte>([1, 2, 3, 4], frame.BytesWithoutFcs);
    }

    [Theory]
    [InlineData(8, 4)]
    [InlineData(9, 5)]
    [InlineData(11, 7)]
    [InlineData(12, 8)]
    [InlineData(60, 8)]
    [InlineData(2, 0)]
    public void A_cut_frame_loses_only_what_there_is_of_its_check_sequence(uint original, int expected)
    {
        byte[] file = new CaptureBytes().PcapHeader(network: 0x2400_0001).PcapRecord(0, 0, [1, 2, 3, 4, 5, 6, 7, 8], original: original).ToArray();

        Assert.True(CaptureReader.TryOpen(new MemoryStream(file), "test", out CaptureReader? reader, out _));
        Assert.True(reader.TryReadNext(out CaptureFrame frame));

        Assert.Equal(expected, frame.BytesWithoutFcs.Length);
    }

    [Fact]
    public void What_libpcap_puts_up_with_is_no_fault()
    {
        byte[] file = new CaptureBytes().PcapHeader(snapLength: 4)
            .PcapRecord(0, 0, First)
            .PcapRecord(uint.MaxValue, uint.MaxValue, First, original: 2)
            .PcapRecord(3, 0, [])
            .PcapRecord(2, 0, new byte[262_144], original: uint.MaxValue)
            .ToArray();

        List<KeptFrame> frames = CaptureReading.ReadSound(file);

        Assert.Equal(4, frames.Count);
        Assert.Equal((uint.MaxValue * 1_000_000_000L) + (uint.MaxValue * 1000L), frames[1].Time);
        Assert.Equal("0102030405", frames[1].Hex);
        Assert.Equal(2, frames[1].OriginalLength);
        Assert.Equal("", frames[2].Hex);
        Assert.Equal(int.MaxValue, frames[3].OriginalLength);
    }

    [Fact]
    public void A_record_above_what_any_program_takes_is_a_fault()
    {
        byte[] file = new CaptureBytes().PcapHeader().PcapRecord(0, 0, First).PcapRecord(0, 0, First, captured: 262_145).ToArray();

        (List<KeptFrame> frames, CaptureFault? fault) = CaptureReading.ReadAll(file);

        Assert.Single(frames);
        Assert.Equal(CaptureFaultKind.Malformed, fault?.Kind);
        Assert.Equal(45, fault?.Offset);
        Assert.Equal(
            "test: the packet record at byte 45 says 262145 bytes, more than the file's snapshot length of 65535 and than the 262144 that "
                + "capture programs take; the capture is damaged there or just before",
            fault?.ToString());
    }

    [Fact]
    public void A_snapshot_length_above_the_usual_allows_frames_above_the_usual()
    {
        byte[] frame = new byte[700_001];
        frame[^1] = 0xee;
        byte[] file = new CaptureBytes().PcapHeader(snapLength: 1 << 20).PcapRecord(0, 0, First).PcapRecord(0, 0, frame).PcapRecord(0, 0, Second).ToArray();

        List<KeptFrame> frames = CaptureReading.ReadSound(file);

        Assert.Equal([5, 700_001, 3], frames.Select(read => read.OriginalLength));
        Assert.EndsWith("00ee", frames[1].Hex, StringComparison.Ordinal);
        Assert.Equal("060708", frames[2].Hex);
    }

    [Theory]
    [InlineData(67_108_865u)]
    [InlineData(0x8000_0000u)]
    [InlineData(uint.MaxValue)]
    public void A_frame_above_64_MiB_is_a_fault_whatever_the_snapshot_length(uint captured)
    {
        byte[] file = new CaptureBytes().PcapHeader(snapLength: uint.MaxValue).PcapRecord(0, 0, First, captured).ToArray();

        (_, CaptureFault? fault) = CaptureReading.ReadAll(file);

        Assert.Contains($"says {captured} bytes, more than any frame has", fault?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_length_that_lies_costs_no_memory()
    {
        byte[] file = new CaptureBytes().PcapHeader(snapLength: uint.MaxValue).PcapRecord(0, 0, First, captured: 60_000_000).ToArray();
        long before = GC.GetAllocatedBytesForCurrentThread();

        (_, CaptureFault? fault) = CaptureReading.ReadAll(file);

        Assert.Equal(CaptureFaultKind.Truncated, fault?.Kind);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 2_000_000);
    }

    [Fact]
    public void Trailing_garbage_is_a_fault_after_the_last_frame()
    {
        byte[] file = new CaptureBytes().PcapHeader().PcapRecord(0, 0, First).Raw("garbage"u8).ToArray();

        (List<KeptFrame> frames, CaptureFault? fault) = CaptureReading.ReadAll(file);

        Assert.Single(frames);
        Assert.Equal(
            "the packet record header at byte 45 is 16 bytes long, but the capture ends after 7 of them; it was not written or copied whole", fault?.Message);
    }
}
