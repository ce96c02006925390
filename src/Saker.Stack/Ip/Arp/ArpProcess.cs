using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Ip.V4;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Ip.Arp;

/// <summary>Answers ARP requests and learns from what others say (<c>arp_process</c>, RFC 826, RFC 5227).</summary>
/// <remarks>Where the kernel lets a proxy's answer to a broadcast wait for a random time below <c>proxy_delay</c>, it goes out at once.</remarks>
internal sealed class ArpProcess<TTrace> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
{
    private readonly InputRouting<TTrace> _routing;
    private readonly ForwardingTables _tables;
    private readonly ArpPolicy<TTrace> _policy;
    private readonly NeighborOutput<TTrace, IPv4Address> _neighbors;
    private readonly ArpOutput<TTrace> _output;

    public ArpProcess(
        Cpu cpu,
        InputRouting<TTrace> routing,
        ForwardingTables tables,
        ArpPolicy<TTrace> policy,
        NeighborOutput<TTrace, IPv4Address> neighbors,
        ArpOutput<TTrace> output)
        : base(cpu)
    {
        _routing = routing;
        _tables = tables;
        _policy = policy;
        _neighbors = neighbors;
        _output = output;
    }

    /// <summary>Deals with a packet that <see cref="ArpReceive{TTrace}"/> found well-formed.</summary>
    public void Process(PacketBuffer packet, NetworkDevice device, in ArpHeader arp)
    {
        Enter(packet, Stage.ArpProcess);
        if (device.IPv4 is not { } ipv4 || !IsAcceptable(packet, ipv4.Settings, arp))
        {
            Drop(packet, Stage.ArpProcess, DropReason.NotSpecified);
            return;
        }

        // RFC 5227: a sender without an address asks whether somebody has the one that it wants.
        if (arp.SenderAddress.IsAny)
        {
            AnswerProbe(packet, device, arp);
        }
        else if (arp.Operation != ArpOperation.Request || !TryAnswer(packet, device, ipv4.Settings, arp))
        {
            Learn(packet, device, arp);
        }

        Consume(packet, Stage.ArpProcess);
    }

    private bool IsAcceptable(PacketBuffer packet, IPv4InterfaceSettings settings, in ArpHeader arp)
    {
        IPv4Address target = arp.TargetAddress;
        bool isEthernet = arp.HardwareType is ArpHardwareType.Ethernet or ArpHardwareType.Ieee802;
        bool isGratuitous = arp.SenderAddress == target;
        return Check(packet, "hardware type is Ethernet or IEEE 802", arp.HardwareType, isEthernet)
            && Check(packet, "protocol is IPv4", arp.ProtocolType, arp.ProtocolType == EtherType.IPv4)
            && Check(packet, "it is a request or a reply", arp.Operation, arp.Operation is ArpOperation.Request or ArpOperation.Reply)
            && Check(packet, "the target is no group", target, !target.IsMulticast)
            && Check(packet, "the target is not 127.0.0.0/8, or route_localnet is on", target, !target.IsLoopback || settings.RouteLocalnet)
            && Check(packet, "it is not gratuitous, or drop_gratuitous_arp is off", target, !isGratuitous || !settings.DropGratuitousArp);
    }

    private void AnswerProbe(PacketBuffer packet, NetworkDevice device, in ArpHeader arp)
    {
        bool isOurs = _tables.Current.TypeOf(arp.TargetAddress) == RouteType.Local;
        if (arp.Operation == ArpOperation.Request
            && Check(packet, "the target is an address of this host", arp.TargetAddress, isOurs)
            && _policy.MayAnswer(packet, device, arp))
        {
            Reply(packet, device, arp);
        }
    }

