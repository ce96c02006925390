using System.Text;
using Saker.Host.Hosts;
using Saker.Host.Snapshots;
using Saker.Packets;
using Saker.Stack;
using Saker.Stack.Core;
using Saker.Stack.Core.TrafficControl;
using Saker.Stack.Devices;
using Saker.Stack.Devices.Bridge;
using Saker.Stack.Observation;
using Saker.Stack.Sockets;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Tests.Host.Snapshots;

/// <summary>How devices stand upon each other, from a snapshot and from a topology file.</summary>
public class TopologyTests
{
    private const string Whole = """
        {"links":[
          {"ifname":"eth1","address":"02:00:00:00:00:02"},
          {"ifname":"br0","linkinfo":{"info_kind":"bridge","info_data":{"ageing_time":1000,"group_fwd_mask":"0x4000","stp_state":1,"vlan_filtering":1,"vlan_protocol":"802.1ad"}}},
          {"ifname":"eth0","master":"br0"},
          {"ifname":"eth1","master":"br0","linkinfo":{"info_slave_kind":"bridge","info_slave_data":
            {"state":"learning","hairpin":true,"isolated":true,"locked":true,"learning":false,"flood":false,"mcast_flood":false,"bcast_flood":false,"group_fwd_mask":"8"}}},
          {"ifname":"v5","link":"br0","linkinfo":{"info_kind":"vlan","info_data":{"protocol":"802.1Q","id":5,"flags":["REORDER_HDR"]}}},
          {"ifname":"v7","link":"v5","address":"02:00:00:00:00:77","flags":["BROADCAST"],"linkinfo":{"info_kind":"vlan","info_data":{"protocol":"802.1ad","id":7,"flags":[]}}}],
         "addresses":[{"ifname":"v5","addr_info":[{"family":"inet","local":"10.0.5.1","prefixlen":24}]}],
         "fdb":[{"mac":"02:00:00:00:00:31","ifname":"eth1","master":"br0","vlan":1,"flags":[],"state":"static"},{"mac":"33:33:00:00:00:01","ifname":"eth1","flags":["self"],"state":"permanent"}],
         "bridgeVlans":[{"ifname":"eth1","vlans":[{"vlan":1,"flags":["PVID","Egress Untagged"]},{"vlan":10,"vlanEnd":12}]}],
         "tc":[{"ifname":"eth0","direction":"ingress","filters":[
           {"protocol":"ip","pref":9,"kind":"bpf","chain":0},
           {"protocol":"ip","pref":9,"kind":"bpf","chain":0,"options":{"direct-action":true,"bytecode":{"length":1,"insns":[{"code":6,"jt":0,"jf":0,"k":2}]}}},
           {"protocol":"[35041]","pref":8,"kind":"matchall","options":{"actions":[{"kind":"mirred","mirred_action":"redirect","direction":"egress","to_dev":"eth1"}]}},
           {"protocol":"all","pref":10,"kind":"bpf","options":{"bytecode":"1,6 0 0 1","actions":[{"kind":"gact","control_action":{"type":"drop"}}]}},
           {"protocol":"all","pref":11,"kind":"flower","options":{}}]}]}
        """;

    [Fact]
    public void Topology_file_adds_devices_and_puts_them_upon_each_other()
    {
        HostConfiguration host = Apply(Whole);

        Assert.Equal(["lo 1", "eth0 2", "eth1 3", "br0 4", "v5 5", "v7 6"], host.Devices.Select(device => $"{device} {device.Index}"));

        // A bridge has the lowest address of its ports, a VLAN that of the device below.
        Assert.Equal(["02:00:00:00:00:01", "02:00:00:00:00:01", "02:00:00:00:00:77"], host.Devices.Skip(3).Select(device => device.Address.ToString()));
        Assert.Equal([true, true, true, false], host.Devices.Skip(2).Select(device => device.Has(DeviceFlags.Up)));
        Assert.Equal(
            ["v5 upon br0 Vlan 5 True", "v7 upon v5 ServiceVlan 7 False"],
            host.Topology.Vlans.Select(vlan => $"{vlan.Device} upon {vlan.Lower} {vlan.Protocol} {vlan.Id} {vlan.ReorderHeader}"));
        Assert.Equal("10.0.5.1", Assert.Single(host.Devices[4].IPv4!.Addresses).Address.ToString());
        Assert.Contains(host.Routes, route => route.Destination.ToString() == "10.0.5.0/24");
    }

