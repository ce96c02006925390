using Saker.Stack.Core;
using Saker.Stack.Devices;
using Saker.Stack.Driver;
using Saker.Stack.Ip.Arp;
using Saker.Stack.Ip.Icmp;
using Saker.Stack.Ip.Igmp;
using Saker.Stack.Ip.Reassembly;
using Saker.Stack.Ip.V4;
using Saker.Stack.Ip.V6;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Softirq;
using Saker.Stack.Transport;
using Saker.Stack.Transport.Raw;
using Saker.Stack.Transport.Tcp;
using Saker.Stack.Transport.Udp;

namespace Saker.Stack;

/// <summary>The stages of one CPU, joined; what of them does not depend on how much is observed.</summary>
internal abstract class ReceivePath
{
    public abstract IFrameReceiver ReceiverOf(NetworkDevice device);

    public abstract void AddTap(IPacketTap tap);

    public abstract void RemoveTap(IPacketTap tap);

    /// <summary>Frees the packets that wait in stages.</summary>
    public abstract void Clear();
}

/// <summary>The stages of one CPU, joined. Read from the bottom: a packet goes upwards.</summary>
internal sealed class ReceivePath<TTrace> : ReceivePath
    where TTrace : struct, ITracing
{
    private readonly Dictionary<NetworkDevice, LinkReceiver<TTrace>> _receivers;
    private readonly PacketTaps<TTrace> _taps;
    private readonly IPv4Reassembly<TTrace> _reassembly;

    public ReceivePath(NetworkStack stack)
    {
        Cpu cpu = stack.Cpu;
        ProtocolOptions built = stack.Options.Protocols;

        DeviceOutput<TTrace> frames = new(cpu);
        OutputRouting routing = new(stack.Forwarding, stack.Devices);
        ArpOutput<TTrace> arp = new(cpu, stack.Forwarding, routing.Sources, frames);
        NeighborOutput<TTrace> neighbors = new(cpu, stack.Neighbors, stack.Forwarding, frames, arp);
        IPv4Output<TTrace> output = new(cpu, routing, stack.Options.IPv4, neighbors);

        PeerTable peers = new();
        IcmpRateLimit<TTrace> limit = new(cpu, stack.Options.IPv4, peers);
        IcmpOutput<TTrace> messages = new(cpu, output);
        IcmpErrors<TTrace> errors = new(cpu, stack.Devices, stack.Forwarding, routing.Sources, stack.Options.IPv4, limit, messages);
        neighbors.Errors = errors;

        UdpDelivery<TTrace> udp = new(cpu, stack.UdpSockets);
        List<ITransportProtocol> transports =
        [
            new UdpReceive<TTrace>(cpu, stack.UdpSockets, stack.Forwarding, udp, errors, isLite: false),
            new UdpReceive<TTrace>(cpu, stack.UdpSockets, stack.Forwarding, udp, errors, isLite: true),
            new TcpReceive<TTrace>(cpu, stack.TcpSockets, stack.Forwarding, new TcpReset<TTrace>(cpu, stack.Forwarding, output)),
            new IgmpReceive<TTrace>(cpu, stack.Devices),
            new PimReceive<TTrace>(cpu),
        ];
        transports.Add(new IcmpReceive<TTrace>(
            cpu,
            stack.Forwarding,
            stack.Options.IPv4,
            new IcmpReplies<TTrace>(cpu, stack.Devices, stack.Forwarding, routing, stack.Options.IPv4, limit, messages),
            new IcmpErrorReceive<TTrace>(cpu, stack.Forwarding, stack.Options.IPv4, transports.OfType<ITransportErrorHandler>())));

        InputRouting<TTrace> inputRouting = new(cpu, stack.Forwarding, new SourceValidation<TTrace>(cpu, stack.Forwarding));
        _reassembly = new IPv4Reassembly<TTrace>(cpu, stack.Options.IPv4, stack.Devices, inputRouting, errors);
        IPv4Dispatch<TTrace> dispatch = new(
            cpu,
            stack.Devices,
            inputRouting,
            new IPv4Options<TTrace>(cpu, stack.Forwarding, routing.Sources, inputRouting, errors),
            new IPv4LocalDelivery<TTrace>(cpu, _reassembly, Registered(cpu, transports, built), new RawDelivery<TTrace>(cpu, stack.RawSockets), errors),
            new IPv4Forward<TTrace>(cpu, stack.Forwarding, routing.Sources, output, errors, new IPv4Redirects<TTrace>(cpu, peers, errors)),
            new IPv4Error<TTrace>(cpu, stack.Devices, peers, errors));
        ArpProcess<TTrace> arpProcess = new(
            cpu, inputRouting, stack.Forwarding, new ArpPolicy<TTrace>(cpu, routing), neighbors, arp);

        List<IPacketTypeHandler> networks =
        [
            new IPv4Receive<TTrace>(cpu, stack.Devices, dispatch),
            new ArpReceive<TTrace>(cpu, stack.Devices, arpProcess),
        ];
        if (built.IPv6)
        {
            networks.Add(new IPv6Receive<TTrace>(cpu));
        }

        if (built.Llc)
        {
            networks.Add(new LlcReceive<TTrace>(cpu));
        }

        _taps = new PacketTaps<TTrace>(cpu);
        ReceiveCore<TTrace> core = new(cpu, stack.Devices, new PacketTypeTable(networks), _taps);
        _receivers = stack.Devices.All.ToDictionary(
            device => device, device => new LinkReceiver<TTrace>(cpu, device, core, stack.Options.RingSize));
    }

    /// <summary>The protocols that the kernel has registered, ours and those that are not built here.</summary>
    private static IEnumerable<ITransportProtocol> Registered(Cpu cpu, IReadOnlyCollection<ITransportProtocol> transports, ProtocolOptions built) =>
        transports.Where(transport => built.InternetProtocols.Contains(transport.Protocol)).Concat(
            built.InternetProtocols.Except(transports.Select(transport => transport.Protocol)).Select(protocol => new UnbuiltProtocol<TTrace>(cpu, protocol)));

    public override IFrameReceiver ReceiverOf(NetworkDevice device) =>
        _receivers.TryGetValue(device, out LinkReceiver<TTrace>? receiver)
            ? receiver
            : throw new ArgumentException($"{device} is not a device of this stack.", nameof(device));

    public override void AddTap(IPacketTap tap) => _taps.Add(tap);

    public override void RemoveTap(IPacketTap tap) => _taps.Remove(tap);

    public override void Clear() => _reassembly.Clear();
}
