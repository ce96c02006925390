using Saker.Stack.Core;
using Saker.Stack.Devices;
using Saker.Stack.Driver;
using Saker.Stack.Driver.Links;
using Saker.Stack.Gro;
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
            yield return new IPv6Receive<TTrace>(cpu);
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
        List<ITransportProtocol> built =
        [
            JoinUdp<PlainUdp>(cpu, stack, answers),
            JoinUdp<UdpLite>(cpu, stack, answers),
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

    private static UdpReceive<TTrace, TKind> JoinUdp<TKind>(Cpu cpu, NetworkStack stack, AnswerPath<TTrace> answers)
        where TKind : struct, IUdpKind =>
        new(cpu, stack.UdpSockets, new UdpDelivery<TTrace, TKind>(cpu, stack.UdpSockets, new UdpOutput<TTrace>(cpu, answers.Output)), answers.Errors);

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
