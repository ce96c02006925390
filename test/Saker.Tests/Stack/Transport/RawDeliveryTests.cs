using Saker.Stack.Sockets;
using Saker.Stack.Transport.Raw;
using Saker.Wire;

namespace Saker.Tests.Stack.Transport;

public sealed class RawDeliveryTests
{
    [Fact]
    public void A_socket_reads_the_packet_from_its_IP_header_on()
    {
        using TestHost host = new();
        RawSocket socket = new(new ReceiveQueue(host.Stack.Cpus)) { LocalPort = 253 };
        host.Stack.RawSockets.Add(socket);
        byte[] frame = Frames.IPv4("abcdefgh"u8, IPProtocol.Experiment1);

        FrameResult result = host.Receive(frame);

        byte[] memory = new byte[24];
        Assert.Equal(["raw 0.0.0.0:253"], result.Sockets);
        Assert.True(socket.TryReceive(memory, out ReceivedDatagram datagram));
        Assert.Equal(frame[14..38], memory);
        Assert.Equal(Frames.Sender, datagram.RemoteAddress);
        Assert.True(datagram.IsTruncated);
        Assert.Equal(host.Clock.Now, datagram.Timestamp);
    }

    [Theory]
    [InlineData("raw 0.0.0.0:1", true)]
    [InlineData("raw 10.0.0.1:1", true)]
    [InlineData("raw 10.0.0.9:1", false)]
    [InlineData("raw 0.0.0.0%eth0:1", true)]
    [InlineData("raw 0.0.0.0%lo:1", false)]
    [InlineData("raw 10.0.0.1:1 10.0.0.2:0", true)]
    [InlineData("raw 10.0.0.1:1 10.0.0.9:0", false)]
    [InlineData("raw 0.0.0.0:2", false)]
    public void A_socket_gets_what_fits_its_ends(string name, bool gets)
    {
        using TestHost host = new();
        host.Open(name);

        FrameResult result = host.Receive(Frames.IPv4(Frames.Message(40, 0, 0, 0, 0, 5), IPProtocol.IcmpV4));

        Assert.Equal(gets ? 1 : 0, result.Sockets.Count);
    }

    [Theory]
    [InlineData(8, 1u << 8, false)]
    [InlineData(8, ~(1u << 8), true)]
    [InlineData(0, 1u << 8, true)]
    [InlineData(40, uint.MaxValue, true)]
    public void An_ICMP_filter_refuses_the_types_below_32_that_it_names(byte type, uint filter, bool gets)
    {
        using TestHost host = new();
        host.Stack.RawSockets.Add(new RawSocket { LocalPort = 1, IcmpFilter = filter, Reader = ReaderMode.Immediate });

        FrameResult result = host.Receive(Frames.IPv4(Frames.Message(type, 0, 0, 0, 0, 5), IPProtocol.IcmpV4));

        Assert.Equal(gets ? 1 : 0, result.Sockets.Count);
    }

    [Fact]
    public void A_filter_refuses_an_ICMP_message_without_a_whole_header()
    {
        using TestHost host = new();
        host.Open("raw 0.0.0.0:1");

        Assert.Empty(host.Receive(Frames.IPv4([8, 0, 0xf7, 0xff], IPProtocol.IcmpV4)).Sockets);
    }

    [Fact]
    public void A_full_socket_is_passed_over_as_if_it_were_not_there()
    {
        using TestHost host = new();
        RawSocket socket = new(new ReceiveQueue(host.Stack.Cpus, limit: 1)) { LocalPort = 253 };
        host.Stack.RawSockets.Add(socket);
        byte[] frame = Frames.IPv4("abcd"u8, IPProtocol.Experiment1);

        FrameResult first = host.Receive(frame);
        FrameResult second = host.Receive(frame);
        Assert.True(socket.TryReceive(new byte[100], out _));
        FrameResult third = host.Receive(frame);

        Assert.Equal("delivered", first.Verdict);
        Assert.Equal("IP_NOPROTO", second.Reason);
        Assert.Equal(1, second.Counters["Ip.InUnknownProtos"]);
        Assert.Equal(1, socket.Drops);
        Assert.Equal("delivered", third.Verdict);
    }

    [Fact]
    public void Every_socket_gets_a_copy_of_its_own()
    {
        using TestHost host = new();
        host.Open("raw 0.0.0.0:253");
        host.Open("raw 10.0.0.1:253");

        FrameResult result = host.Receive(Frames.IPv4("abcd"u8, IPProtocol.Experiment1));

        Assert.Equal(["raw 10.0.0.1:253", "raw 0.0.0.0:253"], result.Sockets);
        Assert.Equal(1, result.Counters["Ip.InDelivers"]);
    }

    [Fact]
    public void Reading_a_raw_socket_moves_no_counter()
    {
        using TestHost host = new();
        RawSocket socket = new(new ReceiveQueue(host.Stack.Cpus)) { LocalPort = 253 };
        host.Stack.RawSockets.Add(socket);
        byte[] frame = Frames.IPv4("abcd"u8, IPProtocol.Experiment1);
        host.Receive(frame);
        Assert.True(socket.TryReceive(new byte[100], out _));

        Assert.DoesNotContain("Udp.InDatagrams", host.Receive(frame).Counters.Keys);
    }
}