    [Fact]
    public void Bridge_and_ports_are_set_as_written()
    {
        EthernetBridge bridge = Assert.Single(Apply(Whole).Topology.Bridges);

        Assert.Equal(
            new BridgeSettings
            {
                AgeingTime = TimeSpan.FromSeconds(10),
                GroupForwardMask = 0x4000,
                HasSpanningTree = true,
                IsVlanFiltering = true,
                VlanProtocol = EtherType.ServiceVlan,
            },
            bridge.Settings);
        Assert.Equal(["eth1", "eth0"], bridge.Ports.Select(port => port.Device.Name));
        Assert.Equal(new BridgePortSettings(), bridge.Ports[1].Settings);
        Assert.Equal(
            new BridgePortSettings
            {
                State = BridgePortState.Learning,
                IsHairpin = true,
                IsIsolated = true,
                IsLocked = true,
                Learns = false,
                FloodsUnicast = false,
                FloodsMulticast = false,
                FloodsBroadcast = false,
                GroupForwardMask = 8,
            },
            bridge.Ports[0].Settings);
        Assert.Equal([1, 10, 11, 12], bridge.Ports[0].Vlans.All.Select(vlan => (int)vlan.Id));
        Assert.Equal(1, bridge.Ports[0].Vlans.PortVlan);
        Assert.True(bridge.Ports[0].Vlans.IsUntagged(1) && !bridge.Ports[0].Vlans.IsUntagged(10));
        Assert.Contains(bridge.Forwarding.All(0), entry => entry is { Address: var address, Vlan: 1, Target: { IsStatic: true, IsLocal: false, Port: 2 } } && address.ToString() == "02:00:00:00:00:31");
    }

    [Fact]
    public void Filters_are_asked_in_the_order_of_their_priority_and_those_that_cannot_be_are_told()
    {
        HostConfiguration host = Apply(Whole);
        TrafficConfiguration traffic = Assert.Single(host.Topology.Traffic);

        Assert.Equal(("eth0", HookDirection.Ingress), (traffic.Device.Name, traffic.Direction));
        Assert.Equal(["8 88e1", "9 0800", "10 0003"], traffic.Chain.Filters.Select(filter => $"{filter.Priority} {filter.Protocol:x4}"));
        Assert.Contains("tc: a filter of eth0 (pref 11, flower) is not evaluated", host.Limitations);
        using NetworkStack stack = host.CreateStack(new VirtualClock(), ReaderMode.Immediate, observer: null);
        Assert.True(stack.Cpus[0].Packets.TryAllocate(stack.Cpus[0].Frames, new byte[60], out PacketBuffer packet));
        packet.MarkLinkHeader();
        TrafficContext context = new(PacketContext.Of<NoTracing>(stack.Cpus[0], stack.Devices, stack.FlowHash));
        Assert.Equal(
            [TrafficVerdict.Redirect, TrafficVerdict.Shot, TrafficVerdict.Shot],
            [traffic.Chain.Filters[0].Classifier(packet, ref context), traffic.Chain.Filters[1].Classifier(packet, ref context), traffic.Chain.Filters[2].Classifier(packet, ref context)]);
        packet.Free();
    }

