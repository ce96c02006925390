using Saker.Stack.Core;
using Saker.Stack.Devices;
using Saker.Stack.Driver;
using Saker.Stack.Driver.Links;
using Saker.Stack.Gro;
using Saker.Stack.Ip.Arp;
using Saker.Stack.Ip.Icmp;
using Saker.Stack.Ip.IcmpV6;
using Saker.Stack.Ip.Igmp;
using Saker.Stack.Ip.NeighborDiscovery;
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
    /// <summary>What the CPU gives to those who hang on devices.</summary>
    public abstract PacketContext Context { get; }

    /// <summary>Opens a device, whose rings may be polled on any CPU.</summary>
    /// <param name="stack">The stack.</param>
    /// <param name="device">The device.</param>
    /// <param name="paths">The paths of all CPUs, which are of this one's kind.</param>
    public abstract CardDriver Open(NetworkStack stack, NetworkDevice device, ReceivePath[] paths);

    /// <summary>Opens a link, whose queues remain with their CPUs.</summary>
    /// <param name="stack">The stack.</param>
    /// <param name="device">The device.</param>
    /// <param name="queues">The link's queues.</param>
    /// <param name="options">How its frames are treated.</param>
    /// <param name="paths">The paths of all CPUs, which are of this one's kind.</param>
    public abstract LinkDriver Attach(NetworkStack stack, NetworkDevice device, IReadOnlyList<ILinkQueue> queues, LinkOptions options, ReceivePath[] paths);

    /// <summary>Frees the packets that wait in stages.</summary>
    public abstract void Clear();
}

