using Saker.Stack.Devices;
using Saker.Stack.Ip.Arp;
using Saker.Stack.Ip.Icmp;
using Saker.Stack.Ip.V4;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack;

/// <summary>The stages by which one CPU answers, joined: from a message down to the device.</summary>
internal sealed class AnswerPath<TTrace>
    where TTrace : struct, ITracing
{
    public AnswerPath(NetworkStack stack, Cpu cpu, PacketSteering<TTrace> receive, DeviceOutput<TTrace> frames)
    {
        IPv4Settings settings = stack.Options.IPv4;
        Routing = new OutputRouting(stack.Forwarding, stack.Devices);
        Arp = new ArpOutput<TTrace>(cpu, stack.Forwarding, Routing.Sources, frames);
        ArpNeighbors<TTrace> arp = new(stack.Forwarding, Arp);
        Neighbors = new NeighborOutput<TTrace, IPv4Address>(cpu, stack.Neighbors, arp, frames);
        Output = new IPv4Output<TTrace>(cpu, Routing, settings, Neighbors, receive);
        Limit = new IcmpRateLimit<TTrace>(cpu, settings, stack.IcmpCredit, stack.Peers);
        Messages = new IcmpOutput<TTrace>(cpu, Output);
        Errors = new IcmpErrors<TTrace>(cpu, stack.Devices, stack.Forwarding, Routing.Sources, settings, Limit, Messages);
        arp.Errors = Errors;
        IPv6 = new IPv6AnswerPath<TTrace>(stack, cpu, frames);
    }

    /// <summary>Where answers go, and with which source.</summary>
    public OutputRouting Routing { get; }

    /// <summary>ARP packets of our own.</summary>
    public ArpOutput<TTrace> Arp { get; }

    /// <summary>The next hop's link address.</summary>
    public NeighborOutput<TTrace, IPv4Address> Neighbors { get; }

    /// <summary>Packets of our own.</summary>
    public IPv4Output<TTrace> Output { get; }

    /// <summary>How often anybody is told.</summary>
    public IcmpRateLimit<TTrace> Limit { get; }

    /// <summary>ICMP messages.</summary>
    public IcmpOutput<TTrace> Messages { get; }

    /// <summary>ICMP errors.</summary>
    public IcmpErrors<TTrace> Errors { get; }

    /// <summary>The same over IPv6.</summary>
    public IPv6AnswerPath<TTrace> IPv6 { get; }
}
