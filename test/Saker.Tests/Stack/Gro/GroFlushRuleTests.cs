using Saker.Stack.Devices;
using Saker.Wire;

namespace Saker.Tests.Stack.Gro;

/// <summary>When segments of a flow are merged, and what ends a row of them.</summary>
public class GroFlushRuleTests
{
    private static SegmentFrame First { get; } = new() { Payload = SegmentFrame.Bytes(100), Identification = 5 };

    private static SegmentFrame Second { get; } = First with { Sequence = 1100, Payload = SegmentFrame.Bytes(100, 100), Identification = 6 };

    private static SegmentFrame Third { get; } = First with { Sequence = 1200, Payload = SegmentFrame.Bytes(100, 200), Identification = 7 };

    /// <summary>What a second and a third segment must differ in, and what comes out of the three.</summary>
    public static TheoryData<string, SegmentFrame, SegmentFrame, string> Rules => new()
    {
        { "consecutive segments", Second, Third, "3x100" },
        { "a gap in the sequence", Second with { Sequence = 1101 }, Third with { Sequence = 1201, Identification = 7 }, "1 2x100" },
        { "a repetition", First with { Identification = 6 }, Second with { Identification = 7 }, "1 2x100" },
        { "another acknowledgment", Second with { Acknowledgment = 8 }, Third with { Acknowledgment = 8 }, "1 2x100" },
        { "another window", Second with { Window = 501 }, Third with { Window = 501 }, "1 2x100" },
        { "CWR", Second with { Flags = TcpFlags.Ack | TcpFlags.Cwr }, Third, "1 1 1" },
        { "ECE", Second with { Flags = TcpFlags.Ack | TcpFlags.Ece }, Third with { Flags = TcpFlags.Ack | TcpFlags.Ece }, "1 2x100" },
        { "PSH", Second with { Flags = TcpFlags.Ack | TcpFlags.Psh }, Third, "2x100 1" },
        { "FIN", Second with { Flags = TcpFlags.Ack | TcpFlags.Fin }, Third, "2x100 1" },
        { "SYN", Second with { Flags = TcpFlags.Ack | TcpFlags.Syn }, Third, "1 1 1" },
        { "RST", Second with { Flags = TcpFlags.Ack | TcpFlags.Rst }, Third, "1 1 1" },
        { "URG", Second with { Flags = TcpFlags.Ack | TcpFlags.Urg }, Third, "1 1 1" },
        { "longer than the first", Second with { Payload = SegmentFrame.Bytes(101, 100) }, Third with { Sequence = 1201 }, "1 2x101" },
        { "shorter than the first", Second with { Payload = SegmentFrame.Bytes(99, 100) }, Third with { Sequence = 1199 }, "2x100 1" },
        { "no payload", Second with { Payload = [] }, Third with { Sequence = 1100 }, "1 1 1" },
        { "options that differ", Second with { TcpOptions = [1, 1, 1, 1] }, Third with { TcpOptions = [1, 1, 1, 1] }, "1 2x100" },
        { "another type of service", Second with { TypeOfService = 4 }, Third with { TypeOfService = 4 }, "1 2x100" },
        { "another ECN codepoint", Second with { TypeOfService = 2 }, Third with { TypeOfService = 2 }, "1 2x100" },
        { "another time to live", Second with { TimeToLive = 63 }, Third with { TimeToLive = 63 }, "1 2x100" },
        { "may be fragmented", Second with { DontFragment = false }, Third with { DontFragment = false }, "1 2x100" },
        { "the same identification, DF", Second with { Identification = 5 }, Third with { Identification = 5 }, "3x100" },
        { "the same identification, then the next", Second with { Identification = 5 }, Third with { Identification = 6 }, "2x100 1" },
        { "the next identification, then the same", Second, Third with { Identification = 6 }, "2x100 1" },
        { "a gap in the identifications", Second with { Identification = 7 }, Third with { Identification = 8 }, "1 2x100" },
        { "the reserved flag", Second with { ReservedFlag = true }, Third, "1 1 1" },
        { "more fragments", Second with { MoreFragments = true, DontFragment = false }, Third, "1 1 1" },
        { "IP options", Second with { IPOptions = [1, 1, 1, 1] }, Third, "1 1 1" },
        { "padding", Second with { Padding = 4 }, Third, "1 1 1" },
        { "a wrong checksum", Second with { ChecksumError = 1 }, Third, "1 1 1" },
        { "another port", Second with { SourcePort = 4001 }, Third, "1 1 1" },
        { "another address", Second with { SourceHost = 9 }, Third, "1 1 1" },
        { "another link address", Second with { SourceMac = 9 }, Third, "1 1 1" },
        { "another VLAN", Second with { VlanTags = [7] }, Third with { VlanTags = [7] }, "1 2x100" },
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public void Second_segment_differs(string difference, SegmentFrame second, SegmentFrame third, string expected)
    {
        ArgumentNullException.ThrowIfNull(second);
        ArgumentNullException.ThrowIfNull(third);
        string[] packets = GroRun.Merge(First, second, third).Split(' ');

        // What was not held goes up before what was, so that only what there is counts here, not the order.
        Assert.True(expected.Split(' ').Order().SequenceEqual(packets.Order()), $"{difference}: {string.Join(' ', packets)}");
    }

    [Theory]
    [InlineData(0, 0, 0, "3x100")]
    [InlineData(0, 0, 1, "2x100 1")]
    [InlineData(0, 1, 2, "3x100")]
    [InlineData(0xffff, 0, 1, "3x100")]
    [InlineData(5, 6, 6, "2x100 1")]
    public void Identification_goes_up_or_stands_still_where_fragments_are_allowed_too(int first, int second, int third, string expected)
    {
        SegmentFrame Of(SegmentFrame frame, int identification) => frame with { DontFragment = false, Identification = (ushort)identification };

        Assert.Equal(expected, GroRun.Merge(Of(First, first), Of(Second, second), Of(Third, third)));
    }

    [Fact]
    public void IPv6_segments_are_merged_whatever_extension_headers_they_share()
    {
        SegmentFrame[] plain = [.. new[] { First, Second, Third }.Select(frame => frame with { IsIPv6 = true })];
        SegmentFrame[] extended = [.. plain.Select(frame => frame with { ExtensionLength = 16 })];

        Assert.Equal("3x100", GroRun.Merge(plain));
        Assert.Equal("3x100", GroRun.Merge(extended));
        Assert.Equal("1 2x100", GroRun.Merge(plain[0], extended[1], extended[2]));
        Assert.Equal("1 2x100", GroRun.Merge(extended[0], extended[1] with { ExtensionFill = 1 }, extended[2] with { ExtensionFill = 1 }));
        Assert.Equal("1 2x100", GroRun.Merge(plain[0], plain[1] with { FlowLabel = 9 }, plain[2] with { FlowLabel = 9 }));
        Assert.Equal("1 2x100", GroRun.Merge(plain[0], plain[1] with { TypeOfService = 4 }, plain[2] with { TypeOfService = 4 }));
        Assert.Equal("1 2x100", GroRun.Merge(plain[0], plain[1] with { TimeToLive = 9 }, plain[2] with { TimeToLive = 9 }));
    }

    [Fact]
    public void Nothing_is_merged_where_the_device_is_told_not_to() =>
        Assert.Equal("1 1 1", GroRun.Merge(new ReceiveOffload { IsOn = false }, First, Second, Third));

    [Fact]
    public void A_merged_packet_stays_below_64_KiB()
    {
        SegmentFrame[] frames = [.. Enumerable.Range(0, 46).Select(i => First with
        {
            Identification = (ushort)i,
            Sequence = (uint)(i * 1460),
            Payload = SegmentFrame.Bytes(1460, i),
        })];

        Assert.Equal("44x1460 2x1460", GroRun.Merge(frames));
    }

    [Theory]
    [InlineData(240, "1 1 1")]
    [InlineData(241, "2x100 1")]
    [InlineData(341, "3x100")]
    public void A_merged_packet_stays_below_the_size_that_is_set(int size, string expected)
    {
        Assert.Equal(expected, GroRun.Merge(new ReceiveOffload { MaximumIPv4Size = size }, First, Second, Third));
        Assert.Equal(
            expected,
            GroRun.Merge(
                new ReceiveOffload { MaximumSize = size + 20 }, First with { IsIPv6 = true }, Second with { IsIPv6 = true }, Third with { IsIPv6 = true }));
    }

    [Fact]
    public void Nine_flows_of_a_bucket_push_the_oldest_out()
    {
        using GroRun run = new();
        for (ushort port = 1; port <= 9; port++)
        {
            run.Receive((First with { SourcePort = port }).ToBytes());
        }

        run.FlushNormal();
        Assert.Single(run.Packets);
        Assert.Equal(1, run.Packets[0].Frame[35]);
        run.Receive((Second with { SourcePort = 1 }).ToBytes());
        run.Receive((Second with { SourcePort = 9 }).ToBytes());
        run.Flush();

        Assert.Equal("1 1 1 1 1 1 1 1 2x100 1", run.ToString());
    }

    [Fact]
    public void Flows_of_different_hashes_have_buckets_of_their_own()
    {
        using GroRun run = new();
        for (uint flow = 0; flow < 64; flow++)
        {
            run.Receive((First with { SourcePort = (ushort)(flow + 1) }).ToBytes(), flow + 8);
        }

        run.FlushNormal();
        Assert.Empty(run.Packets);
        run.Flush();
        Assert.Equal(64, run.Packets.Count);
    }

    [Fact]
    public void Completing_a_poll_with_a_timeout_leaves_what_was_held_in_this_tick()
    {
        using GroRun run = new();
        run.Wait(TimeSpan.FromSeconds(1));
        run.Receive(First.ToBytes());
        run.Flush(onlyOld: true);
        Assert.True(run.IsHolding);
        run.Wait(TimeSpan.FromMilliseconds(4));
        run.Receive(Second.ToBytes());
        run.Flush(onlyOld: true);

        Assert.False(run.IsHolding);
        Assert.Equal("2x100", run.ToString());
    }

    [Fact]
    public void Eight_segments_make_a_list_go_up()
    {
        using GroRun run = new();
        run.Poll([.. Enumerable.Range(0, 12).Select(i => First with { SourcePort = (ushort)(i + 1), Flags = TcpFlags.Ack | TcpFlags.Syn })]);
        run.Poll([.. Enumerable.Range(0, 12).Select(i => First with { Sequence = (uint)(1000 + (100 * i)), Identification = (ushort)i })]);

        Assert.Equal([8, 4, 1], run.Lists);
    }
}
