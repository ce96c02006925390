using System.Text;
using Saker.Host.Hosts;
using Saker.Host.Snapshots;
using Saker.KernelTests.Oracle;
using Saker.Stack.Devices.Bridge;

namespace Saker.KernelTests.Core;

/// <summary>
/// The snapshot of a host with a bridge of three ports and filters on them holds what the receive path needs to say what the kernel does with frames: where they leave, what is
/// dropped, what reaches the host itself.
/// </summary>
public class TopologySnapshotTests
{
    private const string Known = "02:00:00:00:00:31";
    private const string Unknown = "02:00:00:00:00:77";

    private static readonly string[] Commands =
    [
        "sysctl -w net.ipv6.conf.all.disable_ipv6=1",
        "sysctl -w net.ipv6.conf.default.disable_ipv6=1",
        "sysctl -w net.ipv4.icmp_ratelimit=0",
        "sysctl -w net.ipv4.icmp_msgs_per_sec=1000000000",
        "sysctl -w net.ipv4.icmp_msgs_burst=1000000000",
        "ip link add br0 address 02:00:00:00:00:01 type bridge stp_state 0 mcast_snooping 0 ageing_time 100000 group_fwd_mask 0x4000",
        "ip link add eth0 address 02:00:00:00:00:11 type veth peer name eth0 netns $SENDER",
        "ip link add eth1 address 02:00:00:00:00:12 type veth peer name eth1 netns $SENDER",
        "ip link add eth2 address 02:00:00:00:00:13 type veth peer name eth2 netns $SENDER",
        "ip link set lo up",
        "ip link set eth0 up master br0",
        "ip link set eth1 up master br0",
        "ip link set eth2 up master br0",
        "ip link set br0 up",
        "ethtool -K eth0 tx off rx off",
        "ethtool -K eth1 tx off rx off",
        "ethtool -K eth2 tx off rx off",
        "ip address add 10.0.0.1/24 broadcast 10.0.0.255 dev br0",
        "ip neighbor replace 10.0.0.2 lladdr 02:00:00:00:00:02 nud permanent dev br0",
        $"bridge fdb add {Known} dev eth1 master static",
        "tc qdisc add dev eth0 clsact",

        // EtherType 88b6: TC_ACT_SHOT; of all others nothing is said.
        "tc filter add dev eth0 ingress pref 7 protocol all bpf da bytecode 4,40\u00a00\u00a00\u00a012,21\u00a00\u00a01\u00a034998,6\u00a00\u00a00\u00a02,6\u00a00\u00a00\u00a04294967295",
        "tc qdisc add dev eth1 clsact",
        "tc filter add dev eth1 egress pref 3 protocol 0x88b7 bpf da bytecode 1,6\u00a00\u00a00\u00a02",
    ];

    public static TheoryData<string, byte[]> Frames => new()
    {
        { "echo request to the bridge", Echo() },
        { "datagram to a closed port", Frame.IPv4(Frame.Udp(9), 17) },
        { "datagram with a wrong checksum", Frame.IPv4(Frame.Udp(53, checksum: 1), 17) },
        { "unknown protocol to the bridge", Frame.Ethernet(new byte[46], 0x88b5) },
        { "to a station that is known", Frame.Ethernet(new byte[46], 0x88b5, Known) },
        { "to a station that is not", Frame.Ethernet(new byte[46], 0x88b5, Unknown) },
        { "to everybody", Frame.Ethernet(new byte[46], 0x88b5, Frame.Broadcast) },
        { "to a group", Frame.Ethernet(new byte[46], 0x88b5, "01:00:5e:01:02:03") },
        { "of a protocol that a filter drops", Frame.Ethernet(new byte[46], 0x88b6, Unknown) },
        { "of a protocol that a filter does not let out", Frame.Ethernet(new byte[46], 0x88b7, Unknown) },
        { "of that protocol to the station behind the filter", Frame.Ethernet(new byte[46], 0x88b7, Known) },
        { "a question for the bridge's address", Arp("0a000001") },
        { "a question for another one", Arp("0a000009") },
        { "of spanning tree", Frame.Ethernet(new byte[46], 38, "01:80:c2:00:00:00") },
        { "a pause", Frame.Ethernet(new byte[46], 0x8808, "01:80:c2:00:00:01") },
        { "of the neighbours, which is forwarded", Frame.Ethernet(new byte[46], 0x88cc, "01:80:c2:00:00:0e") },
        { "of the neighbours, which is not", Frame.Ethernet(new byte[46], 0x88cc, "01:80:c2:00:00:03") },
        { "from the bridge's own address", Frame.Ethernet(new byte[46], 0x88b5, Unknown, "02:00:00:00:00:01") },
    };

