using Saker.Bpf;

namespace Saker.Tests.Bpf.Helpers;

/// <summary>Helpers of tc programs over packets that stand for several segments, or whose checksum is still to be filled in.</summary>
public sealed class SkbSegmentTests
{
    private const int Length = 200, Transport = 34, Checksum = 40;

    [Theory]
    [InlineData(Checksum + 1, -22L)]
    [InlineData(Checksum + 2, 0L)]
    [InlineData(Length, 0L)]
    [InlineData(1000, 0L)]
    public void A_changed_end_makes_one_packet_in_one_piece_that_keeps_its_checksum(int length, long expected)
    {
        SkbContext skb = Segments();
        Assert.Equal(expected, Run(skb, $"r2 = {length}; r3 = 0; call 38; exit"));
        Assert.Equal(
            expected == 0 ? (length, length, 0, 0u) : (Length, Checksum + 2, 500, SkbContext.SegmentsOfTcp4),
            (skb.Length, skb.LinearLength, skb.SegmentSize, skb.SegmentType));
    }

    [Fact]
    public void Without_a_checksum_to_fill_in_the_transport_header_stays()
    {
        SkbContext skb = Segments();
        skb.ChecksumState = SkbChecksum.None;
        Assert.Equal(-22, Run(skb, $"r2 = {Transport - 1}; r3 = 0; call 38; exit"));
        Assert.Equal(0, Run(skb, $"r2 = {Transport}; r3 = 0; call 38; exit"));
    }

    [Fact]
    public void Segments_become_those_of_the_other_version()
    {
        SkbContext skb = Segments();
        Assert.Equal(0, Run(skb, "r2 = 0xdd86; r3 = 0; call 31; exit"));
        Assert.Equal((SkbContext.SegmentsOfTcp6, 500, Length + 20, Transport + 20, Checksum + 20), (skb.SegmentType, skb.SegmentSize, skb.Length, skb.TransportOffset, skb.ChecksumOffset));
        Assert.Equal(0, Run(skb, "r2 = 0x0008; r3 = 0; call 31; exit"));
        Assert.Equal((SkbContext.SegmentsOfTcp4, 500, Length, Transport, Checksum), (skb.SegmentType, skb.SegmentSize, skb.Length, skb.TransportOffset, skb.ChecksumOffset));
    }

    [Fact]
    public void Only_a_packet_that_stands_for_itself_has_a_greatest_length()
    {
        SkbContext skb = Segments();
        Assert.Equal(0, Run(skb, "r2 = 17000; r3 = 0; call 43; exit"));
        Assert.Equal((Length + 17000, Transport + 17000), (skb.Length, skb.TransportOffset));
        skb = Segments();
        skb.SegmentSize = 0;
        Assert.Equal(-22, Run(skb, "r2 = 17000; r3 = 0; call 43; exit"));
        Assert.Equal(-22, Run(skb, "r2 = -1; r3 = 0; call 43; exit"));
    }

    private static SkbContext Segments()
    {
        SkbContext skb = new();
        skb.Load([.. new byte[12], 8, 0, 0x45, .. new byte[Length - 15]]);
        skb.ChecksumState = SkbChecksum.Partial;
        (skb.TransportOffset, skb.ChecksumOffset, skb.LinearLength) = (Transport, Checksum, Checksum + 2);
        (skb.SegmentSize, skb.SegmentType) = (500, SkbContext.SegmentsOfTcp4);
        return skb;
    }

    private static long Run(SkbContext skb, string text) => (int)new MapProgram(BpfEngine.Compiled, ProgramType.SchedulerClassifier).Value(text, skb);
}
