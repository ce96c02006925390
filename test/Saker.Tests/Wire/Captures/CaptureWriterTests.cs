using Saker.Wire.Captures;

namespace Saker.Tests.Wire.Captures;

public class CaptureWriterTests
{
    private static readonly long[] Times = [0, 1, 999_999_999, 1_700_000_000_123_456_789, 4_294_967_295_999_999_999];

    [Fact]
    public void Pcap_is_written_byte_for_byte_as_other_programs_write_it()
    {
        var stream = new MemoryStream();
        using (var writer = new PcapWriter(stream, leaveOpen: true))
        {
            writer.Write(1_700_000_000_123_456_000, Convert.FromHexString("ffffffffffff0200000000010806"));
        }

        // Beyond the first magic, what editcap -F nsecpcap makes of the same frame.
        Assert.Equal(
            "4d3cb2a1020004000000000000000000000004000100000000f1536500ca5b070e0000000e000000ffffffffffff0200000000010806",
            Convert.ToHexStringLower(stream.ToArray()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Pcap_round_trip_keeps_every_frame(bool nanoseconds)
    {
        var stream = new MemoryStream();
        using (var writer = new PcapWriter(stream, LinkType.Raw, nanoseconds, leaveOpen: true))
        {
            for (int length = 0; length < 2000; length++)
            {
                writer.Write(Times[length % Times.Length], FrameOf(length), length + 4);
            }

            Assert.Equal(2000, writer.FrameCount);
        }

        List<KeptFrame> frames = CaptureReading.ReadSound(stream.ToArray());

        Assert.Equal(2000, frames.Count);
        for (int length = 0; length < 2000; length++)
        {
            long time = Times[length % Times.Length];
            Assert.Equal(nanoseconds ? time : time / 1000 * 1000, frames[length].Time);
            Assert.Equal(length + 4, frames[length].OriginalLength);
            Assert.Equal(LinkType.Raw, frames[length].LinkType);
            Assert.Equal(Convert.ToHexStringLower(FrameOf(length)), frames[length].Hex);
        }
    }

    [Fact]
    public void Pcapng_round_trip_keeps_every_frame_with_interface_flags_and_comment()
    {
        var stream = new MemoryStream();
        using (var writer = new PcapngWriter(stream, "a test", leaveOpen: true))
        {
            Assert.Equal(0, writer.AddInterface(LinkType.Ethernet, "eth0", "the first"));
            Assert.Equal(1, writer.AddInterface(LinkType.LinuxSll2));
            for (int length = 0; length < 2000; length++)
            {
                writer.Write(length % 2, Times[length % Times.Length], FrameOf(length), flags: (uint)length % 3, comment: length % 5 == 0 ? $"№ {length}" : null);
            }
        }

        List<KeptFrame> frames = CaptureReading.ReadSound(stream.ToArray());

        Assert.Equal(2000, frames.Count);
        for (int length = 0; length < 2000; length++)
        {
            var expected = new KeptFrame(
                length + 1,
                frames[length].Offset,
                Times[length % Times.Length],
                length,
                length % 2,
                length % 2 == 0 ? LinkType.Ethernet : LinkType.LinuxSll2,
                (CaptureDirection)(length % 3),
                length % 5 == 0 ? $"№ {length}" : null,
                Convert.ToHexStringLower(FrameOf(length)));
            Assert.Equal(expected, frames[length]);
        }
    }

    [Fact]
    public void Frames_larger_than_any_buffer_are_written()
    {
        byte[] large = FrameOf(1_000_000);
        var pcap = new MemoryStream();
        var pcapng = new MemoryStream();
        using (var writer = new PcapWriter(pcap, snapLength: 2_000_000, leaveOpen: true))
        using (var blocks = new PcapngWriter(pcapng, leaveOpen: true))
        {
            int device = blocks.AddInterface(LinkType.Ethernet);
            foreach (byte[] frame in new[] { FrameOf(3), large, FrameOf(5) })
            {
                writer.Write(0, frame);
                blocks.Write(device, 0, frame);
            }
        }

        foreach (MemoryStream stream in new[] { pcap, pcapng })
        {
            List<KeptFrame> frames = CaptureReading.ReadSound(stream.ToArray());
            Assert.Equal([3, 1_000_000, 5], frames.Select(frame => frame.OriginalLength));
            Assert.Equal(Convert.ToHexStringLower(large), frames[1].Hex);
        }
    }

    [Fact]
    public void Frames_are_cut_to_the_snapshot_length()
    {
        var pcap = new MemoryStream();
        var pcapng = new MemoryStream();
        using (var writer = new PcapWriter(pcap, snapLength: 4, leaveOpen: true))
        using (var blocks = new PcapngWriter(pcapng, leaveOpen: true))
        {
            writer.Write(0, FrameOf(9));
            blocks.Write(blocks.AddInterface(LinkType.Ethernet, snapLength: 4), 0, FrameOf(9));
        }

        foreach (MemoryStream stream in new[] { pcap, pcapng })
        {
            KeptFrame frame = Assert.Single(CaptureReading.ReadSound(stream.ToArray()));
            Assert.Equal(9, frame.OriginalLength);
            Assert.Equal(Convert.ToHexStringLower(FrameOf(4)), frame.Hex);
        }
    }

    [Theory]
    [InlineData(-5, 0)]
    [InlineData(long.MinValue, 0)]
    [InlineData(long.MaxValue, 4_294_967_295_999_999_999)]
    public void Times_that_pcap_cannot_hold_come_out_as_the_nearest(long time, long expected)
    {
        var stream = new MemoryStream();
        using (var writer = new PcapWriter(stream, leaveOpen: true))
        {
            writer.Write(time, FrameOf(1));
        }

        Assert.Equal(expected, Assert.Single(CaptureReading.ReadSound(stream.ToArray())).Time);
    }

    [Fact]
    public void Flush_makes_what_was_written_readable()
    {
        var stream = new MemoryStream();
        using var writer = new PcapWriter(stream);
        writer.Write(0, FrameOf(1));
        Assert.Equal(0, stream.Length);

        writer.Flush();

        Assert.Single(CaptureReading.ReadSound(stream.ToArray()));
    }

    [Fact]
    public void Writers_refuse_misuse()
    {
        using var blocks = new PcapngWriter(new MemoryStream());
        Assert.Throws<ArgumentOutOfRangeException>(() => blocks.Write(0, 0, FrameOf(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PcapWriter(new MemoryStream(), snapLength: 0));
    }

    [Fact]
    public void Reading_and_writing_frames_allocates_nothing()
    {
        var stream = new MemoryStream(4_000_000);
        using var writer = new PcapngWriter(stream, leaveOpen: true);
        writer.AddInterface(LinkType.Ethernet);
        byte[] bytes = FrameOf(100);
        Allocation.AssertNone(() =>
        {
            for (int i = 0; i < 1000; i++)
            {
                writer.Write(0, i, bytes);
            }
        });
        writer.Flush();
        stream.Position = 0;

        Assert.True(CaptureReader.TryOpen(stream, "test", out CaptureReader? reader, out _));
        Allocation.AssertNone(() =>
        {
            for (int i = 0; i < 50 && reader.TryReadNext(out CaptureFrame frame); i++)
            {
                bytes[0] += (byte)frame.Direction;
            }
        });
        while (reader.TryReadNext(out _))
        {
        }

        Assert.Equal(writer.FrameCount, reader.FrameCount);
    }

    private static byte[] FrameOf(int length)
    {
        byte[] frame = new byte[length];
        for (int i = 0; i < length; i++)
        {
            frame[i] = (byte)((i * 7) + 1);
        }

        return frame;
    }
}
