using Saker.Host.Hosts;
using Saker.Host.Replay;
using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Wire;

namespace Saker.Host.Explain;

/// <summary>What hints are made of.</summary>
/// <param name="Host">The host.</param>
/// <param name="Device">The device that the frame came in by.</param>
/// <param name="IsInferred">Whether the host was inferred from the capture.</param>
/// <param name="Frame">The frame.</param>
/// <param name="Verdict">What became of it.</param>
/// <param name="Reason">Why it was dropped.</param>
/// <param name="LastFailure">The last check that did not hold; null: all held.</param>
internal sealed record HintScene(
    HostConfiguration Host, NetworkDevice Device, bool IsInferred, byte[] Frame, Verdict Verdict, DropReason Reason, CheckMade? LastFailure);

/// <summary>What an engineer would look at, or change, about a frame that was not delivered.</summary>
internal static class Hints
{
    /// <summary>The hints, the most telling first.</summary>
    public static IReadOnlyList<string> For(HintScene scene)
    {
        List<string> hints = [];
        if (scene.Verdict == Verdict.Outgoing)
        {
            hints.Add("with --host every frame of the capture is received, also those that bear the device's own address.");
        }
        else if (scene.Verdict == Verdict.Dropped)
        {
            AddForDrop(hints, scene);
        }

        return hints;
    }

    private static void AddForDrop(List<string> hints, HintScene scene)
    {
        string device = scene.Device.Name;
        FlowDissection flow = FlowDissector.Dissect(scene.Frame, FlowDissectorOptions.StopBeforeEncapsulation);
        switch (scene.Reason)
        {
            case DropReason.NotSpecified when scene.LastFailure is { } failure:
                hints.Add($"what did not hold: {failure.Check} ({failure.Seen}).");
                break;
            case DropReason.NoSocket:
                SocketHints.Add(hints, scene, flow.Key);
                break;
            case DropReason.OtherHost:
                AddForOtherHost(hints, scene, flow.Key);
                break;
            case DropReason.IPReversePathFilter:
                hints.Add($"sysctl net.ipv4.conf.{{all,{device}}}.rp_filter: the greater of the two counts; 1 is strict, 2 takes any way back, 0 is off.");
                hints.Add($"'ip route get {Source(flow.Key)}' shows the way back; it must lead by {device}.");
                break;
            case DropReason.IPLocalSource:
                hints.Add($"{Source(flow.Key)} is this host's own: an address used twice on the link, a loop, or a test; sysctl net.ipv4.conf.{device}.accept_local lets it in.");
                break;
            case DropReason.IPLocalNet:
                hints.Add($"sysctl net.ipv4.conf.{device}.route_localnet lets 127.0.0.0/8 in from outside.");
                break;
            case DropReason.IPInAddressErrors:
                hints.Add($"the device has {Addresses(scene.Device)}; {Destination(flow.Key)} is none of the host's.");
                hints.Add($"to pass it on, set sysctl net.ipv4.conf.{device}.forwarding.");
                break;
            case DropReason.IPInNoRoutes:
                hints.Add($"'ip route get {Destination(flow.Key)} from {Source(flow.Key)} iif {device}' asks the kernel for the route.");
                break;
            case DropReason.UnicastInL2Multicast:
                hints.Add($"an IP address of one host in a frame to a group: look at what sends to {MacOf(scene.Frame)}; for broadcasts, sysctl net.ipv4.conf.{device}.drop_unicast_in_l2_multicast.");
                break;
            case DropReason.IPChecksum or DropReason.UdpChecksum or DropReason.TcpChecksum or DropReason.IcmpChecksum:
                hints.Add("the table above tells the value that would be right. One such frame is damage on the way; all from one sender are its card or its program.");
                hints.Add("frames captured on the host that sent them may bear checksums that its card had yet to complete (ethtool -k: tx-checksumming).");
                break;
            case DropReason.UnhandledProtocol:
                hints.Add("/proc/net/ptype lists the types that have a handler; a missing one is often a kernel module that is not loaded.");
                break;
            case DropReason.IPNoProtocol:
                hints.Add($"no handler and no raw socket for {ProtocolNames.Of(flow.Key.Protocol)}: its kernel module is not loaded, or its daemon is not running.");
                break;
            case DropReason.SocketReceiveBuffer or DropReason.ProtocolMemory:
                hints.Add("the application reads too slowly: 'ss -uamn' shows the queue; SO_RCVBUF with sysctl net.core.rmem_max gives it more room.");
                break;
            case DropReason.PacketTooSmall:
                hints.Add("a length in the headers above does not fit what is there. If the capture cut its frames, capture with a larger snapshot length.");
                break;
            case DropReason.FragmentReassemblyTimeout:
                hints.Add("fragments are missing: look for loss, or a filter that drops fragments; sysctl net.ipv4.ipfrag_time is the time that they wait.");
                break;
            case DropReason.IPInvalidSource:
                hints.Add($"no host may send from {Source(flow.Key)}: look at the sender's configuration.");
                break;
            case DropReason.NeighborFailed or DropReason.NeighborQueueFull:
                hints.Add("the next hop does not answer ARP: 'ip neighbour' shows its state.");
                break;
            case DropReason.TcpFlags:
                hints.Add("no connection of this host goes with the segment: it ended, or began before; flags that no sound TCP sends are a scan, or damage.");
                break;
            case DropReason.NetfilterDrop:
                hints.Add("'nft list ruleset' has the rule; 'nft monitor trace' with 'meta nftrace set 1' names it on the live host.");
                break;
            case DropReason.CardMissed:
                hints.Add($"'ethtool -G {device} rx N' makes the ring longer (--ring N here), which bridges bursts; 'ethtool -L {device} combined N' spreads flows over more CPUs (--queues N --cpus N).");
                hints.Add("'saker rss' shows whether the flows spread; /proc/net/softnet_stat whether the CPU had to stop (third column, time_squeeze: net.core.netdev_budget).");
                break;
            case DropReason.CpuBacklog:
                hints.Add("sysctl net.core.netdev_max_backlog is how many packets may wait for a CPU; the second column of /proc/net/softnet_stat counts those refused.");
                hints.Add($"/sys/class/net/{device}/queues/rx-*/rps_cpus names the CPUs that share the work (--rps MASK here); more of them, or more queues, leave each less.");
                break;
            case DropReason.CardSteeringDrop:
                hints.Add($"'ethtool -n {device}' lists the flow rules; 'ethtool -N {device} delete LOCATION' takes one away.");
                break;
            case DropReason.CardRunt:
                hints.Add("the frame ends before its Ethernet header: it is damaged, or the capture cut it.");
                break;
        }
    }