    /// <summary>Answers a request if it is for us or for somebody whom we speak for.</summary>
    /// <returns>Whether that settles it; otherwise something may be learned of it.</returns>
    private bool TryAnswer(PacketBuffer packet, NetworkDevice device, IPv4InterfaceSettings settings, in ArpHeader arp)
    {
        if (!TryRoute(packet, device, arp, out Destination destination))
        {
            return false;
        }

        if (Check(packet, "the target is an address of this host", arp.TargetAddress, destination.Type == RouteType.Local))
        {
            if (_policy.MayAnswer(packet, device, arp) && _policy.PassesFilter(packet, device, arp))
            {
                AnswerNeighbor(packet, device, arp);
            }

            return true;
        }

        if (!settings.Forwarding || destination.Type != RouteType.Unicast || !_policy.IsProxy(packet, device, destination, arp))
        {
            return false;
        }

        AnswerNeighbor(packet, device, arp);
        return true;
    }

    /// <summary>Asks where a packet from the sender to the target would go, as if it had come in here.</summary>
    private bool TryRoute(PacketBuffer packet, NetworkDevice device, in ArpHeader arp, out Destination destination)
    {
        Span<byte> bytes = stackalloc byte[IPv4View.FixedLength];
        new IPv4Header { Source = arp.SenderAddress, Destination = arp.TargetAddress }.Emit(bytes);
        InputRoute route = IPv4View.TryParse(bytes, out IPv4View header)
            ? _routing.Route(packet, header, device)
            : InputRoute.Refused(DropReason.NotSpecified);
        destination = route.Destination;
        return route.Reason == DropReason.None;
    }

    /// <summary>Notes where the sender is, since it is about to speak with us, and answers (<c>neigh_event_ns</c>).</summary>
    private void AnswerNeighbor(PacketBuffer packet, NetworkDevice device, in ArpHeader arp)
    {
        bool hasRoom = _neighbors.TryFindOrAdd(device, arp.SenderAddress, out NeighborEntry<IPv4Address>? neighbor);
        if (Check(packet, "the neighbour table has room", arp.SenderAddress, hasRoom))
        {
            _neighbors.Update(neighbor!, arp.SenderMac, NeighborState.Stale, NeighborOverride.Replace);
            Reply(packet, device, arp);
        }
    }

    private void Reply(PacketBuffer packet, NetworkDevice device, in ArpHeader request) =>
        _output.Send(packet, device, request.SenderMac, new ArpHeader
        {
            Operation = ArpOperation.Reply,
            SenderAddress = request.TargetAddress,
            TargetMac = request.SenderMac,
            TargetAddress = request.SenderAddress,
        });

    /// <summary>Takes over what the sender says of itself, if it is known already or may become so.</summary>
    private void Learn(PacketBuffer packet, NetworkDevice device, in ArpHeader arp)
    {
        NeighborEntry<IPv4Address>? neighbor = _neighbors.Find(device, arp.SenderAddress);
        bool mayAdd = _policy.AcceptsUnknown(device, arp.SenderAddress);
        bool isGratuitous = (neighbor is not null || mayAdd) && IsGratuitous(arp);
        if (neighbor is null && mayAdd && (isGratuitous || IsReplyOfHost(arp)))
        {
            _neighbors.TryFindOrAdd(device, arp.SenderAddress, out neighbor);
        }

        if (!Check(packet, "the sender is a known neighbour", arp.SenderAddress, neighbor is not null))
        {
            return;
        }

        // Broadcasts and requests do not show that the neighbour can hear us.
        bool isReachable = arp.Operation == ArpOperation.Reply && packet.PacketType == PacketType.Host;
        bool mayOverride = isGratuitous || Cpu.Now - neighbor!.Updated > device.IPv4!.Settings.Neighbors.LockTime;
        _neighbors.Update(neighbor!, arp.SenderMac, isReachable ? NeighborState.Reachable : NeighborState.Stale, mayOverride ? NeighborOverride.Replace : NeighborOverride.Keep);
    }

    private bool IsGratuitous(in ArpHeader arp) =>
        arp.SenderAddress == arp.TargetAddress
        && (arp.Operation != ArpOperation.Reply || arp.TargetMac == arp.SenderMac)
        && _tables.Current.TypeOf(arp.SenderAddress) == RouteType.Unicast;

    private bool IsReplyOfHost(in ArpHeader arp) =>
        arp.Operation == ArpOperation.Reply && _tables.Current.TypeOf(arp.SenderAddress) == RouteType.Unicast;
}