/// <summary>The stages of one CPU, joined: networks above the link, transports above IPv4, and beside them the way of answers.</summary>
internal sealed class ReceivePath<TTrace> : ReceivePath
    where TTrace : struct, ITracing
{
    private readonly Func<ushort, GenericReceiveOffload<TTrace>> _makeMerging;
    private readonly List<GenericReceiveOffload<TTrace>> _merging = [];
    private readonly Cpu _cpu;
    private readonly IPv4Reassembly<TTrace> _reassembly;

    public ReceivePath(NetworkStack stack, Cpu cpu)
    {
        _cpu = cpu;
        PacketSteering<TTrace> steering = new(cpu, stack.Devices, stack.Rps, stack.FlowHash, [.. stack.Cpus.Select(other => other.Backlog)]);
        PacketContext context = PacketContext.Of<TTrace>(cpu, stack.Devices, stack.FlowHash);
        Context = context;
        PacketTaps<TTrace> taps = new(cpu, context, stack.Hooks);
        DeviceOutput<TTrace> frames = new(cpu, steering, stack.Hooks, context, taps);
        context.Receiver = steering;
        context.Sender = frames;
        AnswerPath<TTrace> answers = new(stack, cpu, steering, frames);
        InputRouting<TTrace> routing = new(cpu, stack.Forwarding, new SourceValidation<TTrace>(cpu, stack.Forwarding));
        _reassembly = new IPv4Reassembly<TTrace>(cpu, stack.Options.IPv4, stack.Devices, routing, answers.Errors);
        ReceiveCore<TTrace> core = new(
            cpu, stack.Devices, new PacketTypeTable(JoinNetworks(stack, cpu, answers, routing, _reassembly)), stack.Hooks, context, taps);
        steering.Core = core;
        _ = new Backlog<TTrace>(cpu, stack.Devices, core);
        GroSockets sockets = new(stack.TcpSockets, stack.UdpSockets);
        _makeMerging = napiId =>
        {
            GenericReceiveOffload<TTrace> merging = new(cpu, stack.Devices, sockets, stack.Options.Protocols.Vlan, steering) { NapiId = napiId };
            _merging.Add(merging);
            return merging;
        };
    }

    public override PacketContext Context { get; }

    /// <summary>The protocols right above the link.</summary>
    private static IEnumerable<IPacketTypeHandler> JoinNetworks(
        NetworkStack stack, Cpu cpu, AnswerPath<TTrace> answers, InputRouting<TTrace> routing, IPv4Reassembly<TTrace> reassembly)
    {
        ForwardingTables tables = stack.Forwarding;
        SourceAddresses sources = answers.Routing.Sources;
        IPv4Dispatch<TTrace> dispatch = new(
            cpu,
            stack.Devices,
            tables,
            routing,
            new IPv4Options<TTrace>(cpu, tables, sources, routing, answers.Errors),
            new IPv4LocalDelivery<TTrace>(cpu, reassembly, JoinTransports(stack, cpu, answers), new RawDelivery<TTrace>(cpu, stack.RawSockets), answers.Errors),
            new IPv4Forward<TTrace>(cpu, tables, sources, answers.Output, answers.Errors, new IPv4Redirects<TTrace>(cpu, stack.Peers, answers.Errors)),
            new IPv4Error<TTrace>(cpu, stack.Devices, stack.Peers, answers.Errors));
        yield return new IPv4Receive<TTrace>(cpu, stack.Devices, dispatch);

        ArpProcess<TTrace> arp = new(cpu, routing, tables, new ArpPolicy<TTrace>(cpu, answers.Routing), answers.Neighbors, answers.Arp);
        yield return new ArpReceive<TTrace>(cpu, stack.Devices, arp);

        if (stack.Options.Protocols.IPv6)
        {
            yield return JoinIPv6(stack, cpu, answers.IPv6);
        }

        if (stack.Options.Protocols.Llc)
        {
            yield return new LlcReceive<TTrace>(cpu);
        }
    }

    /// <summary>The protocols above IPv4 that the kernel has registered: ours, and for those that are not built one that says so.</summary>
    private static IEnumerable<ITransportProtocol> JoinTransports(NetworkStack stack, Cpu cpu, AnswerPath<TTrace> answers)
    {
        ForwardingTables tables = stack.Forwarding;
        UdpOutput<TTrace> replies = new(cpu, answers.Output);
        List<ITransportProtocol> built =
        [
            JoinUdp<PlainUdp, UdpFlow>(cpu, stack, replies, answers.Errors),
            JoinUdp<UdpLite, UdpFlow>(cpu, stack, replies, answers.Errors),
            new TcpReceive<TTrace>(cpu, stack.TcpSockets, tables, new TcpReset<TTrace>(cpu, tables, answers.Output)),
            new IgmpReceive<TTrace>(cpu, stack.Devices),
            new PimReceive<TTrace>(cpu),
        ];
        built.Add(new IcmpReceive<TTrace>(
            cpu,
            tables,
            stack.Options.IPv4,
            new IcmpReplies<TTrace>(cpu, stack.Devices, tables, answers.Routing, stack.Options.IPv4, answers.Limit, answers.Messages),
            new IcmpErrorReceive<TTrace>(cpu, tables, stack.Options.IPv4, built.OfType<ITransportErrorHandler>())));
        return stack.Options.Protocols.InternetProtocols.Select(
            number => built.Find(protocol => protocol.Protocol == number) ?? new UnbuiltProtocol<TTrace>(cpu, number));
    }

    /// <summary>IPv6, and the protocols above it that the kernel has registered.</summary>
    private static IPv6Receive<TTrace> JoinIPv6(NetworkStack stack, Cpu cpu, IPv6AnswerPath<TTrace> answers)
    {
        IPv6Settings settings = stack.Options.IPv6;
        UdpIPv6Output<TTrace> replies = new(cpu, answers.Output);
        List<ITransportProtocol> built =
        [
            JoinUdp<PlainUdp, UdpIPv6Flow>(cpu, stack, replies, answers.Errors),
            JoinUdp<UdpLite, UdpIPv6Flow>(cpu, stack, replies, answers.Errors),
            new PimReceive<TTrace>(cpu),
        ];
        built.Add(new IcmpV6Receive<TTrace>(
            cpu,
            new IcmpV6Replies<TTrace>(cpu, stack.Devices, settings, answers.Limit, answers.Messages),
            new IcmpV6ErrorReceive<TTrace>(cpu, built.OfType<IIcmpV6ErrorHandler>()),
            new NeighborDiscoveryReceive<TTrace>(cpu, stack.Devices, answers.Neighbors, answers.Discovery)));
        IEnumerable<ITransportProtocol> registered = stack.Options.Protocols.IPv6Protocols.Select(
            number => built.Find(protocol => protocol.Protocol == number) ?? new UnbuiltProtocol<TTrace>(cpu, number));
        IPv6OptionHeaders<TTrace> options = new(cpu, settings, answers.Errors);
        IPv6LocalDelivery<TTrace> local = new(cpu, options, registered, new RawDelivery<TTrace>(cpu, stack.RawSockets), answers.Errors);
        IPv6Dispatch<TTrace> dispatch = new(cpu, stack.Devices, stack.Forwarding, settings, local, answers.Errors);
        return new IPv6Receive<TTrace>(cpu, stack.Devices, options, dispatch);
    }

    private static UdpReceive<TTrace, TKind, TFlow> JoinUdp<TKind, TFlow>(Cpu cpu, NetworkStack stack, IDatagramReplies replies, IPortErrors errors)
        where TKind : struct, IUdpKind
        where TFlow : struct, IUdpFlow<TFlow> =>
        new(cpu, stack.UdpSockets, new UdpDelivery<TTrace, TKind, TFlow>(cpu, stack.UdpSockets, replies), errors);

    public override CardDriver Open(NetworkStack stack, NetworkDevice device, ReceivePath[] paths) =>
        new CardDriver<TTrace>(stack, device, [.. paths.Cast<ReceivePath<TTrace>>()]);

    public override LinkDriver Attach(NetworkStack stack, NetworkDevice device, IReadOnlyList<ILinkQueue> queues, LinkOptions options, ReceivePath[] paths) =>
        new LinkDriver<TTrace>(stack, device, queues, options, [.. paths.Cast<ReceivePath<TTrace>>()]);

    /// <summary>Makes what cleans a polling context's rings on this CPU.</summary>
    public RingCleaner<TTrace> MakeCleaner(ushort napiId) => new(_cpu, _makeMerging(napiId));

    /// <summary>Makes what takes frames of a link's queue on this CPU.</summary>
    public LinkCleaner<TTrace> MakeLinkCleaner(ushort napiId) => new(_cpu, _makeMerging(napiId));

    public override void Clear()
    {
        _merging.ForEach(merging => merging.Clear());
        _cpu.Backlog.Clear();
        _reassembly.Clear();
    }
}
