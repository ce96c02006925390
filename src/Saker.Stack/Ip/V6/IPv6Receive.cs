using Saker.Packets;
using Saker.Stack.Core;
using Saker.Stack.Devices;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Ip.V6;

/// <summary>IPv6's entry (<c>ipv6_rcv</c>, <c>ip6_rcv_core</c>): is this a packet at all, and is it ours to look at?</summary>
internal sealed class IPv6Receive<TTrace> : ReceiveStage<TTrace>, IPacketTypeHandler
    where TTrace : struct, ITracing
{
    private readonly DeviceTable _devices;
    private readonly IPv6OptionHeaders<TTrace> _options;
    private readonly IPv6Dispatch<TTrace> _next;

    public IPv6Receive(Cpu cpu, DeviceTable devices, IPv6OptionHeaders<TTrace> options, IPv6Dispatch<TTrace> next)
        : base(cpu)
    {
        _devices = devices;
        _options = options;
        _next = next;
    }

    /// <inheritdoc/>
    public ushort Protocol => (ushort)EtherType.IPv6;

    /// <inheritdoc/>
    public void Receive(ref PacketList packets)
    {
        while (packets.TryTake(out PacketBuffer packet))
        {
            if (Validate(packet))
            {
                _next.Receive(packet);
            }
        }
    }

    /// <summary>The checks of <c>ip6_rcv_core</c>, in its order. A packet that fails one has been dropped.</summary>
    private bool Validate(PacketBuffer packet)
    {
        Enter(packet, Stage.IPv6Receive);
        NetworkDevice device = _devices[packet.Device];
        if (!Check(packet, "the frame was for this host", packet.PacketType, packet.PacketType != PacketType.OtherHost))
        {
            device.Counters.Of(Cpu).Add(DeviceCounter.RxOtherHostDropped);
            Decline(packet, Stage.IPv6Receive, DropReason.OtherHost);
            return false;
        }

        if (device.IPv6 is not { } ipv6)
        {
            EndUnsupported(packet, Stage.IPv6Receive);
            return false;
        }

        Counters.Add(Counter.Ip6InReceives);
        Counters.Add(Counter.Ip6InOctets, packet.Length);
        if (!Check(packet, "disable_ipv6 is off", ipv6.Settings.Disabled, !ipv6.Settings.Disabled))
        {
            Counters.Add(Counter.Ip6InDiscards);
            Drop(packet, Stage.IPv6Receive, DropReason.IPv6Disabled);
            return false;
        }

        if (!Check(packet, "40 bytes of header are there", packet.Length, packet.TryMakeLinear(IPv6View.FixedLength))
            || !IPv6View.TryParse(packet.Linear, out IPv6View header))
        {
            return FailHeader(packet, DropReason.IPInHeader);
        }

        if (!Check(packet, "version is 6", header.Version, header.Version == 6))
        {
            return FailHeader(packet, DropReason.UnhandledProtocol);
        }

        Counters.Add(Counter.Ip6InNoECTPkts + (ushort)header.Ecn, Math.Max(1, packet.GsoSegments));
        DropReason reason = FindImpossible(packet, header.Source, header.Destination, device, ipv6.Settings);
        if (reason != DropReason.None)
        {
            return FailHeader(packet, reason);
        }

        packet.Control<IPv6Control>() = new IPv6Control { NextHeaderOffset = IPv6View.NextHeaderPosition };
        packet.MarkTransportHeader(IPv6View.FixedLength);

        // Where hop-by-hop options follow, one of them may tell the length (RFC 2675).
        IPProtocol next = header.NextHeader;
        int length = header.PayloadLength + IPv6View.FixedLength;
        if (header.PayloadLength != 0 || next != IPProtocol.HopByHop)
        {
            if (!Check(packet, "payload length is within the packet", length, packet.Length, length <= packet.Length))
            {
                Counters.Add(Counter.Ip6InTruncatedPkts);
                Drop(packet, Stage.IPv6Receive, DropReason.PacketTooSmall);
                return false;
            }

            packet.Trim(length);
        }

        return next != IPProtocol.HopByHop || _options.ReceiveHopByHop(packet);
    }

    /// <summary>Addresses that no packet on a wire can bear, and what may not come in a group's frame.</summary>
    private DropReason FindImpossible(PacketBuffer packet, in IPv6Address source, in IPv6Address target, NetworkDevice device, IPv6InterfaceSettings settings)
    {
        if (!Check(packet, "neither is ::1, or the device is the loopback one", source, target, device.IsLoopback || !(source.IsLoopback || target.IsLoopback)))
        {
            return DropReason.IPInHeader;
        }

        if (target.IsMulticast)
        {
            // RFC 4291, erratum 3480: what is for one interface never comes from a wire. RFC 4291, section 2.7: scope 0 is reserved.
            bool isOwn = packet.PacketType == PacketType.Loopback || device.IsLoopback;
            if (!Check(packet, "the group reaches farther than an interface", target.MulticastScope, isOwn || target.MulticastScope != IPv6MulticastScope.InterfaceLocal)
                || !Check(packet, "the group's scope is not reserved", target.MulticastScope, target.MulticastScope != IPv6MulticastScope.Reserved))
            {
                return DropReason.IPInHeader;
            }
        }
        else if (packet.PacketType is PacketType.Broadcast or PacketType.Multicast
            && !Check(packet, "unicast may come in a group's frame", settings.DropUnicastInL2Multicast, !settings.DropUnicastInL2Multicast))
        {
            return DropReason.UnicastInL2Multicast;
        }

        return Check(packet, "the source is no group", source, !source.IsMulticast) ? DropReason.None : DropReason.IPInHeader;
    }

    private bool FailHeader(PacketBuffer packet, DropReason reason)
    {
        Counters.Add(Counter.Ip6InHdrErrors);
        Drop(packet, Stage.IPv6Receive, reason);
        return false;
    }
}
