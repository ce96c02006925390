using Saker.Stack.Transport.Tcp;
using Saker.Wire;

namespace Saker.Tests.Stack.Transport;

public sealed class TcpReceiveTests
{
    [Fact]
    public void A_segment_in_several_pieces_is_verified_as_a_whole()
    {
        using TestHost host = new();
        byte[] frame = Frames.IPv4(Frames.Tcp(TcpFlags.Ack, acknowledgment: 77, dataLength: 5001), IPProtocol.Tcp);
        Assert.Equal("NO_SOCKET", host.Receive(frame).Reason);

        frame[^1] ^= 1;

        FrameResult result = host.Receive(frame);
        Assert.Equal("TCP_CSUM", result.Reason);
        Assert.Equal(1, result.Counters["Tcp.InCsumErrors"]);
        Assert.Equal(1, result.Counters["Tcp.InErrs"]);
    }

    [Fact]
    public void A_reset_acknowledges_what_the_segment_has()
    {
        using TestHost host = new();

        FrameResult result = host.Receive(Frames.IPv4(
            Frames.Tcp(TcpFlags.Syn | TcpFlags.Fin, sequence: 0xffff_fffa, dataLength: 10), IPProtocol.Tcp, typeOfService: 0xff));

        Assert.True(TcpView.TryParse(Convert.FromHexString(Assert.Single(result.Sent)).AsSpan(34), out TcpView reset));
        Assert.Equal(6u, reset.AcknowledgmentNumber.Value);
        Assert.Equal(0u, reset.SequenceNumber.Value);
        Assert.Equal(TcpFlags.Rst | TcpFlags.Ack, reset.Flags);
        Assert.Equal("fc", result.Sent[0][30..32]);
    }

    [Fact]
    public void A_reset_for_which_there_is_no_way_is_counted_and_not_sent()
    {
        using TestHost host = new();
        IPv4Address stranger = new(99, 0, 0, 3);

        FrameResult result = host.Receive(Frames.IPv4(Frames.Tcp(TcpFlags.Syn, source: stranger), IPProtocol.Tcp, source: stranger));

        Assert.Empty(result.Sent);
        Assert.Equal(1, result.Counters["Tcp.OutSegs"]);
        Assert.DoesNotContain("Ip.OutRequests", result.Counters.Keys);
    }

    [Fact]
    public void A_broadcast_to_a_listener_opens_no_connection()
    {
        using TestHost host = new();
        host.Open("tcp 0.0.0.0:80");
        IPv4Address broadcast = new(10, 0, 0, 255);

        FrameResult syn = host.Receive(Frames.IPv4(Frames.Tcp(TcpFlags.Syn, to: 80, destination: broadcast), IPProtocol.Tcp, destination: broadcast));
        FrameResult ack = host.Receive(Frames.IPv4(Frames.Tcp(TcpFlags.Ack, to: 80, destination: broadcast), IPProtocol.Tcp, destination: broadcast));

        Assert.Equal("consumed", syn.Verdict);
        Assert.Equal(1, syn.Counters["TcpExt.ListenDrops"]);
        Assert.Equal("TCP_FLAGS", ack.Reason);
        Assert.Equal(1, ack.Counters["Tcp.OutRsts"]);
        Assert.Empty(ack.Sent);
    }