    [Fact]
    public void Snapshot_tells_the_same()
    {
        HostConfiguration host = SnapshotFile.Read(SnapshotFile.Make(links: """
            [{"ifindex":2,"ifname":"eth0","flags":["UP"],"address":"02:00:00:00:00:01","master":"br0","linkinfo":{"info_slave_kind":"bridge","info_slave_data":{"state":"blocking"}}},
             {"ifindex":3,"ifname":"br0","flags":["UP"],"address":"02:00:00:00:00:01","linkinfo":{"info_kind":"bridge","info_data":{"mcast_snooping":1,"mcast_querier":1}}},
             {"ifindex":4,"ifname":"br0.5","link":"br0","flags":["UP"],"address":"02:00:00:00:00:01","linkinfo":{"info_kind":"vlan","info_data":{"protocol":"802.1Q","id":5,"flags":["REORDER_HDR"]}}},
             {"ifindex":5,"ifname":"far","link":"eth0","link_netnsid":0,"flags":["UP"],"linkinfo":{"info_kind":"vlan","info_data":{"protocol":"802.1Q","id":6,"flags":[]}}},
             {"ifindex":6,"ifname":"slave","flags":["UP"],"master":"bond0"}]
            """));

        Assert.Equal(BridgePortState.Blocking, Assert.Single(Assert.Single(host.Topology.Bridges).Ports).Settings.State);
        Assert.Equal("br0.5", Assert.Single(host.Topology.Vlans).Device.Name);
        Assert.Equal(
            [
                "links: br0 asks who listens to groups (mcast_querier), which is not evaluated: unless others ask, frames to groups go out by all ports",
                "links: far is a VLAN of eth0, whose tagged frames it takes; this is not evaluated",
                "links: slave belongs to bond0, which takes its frames; this is not evaluated",
            ],
            host.Limitations.Where(line => line.StartsWith("links", StringComparison.Ordinal)));
    }

    [Fact]
    public void Packet_sockets_of_a_snapshot_keep_frames_that_nobody_else_wants_from_being_dropped()
    {
        const string Sockets = """
            "sockets":[{"protocol":"packet","local":"0x88cc","device":"eth0","state":"RUNNING"},{"protocol":"packet","local":"0x0003","device":null,"state":"STOPPED"}]
            """;
        HostConfiguration host = SnapshotFile.Read(SnapshotFile.Make(others: Sockets));
        Assert.Equal([new UntoldTap(host.Devices[1], EtherType.Lldp)], host.Topology.Taps);

        VirtualClock clock = new();
        using NetworkStack stack = host.CreateStack(clock, ReaderMode.Immediate, observer: null);
        foreach (byte low in (byte[])[0xcc, 0xcd])
        {
            byte[] frame = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x88, low, .. new byte[46]];
            Assert.True(stack.ReceiverOf(host.Devices[1]).TryArrive(frame, clock.Now, low));
        }