    private static void AddForOtherHost(List<string> hints, HintScene scene, in FlowKey key)
    {
        if (!EthernetView.TryParse(scene.Frame, out EthernetView ethernet))
        {
            return;
        }

        if (key.OuterVlan is { } vlan && (ethernet.Destination == scene.Device.Address || ethernet.Destination.IsMulticast))
        {
            hints.Add($"no device takes VLAN {vlan.Identifier}: 'ip link add link {scene.Device.Name} name {scene.Device.Name}.{vlan.Identifier} type vlan id {vlan.Identifier}' would make one.");
            return;
        }

        hints.Add($"the frame is for {ethernet.Destination}, and {scene.Device.Name} has {scene.Device.Address}.");
        hints.Add("if it should be for this host: look at the sender's neighbour entry ('ip neighbour'), or at a switch that floods.");
        if (scene.IsInferred)
        {
            hints.Add("the host is the station that receives most frames of the capture; --host FILE takes another's snapshot.");
        }
    }

    private static string Addresses(NetworkDevice device) =>
        device.IPv4 is { Addresses: var addresses } && addresses.Any() ? string.Join(", ", addresses.Select(address => $"{address.Address}/{address.PrefixLength}")) : "no address";

    private static string Source(in FlowKey key) => key.Source.IsV4Mapped ? $"{key.Source.EmbeddedIPv4}" : $"{key.Source}";

    private static string Destination(in FlowKey key) => key.Destination.IsV4Mapped ? $"{key.Destination.EmbeddedIPv4}" : $"{key.Destination}";

    private static string MacOf(byte[] frame) => EthernetView.TryParse(frame, out EthernetView ethernet) ? $"{ethernet.Destination}" : "it";
}