    [Theory]
    [InlineData("", "TCP_FLAGS", true)]
    [InlineData("01011312" + "61616161616161616161616161616161", "TCP_MD5UNEXPECTED", false)]
    [InlineData("1312" + "61616161616161616161616161616161" + "1312" + "61616161616161616161616161616161", "TCP_AUTH_HDR", false)]
    [InlineData("0101080001010101010101010101010101010101", "TCP_AUTH_HDR", false)]
    [InlineData("01010800010101010101010101010101", "TCP_FLAGS", true)]
    [InlineData("1303610101010101010101010101010101010101", "TCP_AUTH_HDR", false)]
    [InlineData("1d04616101010101010101010101010101010101", "TCP_AUTH_HDR", false)]
    [InlineData("1d06616161610101010101010101010101010101", "TCP_FLAGS", false)]
    [InlineData("1d0661616161010100000000", "TCP_FLAGS", true)]
    [InlineData("0013036101010101010101010101010101010101", "TCP_FLAGS", true)]
    [InlineData("0101010101010101010101010101010101080001", "TCP_FLAGS", true)]
    public void Signed_segments_are_refused_and_not_answered(string options, string reasonOfListener, bool isAnswered)
    {
        using TestHost host = new();
        host.Open("tcp 0.0.0.0:80");
        byte[] bytes = Convert.FromHexString(options);

        FrameResult atListener = host.Receive(Frames.IPv4(Frames.Tcp(TcpFlags.Ack, to: 80, options: bytes), IPProtocol.Tcp));
        FrameResult atNobody = host.Receive(Frames.IPv4(Frames.Tcp(TcpFlags.Ack, options: bytes), IPProtocol.Tcp));

        Assert.Equal(reasonOfListener, atListener.Reason);
        Assert.Equal(isAnswered ? 1 : 0, atListener.Sent.Count);
        Assert.Equal("NO_SOCKET", atNobody.Reason);
        Assert.Equal(isAnswered ? 1 : 0, atNobody.Sent.Count);
    }

    [Fact]
    public void A_connection_goes_before_listeners_and_the_very_address_before_any()
    {
        using TestHost host = new();
        foreach (string socket in (string[])["tcp 10.0.0.1:80 10.0.0.2:4000", "tcp 10.0.0.1:80", "tcp 0.0.0.0%eth0:80", "tcp 0.0.0.0:80", "tcp 0.0.0.0:81", "tcp 0.0.0.0%eth0:81", "tcp 0.0.0.0%lo:82"])
        {
            host.Open(socket);
        }

        Assert.Equal("tcp 10.0.0.1:80 10.0.0.2:4000", SocketOf(host, 80, 4000));
        Assert.Equal("tcp 10.0.0.1:80", SocketOf(host, 80, 4001));
        Assert.Equal(host.Ethernet.Index, host.Stack.TcpSockets.Find(new TcpFlow(Frames.Target, 81, Frames.Sender, 4000, host.Ethernet.Index))!.Device);
        Assert.Null(SocketOf(host, 82, 4000));
        Assert.Null(SocketOf(host, 83, 4000));
    }

    [Fact]
    public void A_listener_of_IPv6_takes_IPv4_unless_it_is_told_not_to()
    {
        TcpSocketTable table = new();
        TcpSocket sixOnly = new() { LocalPort = 80, LocalIPv6 = IPv6Address.Unspecified, IsIPv6Only = true };
        TcpSocket both = new() { LocalPort = 80, LocalIPv6 = IPv6Address.Unspecified };
        TcpSocket four = new() { LocalPort = 80 };
        TcpFlow flow = new(Frames.Target, 80, Frames.Sender, 4000, 2);
        table.Add(sixOnly);
        Assert.Null(table.Find(flow));

        table.Add(four);
        table.Add(both);
        Assert.Same(four, table.Find(flow));

        Assert.True(table.Remove(four));
        Assert.False(table.Remove(four));
        Assert.Same(both, table.Find(flow));
        Assert.Equal(2, table.Count);
    }

    [Fact]
    public void Segments_of_any_octets_end_in_one_verdict_and_no_buffer_is_lost()
    {
        Random random = new(6);
        using TestHost host = new(observeDetails: false);
        host.Open("tcp 0.0.0.0:80");
        for (int i = 0; i < Effort.Inputs(10_000, 1_000_000); i++)
        {
            byte[] segment = Frames.Tcp((TcpFlags)random.Next(512), to: (ushort)(79 + random.Next(2)), dataLength: random.Next(100));
            for (int change = random.Next(4); change > 0; change--)
            {
                segment[random.Next(segment.Length)] = (byte)random.Next(256);
            }

            string verdict = host.Receive(Frames.IPv4(segment.AsSpan(0, random.Next(8) == 0 ? random.Next(segment.Length) : segment.Length), IPProtocol.Tcp)).Verdict;
            Assert.True(verdict is "dropped" or "delivered", $"input {i}: {verdict} for {Convert.ToHexString(segment)}");
        }
    }

    private static string? SocketOf(TestHost host, ushort localPort, ushort remotePort) =>
        host.Stack.TcpSockets.Find(new TcpFlow(Frames.Target, localPort, Frames.Sender, remotePort, host.Ethernet.Index))?.ToString();
}
