using Saker.Packets;
using Saker.Stack.Ip.V4;
using Saker.Stack.Routing;
using Saker.Wire;

namespace Saker.Tests.Stack.Routing;

public sealed class NeighborTests
{
    private const string Request = "ffffffffffff020000000001080600010800060400010200000000010a0000010000000000000a000042";
    private const string Mac = "02:00:00:00:00:66";
    private const string Address = "10.0.0.66";

    private static readonly IPv4Address Stranger = IPv4Address.Parse(Address);

    [Fact]
    public void Unknown_packet_for_it_waits_and_all_are_asked()
    {
        using TestHost host = new();

        FrameResult result = host.Receive(Echo());

        Assert.Equal("consumed", result.Verdict);
        Assert.Equal([Request], result.Sent);
        Assert.Equal(NeighborState.Incomplete, StateOf(host));
    }

    [Fact]
    public void Incomplete_another_packet_waits_and_nobody_is_asked_again()
    {
        using TestHost host = new();
        host.Receive(Echo());

        Assert.Empty(host.Receive(Echo()).Sent);
    }

    [Fact]
    public void Incomplete_reply_lets_what_waits_go_out_in_order()
    {
        using TestHost host = new();
        host.Receive(Echo(data: 1));
        host.Receive(Echo(data: 2));

        FrameResult result = host.Receive(Frames.Arp(ArpOperation.Reply, sender: Address, senderMac: Mac, to: "02:00:00:00:00:01"));

        Assert.Equal(NeighborState.Reachable, StateOf(host));
        Assert.Equal(2, result.Sent.Count);
        Assert.All(result.Sent, frame => Assert.StartsWith("020000000066020000000001", frame, StringComparison.Ordinal));
        Assert.EndsWith("01", result.Sent[0], StringComparison.Ordinal);
        Assert.EndsWith("02", result.Sent[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Incomplete_without_an_answer_three_requests_are_sent_and_then_it_has_failed()
    {
        using TestHost host = new();
        host.Receive(Echo());

        Assert.Equal([Request], host.Wait(TimeSpan.FromSeconds(1)).Sent);
        Assert.Equal([Request], host.Wait(TimeSpan.FromSeconds(1)).Sent);
        FrameResult end = host.Wait(TimeSpan.FromSeconds(1));

        Assert.Empty(end.Sent);
        Assert.Equal("NEIGH_FAILED", end.Reason);
        Assert.Equal(NeighborState.Failed, StateOf(host));
    }

    [Fact]
    public void Failed_next_packet_begins_anew()
    {
        using TestHost host = new();
        host.Receive(Echo());
        host.Wait(TimeSpan.FromSeconds(4));

        Assert.Equal([Request], host.Receive(Echo()).Sent);
    }

    [Fact]
    public void Failed_sender_of_a_forwarded_packet_is_told()
    {
        using TestHost host = new(new IPv4InterfaceSettings { Forwarding = true }, hasSecondNetwork: true);
        byte[] packet = Frames.IPv4(Frames.Udp(), IPProtocol.Udp, destination: IPv4Address.Parse("10.0.1.77"));
        Assert.Equal("forwarded", host.Receive(packet).Verdict);

        FrameResult end = host.Wait(TimeSpan.FromSeconds(4));

        Assert.Equal("NEIGH_FAILED", end.Reason);
        Assert.Equal(1, end.Counters["Icmp.OutDestUnreachs"]);
        Assert.Contains(end.Sent, frame => frame.StartsWith("020000000002020000000001080045c0", StringComparison.Ordinal));
    }

    [Fact]
    public void Incomplete_the_oldest_packet_is_lost_where_too_many_wait()
    {
        using TestHost host = new();
        const int WaitingLimit = 212_992;
        int fitting = WaitingLimit / FrameMemoryCost.Of(FrameMemory.Allocated, 74);
        FrameResult result = host.Receive(Echo());
        for (int i = 1; i < fitting; i++)
        {
            result = host.Receive(Echo());
        }

        Assert.Equal(0, host.Stack.Counters[DropReason.NeighborQueueFull]);
        result = host.Receive(Echo());

        Assert.Equal(1, host.Stack.Counters[DropReason.NeighborQueueFull]);
        Assert.Equal("consumed", result.Verdict);
    }

    [Fact]
    public void Stale_use_delays_then_asks_the_neighbour_itself()
    {
        using TestHost host = new();
        host.Receive(Frames.Arp(sender: Address, senderMac: Mac));
        Assert.Equal(NeighborState.Stale, StateOf(host));

        Assert.Single(host.Receive(Echo()).Sent);
        Assert.Equal(NeighborState.Delay, StateOf(host));
        FrameResult probe = host.Wait(TimeSpan.FromSeconds(5));

        Assert.Equal(NeighborState.Probe, StateOf(host));
        Assert.Equal(["020000000066" + Request[12..]], probe.Sent);
    }

    [Fact]
    public void Probe_reply_makes_it_reachable_and_half_a_minute_of_silence_stale()
    {
        using TestHost host = new();
        host.Receive(Frames.Arp(sender: Address, senderMac: Mac));
        host.Receive(Echo());
        host.Wait(TimeSpan.FromSeconds(5));
        host.Receive(Frames.Arp(ArpOperation.Reply, sender: Address, senderMac: Mac, to: "02:00:00:00:00:01"));
        Assert.Equal(NeighborState.Reachable, StateOf(host));

        Assert.Empty(host.Wait(TimeSpan.FromSeconds(31)).Sent);

        Assert.Equal(NeighborState.Stale, StateOf(host));
    }

    [Fact]
    public void Permanent_nothing_that_is_said_changes_it()
    {
        using TestHost host = new();

        host.Receive(Frames.Arp(senderMac: "02:00:00:00:00:99"));

        Neighbor<IPv4Address> neighbor = Assert.Single(host.Stack.Neighbors.All, entry => entry.Address == Frames.Sender);
        Assert.Equal("02:00:00:00:00:02", neighbor.LinkAddress.ToString());
        Assert.Equal(NeighborState.Permanent, neighbor.State);
    }

    [Fact]
    public void A_full_table_costs_the_packet()
    {
        using TestHost host = new();
        for (int i = 0; host.Stack.Neighbors.Count < NeighborSettings.TableCapacity; i++)
        {
            host.Receive(Frames.Arp(sender: $"192.168.{i / 250}.{1 + (i % 250)}"));
        }

        FrameResult result = host.Receive(Echo());

        Assert.Empty(result.Sent);
        Assert.Equal(1, host.Stack.Counters[DropReason.NeighborCreateFailed]);
    }

    private static NeighborState StateOf(TestHost host) => Assert.Single(host.Stack.Neighbors.All, entry => entry.Address == Stranger).State;

    private static byte[] Echo(byte data = 0) => Frames.IPv4(Frames.Message(8, 0, 0, 0, 0, 0, data), IPProtocol.IcmpV4, source: Stranger);
}
