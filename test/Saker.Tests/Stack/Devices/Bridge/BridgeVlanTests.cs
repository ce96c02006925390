using Saker.Packets;
using Saker.Stack.Devices.Bridge;
using Saker.Stack.Observation;
using Saker.Wire;

namespace Saker.Tests.Stack.Devices.Bridge;

/// <summary>Bridges that filter by VLAN. The kernel at hand cannot, so that these follow its documented behaviour and not its answers.</summary>
public class BridgeVlanTests
{
    private const string Everybody = "ff:ff:ff:ff:ff:ff";
    private const string Alice = "02:00:00:00:0a:01";
    private const string Bob = "02:00:00:00:0a:02";

    /// <summary>p1 and p2 are access ports of VLAN 10 and 20, p3 a trunk of both with VLAN 10 untagged, p4 a trunk of 20 alone; the bridge itself is in 10.</summary>
    private static BridgeHost Switch(EtherType protocol = EtherType.Vlan)
    {
        BridgeHost host = new(new BridgeSettings { IsVlanFiltering = true, VlanProtocol = protocol });
        host.Port(1).Vlans = new BridgeVlans([new BridgeVlan(10) { IsUntagged = true }], 10);
        host.Port(2).Vlans = new BridgeVlans([new BridgeVlan(20) { IsUntagged = true }], 20);
        host.Port(3).Vlans = new BridgeVlans([new BridgeVlan(10) { IsUntagged = true }, new BridgeVlan(20)], 10);
        host.Port(4).Vlans = new BridgeVlans([new BridgeVlan(20)], 0);
        host.Bridge.Vlans = new BridgeVlans([new BridgeVlan(10) { IsUntagged = true }], 10);
        return host;
    }

    [Fact]
    public void An_untagged_frame_belongs_to_the_ports_own_vlan_and_stays_in_it()
    {
        using BridgeHost host = Switch();
        Assert.Equal(["p3 60", "up 46"], host.Receive(1, BridgeHost.Frame(Everybody, Alice)));
        Assert.Equal(["p4 64 81000014", "p3 64 81000014"], host.Receive(2, BridgeHost.Frame(Everybody, Bob)));
    }

    [Fact]
    public void A_tagged_frame_leaves_an_access_port_without_its_tag()
    {
        using BridgeHost host = Switch();
        Assert.Equal(["p4 60 81000014", "p2 56"], host.Receive(3, BridgeHost.Frame(Everybody, Alice, "8100:0014")));
    }

    [Fact]
    public void A_priority_tag_gets_the_ports_vlan_and_keeps_its_priority()
    {
        using BridgeHost host = Switch();
        Assert.Equal(["p4 60 8100a014", "p3 60 8100a014"], host.Receive(2, BridgeHost.Frame(Everybody, Bob, "8100:a000")));
    }

    [Theory]
    [InlineData(4, "")] // no pvid
    [InlineData(4, "8100:0000")]
    [InlineData(4, "8100:000a")]
    [InlineData(1, "8100:0014")]
    [InlineData(1, "8100:0fff")]
    [InlineData(3, "8100:0ffe")]
    public void A_frame_of_a_vlan_that_the_port_is_not_in_is_dropped_and_its_sender_not_learned(int port, string tags)
    {
        using BridgeHost host = Switch();
        Assert.Empty(host.Receive(port, BridgeHost.Frame(Everybody, Alice, tags)));
        Assert.Equal(1, host.DropsOf(DropReason.NotSpecified));
        Assert.DoesNotContain(host.Bridge.Forwarding.All(host.Clock.Now), entry => entry.Address == MacAddress.Parse(Alice));
    }

    [Fact]
    public void Stations_are_learned_in_their_vlan_alone()
    {
        using BridgeHost host = Switch();
        host.Receive(1, BridgeHost.Frame(Everybody, Alice));
        Assert.Equal(["p1 60"], host.Receive(3, BridgeHost.Frame(Alice, Bob)));
        Assert.Equal(["p4 60 81000014", "p2 56"], host.Receive(3, BridgeHost.Frame(Alice, Bob, "8100:0014")));
    }

    [Fact]
    public void The_bridge_gets_its_frames_in_its_own_vlans_only()
    {
        using BridgeHost host = Switch();
        Assert.Equal(["up 46"], host.Receive(1, BridgeHost.Frame(BridgeHost.Address, Alice)));
        Assert.Equal(["p4 64 81000014", "p3 64 81000014"], host.Receive(2, BridgeHost.Frame(BridgeHost.Address, Bob)));
        Assert.Equal(1, host.Device.Counters[DeviceCounter.RxPackets]);
    }

    [Fact]
    public void A_broadcast_of_a_vlan_that_the_bridge_is_not_in_is_counted_and_does_not_go_up()
    {
        using BridgeHost host = Switch();
        host.Receive(2, BridgeHost.Frame(Everybody, Bob));
        Assert.Equal((1, 1), (host.Device.Counters[DeviceCounter.RxPackets], host.DropsOf(DropReason.NotSpecified)));
    }

    [Fact]
    public void What_the_bridge_sends_belongs_to_its_own_vlan()
    {
        using BridgeHost host = Switch();
        Assert.Equal(["p3 60", "p1 60"], host.Send(BridgeHost.Frame(Everybody, BridgeHost.Address)));
        Assert.Empty(host.Send(BridgeHost.Frame(Everybody, BridgeHost.Address, "8100:0014")));
    }

    /// <summary>What goes up is received by the bridge's device as any frame: there such a tag is taken out.</summary>
    [Fact]
    public void A_tag_of_another_kind_is_payload()
    {
        using BridgeHost host = Switch(EtherType.ServiceVlan);
        Assert.Equal(["p3 60 8100000a", "up 42 8100000a"], host.Receive(1, BridgeHost.Frame(Everybody, Alice, "8100:000a")));
        Assert.Equal(["p4 64 88a800148100000a", "p3 64 88a800148100000a"], host.Receive(2, BridgeHost.Frame(Everybody, Bob, "8100:000a")));
        Assert.Equal(["p3 56 8100000a", "up 38 8100000a"], host.Receive(1, BridgeHost.Frame(Everybody, Alice, "88a8:000a 8100:000a")));
    }

    [Fact]
    public void Without_filtering_tags_pass_as_they_are()
    {
        using BridgeHost host = new();
        Assert.Equal(["p4 60 81000005", "p3 60 81000005", "p2 60 81000005", "up 42 81000005"], host.Receive(1, BridgeHost.Frame(Everybody, Alice, "8100:0005")));
    }

    [Fact]
    public void An_address_of_this_host_is_known_in_the_vlans_of_its_port()
    {
        using BridgeHost host = Switch();
        Assert.Equal(
            [0, 10, 20],
            host.Bridge.Forwarding.All(host.Clock.Now).Where(entry => entry.Address == host.Ports[2].Address).Select(entry => (int)entry.Vlan).Order());
    }

    [Fact]
    public void A_service_bridge_forwards_what_a_customer_bridge_keeps()
    {
        using BridgeHost host = Switch(EtherType.ServiceVlan);
        Assert.Equal(["p3 60", "up 46"], host.Receive(1, BridgeHost.Frame("01:80:c2:00:00:0d", Alice)));
        Assert.Empty(host.Receive(1, BridgeHost.Frame("01:80:c2:00:00:0e", Alice)));
    }
}
