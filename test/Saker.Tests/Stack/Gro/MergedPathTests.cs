using Saker.Packets;
using Saker.Stack.Core;
using Saker.Stack.Devices;
using Saker.Stack.Ip.V4;
using Saker.Stack.Sockets;
using Saker.Stack.Transport.Udp;
using Saker.Wire;

namespace Saker.Tests.Stack.Gro;

/// <summary>What merged packets do above merging. The counters were asked of Linux 6.18 (test/Saker.KernelTests/Gro/MergedPathTests.cs asks again).</summary>
public class MergedPathTests
{
    private static IPv4InterfaceSettings Forwarding { get; } = new() { Forwarding = true, SendRedirects = false };

    [Fact]
    public void Forwarded_segments_leave_as_they_came()
    {
        using TestHost host = new(Forwarding);
        FrameResult result = host.ReceiveTogether(MergedRows.Forwarded.Select(frame => frame.ToBytes()));

        Assert.Equal("forwarded", result.Verdict);
        Assert.Equal(MergedRows.Forwarded.Select(AsForwarded), result.Sent);
        Assert.Equal(1, result.Counters["Ip.InReceives"]);
        Assert.Equal(10, result.Counters["IpExt.InNoECTPkts"]);
        Assert.Equal(10, result.Counters["dev.rx_packets"]);
    }

    [Fact]
    public void Forwarded_segments_that_were_kept_leave_with_their_own_headers()
    {
        using TestHost host = new(Forwarding);
        host.Ethernet.Offload = new ReceiveOffload { KeepSegments = true };
        FrameResult result = host.ReceiveTogether(MergedRows.Forwarded.Select(frame => frame.ToBytes()));

        Assert.Equal(10, result.Sent.Count);

        // As in the kernel, only the first one's time to live goes down: the others hang behind it. The last one is alone, since its flags differ.
        Assert.Equal(["3f", .. Enumerable.Repeat("40", 8), "3f"], result.Sent.Select(frame => frame.Substring(2 * 22, 2)));
        Assert.Equal(AsForwarded(MergedRows.Forwarded[0]), result.Sent[0]);
        Assert.Equal(AsForwarded(MergedRows.Forwarded[9]), result.Sent[9]);
    }

    [Fact]
    public void Socket_that_asked_for_merged_datagrams_gets_them_so()
    {
        using TestHost host = new();
        host.Open("udp 0.0.0.0:9999", takesMerged: true);
        FrameResult result = host.ReceiveTogether(MergedRows.Datagrams.Select(frame => frame.ToBytes()));

        Assert.Equal(1, result.Counters["Ip.InReceives"]);
        Assert.Equal(1, result.Counters["Udp.InDatagrams"]);
        Assert.Single(result.Sockets);
    }

    [Fact]
    public void Socket_that_did_not_gets_them_one_by_one()
    {
        using TestHost host = new();
        host.Ethernet.Offload = new ReceiveOffload { KeepSegments = true };
        host.Open("udp 0.0.0.0:9999");
        FrameResult result = host.ReceiveTogether(MergedRows.Datagrams.Select(frame => frame.ToBytes()));

        Assert.Equal(1, result.Counters["Ip.InReceives"]);
        Assert.Equal(10, result.Counters["Udp.InDatagrams"]);
        Assert.Equal(10, result.Sockets.Count);
    }

    [Theory]
    [InlineData(true, 1, 1000)]
    [InlineData(false, 10, 0)]
    public void Reader_is_told_the_size_of_datagrams_that_come_as_one(bool takesMerged, int count, int segmentSize)
    {
        using TestHost host = new();
        UdpSocket socket = new(new ReceiveQueue(host.Stack.Cpus)) { LocalPort = 9999, TakesMerged = takesMerged };
        host.Stack.UdpSockets.Add(socket);
        host.ReceiveTogether(MergedRows.Datagrams.Select(frame => frame.ToBytes()));

        byte[] memory = new byte[10_000];
        for (int i = 0; i < count; i++)
        {
            Assert.True(socket.TryReceive(memory, out ReceivedDatagram datagram));
            Assert.Equal((10_000 / count, segmentSize), (datagram.Length, datagram.SegmentSize));
        }

        Assert.False(socket.TryReceive(memory, out _));
    }

    [Theory]
    [InlineData("::", null, true)]
    [InlineData("fd00::1", null, true)]
    [InlineData("fd00::1", "fd00::2", true)]
    [InlineData("fd00::1", "fd00::3", false)]
    [InlineData("fd00::9", null, false)]
    [InlineData(null, null, false)]
    public void Datagrams_of_IPv6_are_merged_for_a_socket_of_IPv6(string? local, string? remote, bool areMerged)
    {
        using GroRun run = new();
        run.UdpSockets.Add(new UdpSocket
        {
            LocalIPv6 = local is null ? null : IPv6Address.Parse(local),
            RemoteIPv6 = remote is null ? null : IPv6Address.Parse(remote),
            LocalPort = 9999,
            TakesMerged = true,
        });
        run.Poll(MergedRows.Datagrams.Select(frame => frame with { IsIPv6 = true }));

        Assert.Equal(areMerged ? 1 : 10, run.Packets.Count);
    }

    [Fact]
    public void Segments_to_a_closed_port_are_refused_once()
    {
        using TestHost host = new();
        FrameResult result = host.ReceiveTogether(MergedRows.Segments.Select(frame => frame.ToBytes()));

        Assert.Equal(1, result.Counters["Tcp.InSegs"]);
        Assert.Equal(10, result.Counters["IpExt.InNoECTPkts"]);
        Assert.Single(result.Sent);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 10)]
    public void Tap_sees_the_merged_packet_or_the_frames_that_came_in(bool wantsSegments, int expected)
    {
        using TestHost host = new();
        SeenFrames tap = new() { WantsSegments = wantsSegments };
        host.Stack.AddTap(tap);
        host.ReceiveTogether(MergedRows.Segments.Select(frame => frame.ToBytes()));

        Assert.Equal(expected, tap.Frames.Count);
        if (wantsSegments)
        {
            Assert.Equal(MergedRows.Segments.Select(frame => frame.ToBytes()), tap.Frames);
        }
    }

    private sealed class SeenFrames : IPacketTap
    {
        public List<byte[]> Frames { get; } = [];

        public bool WantsSegments { get; init; }

        public DropReason See(PacketBuffer packet, NetworkDevice original, PacketContext context)
        {
            byte[] payload = new byte[packet.Length];
            packet.CopyTo(0, payload);
            Frames.Add([.. packet.LinkHeader[..14], .. payload]);
            return DropReason.Consumed;
        }
    }

    /// <summary>The frame as a router sends it on from 10.0.0.1 to 10.0.0.9.</summary>
    private static string AsForwarded(SegmentFrame frame)
    {
        byte[] bytes = (frame with { TimeToLive = (byte)(frame.TimeToLive - 1) }).ToBytes();
        bytes[5] = 9;
        bytes[11] = 1;
        return Convert.ToHexStringLower(bytes);
    }
}