        stack.ReceiverOf(host.Devices[1]).Interrupt();
        stack.Cpus[0].Softirq.RunUntilIdle();
        Assert.Equal(1, host.Devices[1].Counters[DeviceCounter.RxDropped]);
    }

    [Theory]
    [InlineData("""{"links":[{"ifname":"v","link":"eth0","linkinfo":{"info_kind":"vlan","info_data":{"id":4095}}}]}""", "links[0].linkinfo.info_data: 'id' is 4095, no whole number from 0 to 4094")]
    [InlineData("""{"links":[{"ifname":"v","link":"eth0","linkinfo":{"info_kind":"vlan","info_data":{}}}]}""", "links[0].linkinfo.info_data: 'id' is missing")]
    [InlineData("""{"links":[{"ifname":"v","link":"eth0","linkinfo":{"info_kind":"vlan","info_data":{"id":5,"protocol":"802.1X"}}}]}""", "links[0].linkinfo.info_data: 'protocol' is '802.1X', neither 802.1Q nor 802.1ad")]
    [InlineData("""{"links":[{"ifname":"v","link":"v","linkinfo":{"info_kind":"vlan","info_data":{"id":5}}}]}""", "links[0]: v is a VLAN 5 of v, which it cannot be: there is one already, or it is the device itself")]
    [InlineData("""{"links":[{"ifname":"b","linkinfo":{"info_kind":"bridge"}},{"ifname":"eth0","master":"b","linkinfo":{"info_slave_data":{"state":"up"}}}]}""", "links[1].linkinfo.info_slave_data: 'state' is 'up', none of disabled, listening, learning, forwarding, blocking")]
    [InlineData("""{"links":[{"ifname":"b","linkinfo":{"info_kind":"bridge"}},{"ifname":"c","linkinfo":{"info_kind":"bridge"}},{"ifname":"eth0","master":"b"},{"ifname":"eth0","master":"c"}]}""", "links[3]: eth0 is a port of b already")]
    [InlineData("""{"links":[{"ifname":"b","linkinfo":{"info_kind":"bridge"}},{"ifname":"lo","master":"b"}]}""", "links[1]: lo cannot be a port of b")]
    [InlineData("""{"links":[{"ifname":"x","ifindex":2}]}""", "links[0]: 'ifindex' is 2, which eth0 has already")]
    [InlineData("""{"links":[{}, {"ifindex":7}]}""", "links[1]: 'ifname' is missing")]
    [InlineData("""{"links":[],"addresses":[{"ifname":"eth0","addr_info":[]}]}""", "addresses[0]: eth0 has its addresses from the host; a topology gives some to further devices only")]
    [InlineData("""{"links":[],"tc":[{"ifname":"eth9","direction":"ingress"}]}""", "tc[0]: 'ifname' is 'eth9', but 'links' has no such device")]
    [InlineData("""{"links":[],"tc":[{"ifname":"eth0","direction":"up"}]}""", "tc[0]: 'direction' is 'up', neither ingress nor egress")]
    [InlineData("""{"links":[],"tc":[{"ifname":"eth0","direction":"egress","filters":[{"pref":1,"kind":"bpf","options":{"bytecode":"1,7 0 0 0"}}]}]}""", "tc[0].filters[0].options: 'bytecode'")]
    [InlineData("""{"links":[],"tc":[{"ifname":"eth0","direction":"egress","filters":[{"pref":1,"protocol":"ip","kind":"matchall","options":{}},{"pref":1,"protocol":"arp","kind":"matchall","options":{}}]}]}""", "tc[0].filters[0]: priority 1 of eth0 belongs to filters of another protocol")]
    [InlineData("""{"tc":[]}""", "'links' is missing")]
    [InlineData("[]", "is an array")]
    public void Fault_is_named(string json, string fault)
    {
        Assert.False(TopologyFile.TryApply(Encoding.UTF8.GetBytes(json), "t.json", SnapshotFile.Read(SnapshotFile.Make()), out HostConfiguration? host, out string? found));
        Assert.Null(host);
        Assert.StartsWith("t.json: " + fault, found, StringComparison.Ordinal);
    }

    [Fact]
    public void Changed_bytes_never_throw()
    {
        byte[] original = Encoding.UTF8.GetBytes(Whole);
        for (int round = 0; round < Effort.Inputs(1_000, 300_000); round++)
        {
            Random random = new(round);
            byte[] bytes = [.. original];
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)(random.Next(2) == 0 ? random.Next(256) : "{}[],:\"0-1e\\u"[random.Next(13)]);
            }

            if (TopologyFile.TryApply(bytes, "t.json", SnapshotFile.Read(SnapshotFile.Make()), out HostConfiguration? host, out string? fault))
            {
                host.CreateStack(new VirtualClock(), ReaderMode.Immediate, observer: null).Dispose();
            }
            else
            {
                Assert.StartsWith("t.json: ", fault, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', fault);
            }
        }
    }

    private static HostConfiguration Apply(string json)
    {
        Assert.True(
            TopologyFile.TryApply(Encoding.UTF8.GetBytes(json), "t.json", SnapshotFile.Read(SnapshotFile.Make()), out HostConfiguration? host, out string? fault), fault);
        return host;
    }
}
