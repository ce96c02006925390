using Saker.Stack.Ip.V4;
using Saker.Stack.Routing;
using Saker.Wire;

namespace Saker.Tests.Stack.Ip;

/// <summary>What the settings of an interface change. What Linux 6.18 does by default is recorded; these answers were asked of it, too.</summary>
public sealed class ArpTests
{
    private const string Reply = "020000000002020000000001080600010800060400020200000000010a0000010200000000020a000002";

    [Theory]
    [InlineData(0, true, true, true)]
    [InlineData(1, true, false, true)]
    [InlineData(2, true, false, false)]
    [InlineData(3, true, true, true)]
    [InlineData(4, true, true, true)]
    [InlineData(8, false, false, false)]
    public void Arp_ignore_says_which_requests_are_answered(int level, bool own, bool otherDevices, bool distantSender)
    {
        using TestHost host = new(new IPv4InterfaceSettings { ArpIgnore = level }, hasSecondNetwork: true);

        Assert.Equal(own, host.Receive(Frames.Arp()).Sent is [Reply]);
        Assert.Equal(otherDevices, host.Receive(Frames.Arp(target: "10.0.1.1")).Sent.Count == 1);
        Assert.Equal(distantSender, host.Receive(Frames.Arp(sender: "192.168.5.5")).Sent.Count == 1);
    }

    [Fact]
    public void With_arp_filter_a_request_is_answered_only_where_we_would_send_to_its_sender()
    {
        using TestHost host = new(new IPv4InterfaceSettings { ArpFilter = true }, hasSecondNetwork: true);

        Assert.Equal([Reply], host.Receive(Frames.Arp()).Sent);
        FrameResult filtered = host.Receive(Frames.Arp(sender: "10.0.1.9"));

        Assert.Equal("consumed", filtered.Verdict);
        Assert.Empty(filtered.Sent);
        Assert.Equal(1, filtered.Counters["TcpExt.ArpFilter"]);
    }

    [Theory]
    [InlineData(0, "")]
    [InlineData(1, "10.0.0.66 STALE, 10.0.0.67 REACHABLE, 192.168.0.67 REACHABLE")]
    [InlineData(2, "10.0.0.66 STALE, 10.0.0.67 REACHABLE")]
    public void Arp_accept_says_from_whom_we_learn_unasked(int level, string learned)
    {
        using TestHost host = new(new IPv4InterfaceSettings { ArpAccept = level });

        host.Receive(Frames.Arp(sender: "10.0.0.66", target: "10.0.0.66", senderMac: "02:00:00:00:00:66"));
        host.Receive(Frames.Arp(ArpOperation.Reply, sender: "10.0.0.67", senderMac: "02:00:00:00:00:67", to: "02:00:00:00:00:01"));
        host.Receive(Frames.Arp(ArpOperation.Reply, sender: "192.168.0.67", senderMac: "02:00:00:00:00:67", to: "02:00:00:00:00:01"));

        Assert.Equal(learned, string.Join(", ", host.Stack.Neighbors.All
            .Where(neighbor => neighbor.State != NeighborState.Permanent)
            .OrderBy(neighbor => neighbor.Address)
            .Select(neighbor => $"{neighbor.Address} {neighbor.State.ToString().ToUpperInvariant()}")));
    }

    [Fact]
    public void Gratuitous_packets_are_dropped_where_drop_gratuitous_arp_is_on()
    {
        using TestHost host = new(new IPv4InterfaceSettings { DropGratuitousArp = true });

        Assert.Equal("NOT_SPECIFIED", host.Receive(Frames.Arp(target: "10.0.0.2")).Reason);
    }

    [Theory]
    [InlineData(true, false, "10.0.1.77", true)]
    [InlineData(true, false, "10.0.0.77", false)]
    [InlineData(false, true, "10.0.0.77", true)]
    [InlineData(false, true, "10.0.1.77", false)]
    [InlineData(false, false, "10.0.1.77", false)]
    public void A_proxy_answers_for_whom_it_forwards_to(bool isProxy, bool isPrivate, string target, bool answers)
    {
        using TestHost host = new(
            new IPv4InterfaceSettings { Forwarding = true, ProxyArp = isProxy, ProxyArpPrivateVlan = isPrivate }, hasSecondNetwork: true);

        FrameResult result = host.Receive(Frames.Arp(target: target));

        Assert.Equal("consumed", result.Verdict);
        Assert.Equal(answers, result.Sent.Count == 1);
    }

    [Theory]
    [InlineData(false, "02:00:00:00:00:66")]
    [InlineData(true, "02:00:00:00:00:77")]
    public void The_first_of_several_answers_stands_for_a_second(bool isLater, string known)
    {
        using TestHost host = new();
        host.Receive(Frames.Arp(sender: "10.0.0.66", senderMac: "02:00:00:00:00:66"));
        host.Receive(Frames.Arp(ArpOperation.Reply, sender: "10.0.0.66", senderMac: "02:00:00:00:00:66", to: "02:00:00:00:00:01"));
        host.Wait(TimeSpan.FromSeconds(isLater ? 1.1 : 0.9));

        host.Receive(Frames.Arp(ArpOperation.Reply, sender: "10.0.0.66", senderMac: "02:00:00:00:00:77", to: "02:00:00:00:00:01"));

        Neighbor<IPv4Address> neighbor = Assert.Single(host.Stack.Neighbors.All, entry => entry.Address == IPv4Address.Parse("10.0.0.66"));
        Assert.Equal(known, neighbor.LinkAddress.ToString());
    }
}