    [KernelTheory]
    [MemberData(nameof(Frames))]
    public void Frame_goes_the_way_that_it_goes_in_the_kernel(string name, byte[] frame)
    {
        using KernelOracle oracle = new();
        using TargetHost target = oracle.SetUp(new TargetConfiguration("topology", Commands, [new SocketDescription("udp", "0.0.0.0:53")])
        {
            OtherDevices = ["eth1", "eth2"],
            SettleMilliseconds = 20,
        });
        HostConfiguration host = ReadWhenForwarding(target);
        Answer theirs = Assert.Single(target.Ask([frame]));
        using StackAsker asker = new(host, host.Devices.Single(device => device.Name == "eth0"));
        Answer ours = asker.Ask(1, 0, frame);

        // The oracle reads the ports one after the other, not the bridge's own counters, and calls a frame dropped if any copy was.
        bool isBridged = ours.Verdict == "forwarded";
        ours = ours with
        {
            Verdict = isBridged ? theirs.Verdict : ours.Verdict,
            Reason = isBridged ? theirs.Reason : ours.Reason,
            Sent = [.. ours.Sent.Order(StringComparer.Ordinal)],
            Counters = ours.Counters.Where(counter => !counter.Key.StartsWith("dev.br0.", StringComparison.Ordinal)).ToDictionary(),
        };
        theirs = theirs with { Sent = [.. theirs.Sent.Order(StringComparer.Ordinal)] };
        Assert.True(AnswerComparison.AreEqual(theirs, ours), $"{name}: {string.Join("; ", AnswerComparison.Differences(theirs, ours))}");
    }

    [KernelFact]
    public void Snapshot_tells_bridges_and_filters()
    {
        using KernelOracle oracle = new();
        HostConfiguration host = Read(oracle.TakeSnapshot(new TargetConfiguration("topology", [.. Commands, "ip link set eth2 type bridge_slave isolated on hairpin on"], [])));

        EthernetBridge bridge = Assert.Single(host.Topology.Bridges);
        Assert.Equal("br0", bridge.Device.Name);
        Assert.Equal(TimeSpan.FromSeconds(1000), bridge.Settings.AgeingTime);
        Assert.Equal(0x4000, bridge.Settings.GroupForwardMask);
        Assert.Equal(["eth2", "eth1", "eth0"], bridge.Ports.Select(port => port.Device.Name));
        Assert.True(bridge.Ports[0].Settings is { IsIsolated: true, IsHairpin: true });
        Assert.Contains(bridge.Forwarding.All(0), entry => entry.Address.ToString() == Known && entry.Target is { IsStatic: true, IsLocal: false, Port: 2 });
        Assert.Equal(
            ["eth0 Ingress 7 0003", "eth1 Egress 3 88b7"],
            host.Topology.Traffic.SelectMany(traffic => traffic.Chain.Filters.Select(filter => $"{traffic.Device} {traffic.Direction} {filter.Priority} {filter.Protocol:x4}")));
        Assert.DoesNotContain(host.Limitations, line => line.StartsWith("links", StringComparison.Ordinal) || line.StartsWith("tc", StringComparison.Ordinal));
    }

    /// <summary>The kernel sees a moment later that a port's link is up.</summary>
    private static HostConfiguration ReadWhenForwarding(TargetHost target)
    {
        for (int attempt = 0; ; attempt++)
        {
            HostConfiguration host = Read(target.TakeSnapshot());
            if (host.Topology.Bridges[0].Ports.All(port => port.Settings.State == BridgePortState.Forwarding))
            {
                return host;
            }

            Assert.True(attempt < 100, "the bridge's ports do not begin to forward");
            Thread.Sleep(20);
        }
    }

    private static HostConfiguration Read(string snapshot)
    {
        Assert.True(SnapshotReader.TryParse(Encoding.UTF8.GetBytes(snapshot), "snapshot", out HostConfiguration? host, out string? fault), fault);
        return host;
    }

    private static byte[] Echo() => Frame.IPv4([8, 0, 0xf7, 0xff, 0, 0, 0, 0], 1);

    private static byte[] Arp(string target) =>
        Frame.Ethernet([0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 2, 10, 0, 0, 2, 0, 0, 0, 0, 0, 0, .. Convert.FromHexString(target), .. new byte[18]], 0x0806, Frame.Broadcast);
}
