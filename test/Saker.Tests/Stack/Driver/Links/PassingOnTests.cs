using System.Buffers.Binary;
using Saker.Packets;
using Saker.Stack.Driver.Links;
using Saker.Stack.Nic;
using Saker.Wire;

namespace Saker.Tests.Stack.Driver.Links;

/// <summary>
/// What comes by one link and leaves by another: where the other side of that finishes frames, with what is left to do, else with checksums filled in and no longer than the device's MTU.
/// </summary>
public sealed class PassingOnTests
{
    private const int TransportOffset = 34, TcpHeaderLength = 20;

    private static readonly LinkFrame Unfilled = new() { Checksum = ChecksumState.Partial };

    [Theory]
    [InlineData(true, 0)]
    [InlineData(true, 1001)]
    [InlineData(false, 0)]
    [InlineData(false, 1001)]
    public void A_checksum_that_is_not_filled_in_is_filled_in(bool routes, int length)
    {
        using PassingHost host = new(routes);
        host.Receive(Unfilled, host.Frame(Datagram(length), IPProtocol.Udp));

        byte[] sent = Assert.Single(host.Out.Sent);
        Assert.Equal(TransportOffset + 8 + length, sent.Length);
        Assert.True(IsRight(sent));
        Assert.Equal(0, host.Sent.SentUnfilled);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_checksum_that_the_other_side_fills_in_is_left_to_it(bool routes)
    {
        using PassingHost host = new(routes);
        host.Out.FinishesFrames = true;
        byte[] datagram = Datagram(100);
        host.Receive(Unfilled, host.Frame(datagram, IPProtocol.Udp));

        Assert.Equal(datagram, Assert.Single(host.Out.Sent)[TransportOffset..]);
        Assert.Equal(new LinkOffload(TransportOffset, 6, TransportOffset + 8, GsoType.None, 0), Assert.Single(host.Out.Left));
        Assert.Equal((1, 0), (host.Sent.SentUnfilled, host.Sent.SentMerged));
    }

    [Theory]
    [InlineData("checksum")]
    [InlineData("padding")]
    public void What_the_other_side_would_fill_in_wrongly_is_filled_in_here(string what)
    {
        using PassingHost host = new(routes: false);
        host.Out.FinishesFrames = true;
        byte[] frame = host.Frame(Datagram(100), IPProtocol.Udp);
        if (what == "checksum")
        {
            frame[TransportOffset + 6] ^= 1;
        }
        else
        {
            frame = [.. frame, 1, 2, 3];
        }

        host.Receive(Unfilled, frame);

        Assert.True(IsRight(Assert.Single(host.Out.Sent)));
        Assert.Equal(0, host.Sent.SentUnfilled);
    }

    [Theory]
    [InlineData(CardFeatures.Usual)]
    [InlineData(CardFeatures.Usual & ~CardFeatures.TxVlanOffload)]
    public void Behind_a_tag_a_checksum_is_filled_in_before_the_tag_is_in_the_way(CardFeatures features)
    {
        using PassingHost host = new(routes: false);
        host.Far.Card = host.Far.Card with { Features = features };
        host.Out.FinishesFrames = true;
        host.Receive(Unfilled with { VlanProtocol = 0x8100, VlanTag = 5 }, host.Frame(Datagram(100), IPProtocol.Udp));

        byte[] sent = Assert.Single(host.Out.Sent);
        Assert.Equal([0x81, 0, 0, 5, 8, 0], sent[12..18]);
        Assert.True(IsRight([.. sent[..12], .. sent[16..]]));
        Assert.Equal(0, host.Sent.SentUnfilled);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_frame_of_several_segments_is_cut_for_a_link_that_does_not_cut(bool routes)
    {
        using PassingHost host = new(routes);
        byte[] segment = Segment(1000, 9500);
        host.Receive(Unfilled with { SegmentKind = GsoType.TcpIPv4, SegmentSize = 1000 }, host.Frame(segment, IPProtocol.Tcp));

        Assert.Equal([.. Enumerable.Repeat(1054, 9), 554], host.Out.Sent.Select(sent => sent.Length));
        Assert.Equal(Enumerable.Range(0, 10).Select(i => 1000u + (1000u * (uint)i)), host.Out.Sent.Select(Sequence));
        Assert.All(host.Out.Sent, sent => Assert.True(IsRight(sent)));
        Assert.Equal(segment[TcpHeaderLength..], host.Out.Sent.SelectMany(sent => sent[(TransportOffset + TcpHeaderLength)..]));
        Assert.Equal((0, 0), (host.Sent.SentUnfilled, host.Sent.SentMerged));
    }

    [Theory]
    [InlineData(true, GsoType.TcpIPv4)]
    [InlineData(false, GsoType.TcpIPv4)]
    [InlineData(false, GsoType.TcpIPv4 | GsoType.TcpEcn)]
    public void A_frame_of_several_segments_is_left_whole_to_a_link_that_cuts(bool routes, GsoType kind)
    {
        using PassingHost host = new(routes);
        host.Out.FinishesFrames = true;
        byte[] segment = Segment(1000, 9500);
        host.Receive(Unfilled with { SegmentKind = kind, SegmentSize = 1000 }, host.Frame(segment, IPProtocol.Tcp));

        Assert.Equal(segment, Assert.Single(host.Out.Sent)[TransportOffset..]);
        Assert.Equal(new LinkOffload(TransportOffset, 16, TransportOffset + TcpHeaderLength, kind, 1000), Assert.Single(host.Out.Left));
        Assert.Equal((1, 1, 1), (host.Sent.SentUnfilled, host.Sent.SentMerged, host.Sent.Sent));
    }

    [Theory]
    [InlineData(GsoType.TcpIPv4 | GsoType.TcpFixedId, IPProtocol.Tcp)]
    [InlineData(GsoType.UdpSegments, IPProtocol.Udp)]
    public void What_a_link_cannot_be_told_is_cut_here(GsoType kind, IPProtocol protocol)
    {
        using PassingHost host = new(routes: false);
        host.Out.FinishesFrames = true;
        host.Receive(Unfilled with { SegmentKind = kind, SegmentSize = 1000 }, host.Frame(protocol == IPProtocol.Tcp ? Segment(1, 3000) : Datagram(3000), protocol));

        Assert.Equal(3, host.Out.Sent.Count);
        Assert.All(host.Out.Sent, sent => Assert.True(IsRight(sent)));
        Assert.Equal(0, host.Sent.SentMerged);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public void What_was_merged_on_its_way_up_leaves_as_it_came_or_whole(bool routes, bool finishes)
    {
        using PassingHost host = new(routes);
        host.Out.FinishesFrames = finishes;
        byte[][] segments = [.. Enumerable.Range(0, 5).Select(i => Frames.Tcp(TcpFlags.Ack, sequence: 1000 + (1448 * (uint)i), dataLength: 1448, destination: PassingHost.Beyond))];
        host.Receive(default, [.. segments.Select((segment, number) => host.Frame(segment, IPProtocol.Tcp, number))]);

        if (finishes)
        {
            Assert.Equal(TransportOffset + TcpHeaderLength + (5 * 1448), Assert.Single(host.Out.Sent).Length);
            Assert.Equal((GsoType.TcpIPv4, 1448), (host.Out.Left[0].SegmentKind & GsoType.TcpIPv4, host.Out.Left[0].SegmentSize));
        }
        else
        {
            Assert.Equal(segments, host.Out.Sent.Select(sent => sent[TransportOffset..]));
        }
    }

    /// <summary>A datagram of which the pseudo header alone is summed.</summary>
    private static byte[] Datagram(int length)
    {
        byte[] datagram = Frames.Udp(dataLength: length);
        new Random(length).NextBytes(datagram.AsSpan(8));
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(6), Pseudo(IPProtocol.Udp, datagram.Length));
        return datagram;
    }

    /// <summary>A segment of which the pseudo header alone is summed.</summary>
    private static byte[] Segment(uint sequence, int length)
    {
        byte[] segment = Frames.Tcp(TcpFlags.Ack | TcpFlags.Psh, sequence: sequence, dataLength: length, destination: PassingHost.Beyond);
        new Random(length).NextBytes(segment.AsSpan(TcpHeaderLength));
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(16), Pseudo(IPProtocol.Tcp, segment.Length));
        return segment;
    }

    private static ushort Pseudo(IPProtocol protocol, int length) => InternetChecksum.Fold(InternetChecksum.PseudoHeader(Frames.Sender, PassingHost.Beyond, protocol, length));

    private static uint Sequence(byte[] frame) => BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(TransportOffset + 4));

    private static bool IsRight(byte[] frame) =>
        IPv4View.TryParse(frame.AsSpan(14), out IPv4View ip)
        && InternetChecksum.Verify(frame.AsSpan(14, ip.HeaderLength), 0)
        && InternetChecksum.Verify(ip.Payload, InternetChecksum.PseudoHeader(ip.Source, ip.Destination, ip.Protocol, ip.TotalLength - ip.HeaderLength));
}
