using Saker.Stack.Devices;
using Saker.Stack.Ip.IcmpV6;
using Saker.Stack.Ip.NeighborDiscovery;
using Saker.Stack.Ip.V6;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack;

/// <summary>The stages by which one CPU answers over IPv6, joined: from a message down to the device.</summary>
internal sealed class IPv6AnswerPath<TTrace>
    where TTrace : struct, ITracing
{
    public IPv6AnswerPath(NetworkStack stack, Cpu cpu, DeviceOutput<TTrace> frames)
    {
        IPv6Settings settings = stack.Options.IPv6;
        Discovery = new NeighborDiscoveryOutput<TTrace>();
        Neighbors = new NeighborOutput<TTrace, IPv6Address>(cpu, stack.IPv6Neighbors, Discovery, frames);
        Output = new IPv6Output<TTrace>(cpu, new IPv6OutputRouting(stack.Forwarding, stack.Devices), settings, Neighbors, stack.FlowHash);
        Limit = new IcmpV6RateLimit<TTrace>(cpu, settings, stack.IcmpCredit, stack.IPv6Peers);
        Messages = new IcmpV6Output<TTrace>(cpu, Output);
        Errors = new IcmpV6Errors<TTrace>(cpu, stack.Devices, stack.Forwarding, Limit, Messages);
        Discovery.Messages = Messages;
        Discovery.Errors = Errors;
    }

    /// <summary>Messages of neighbour discovery.</summary>
    public NeighborDiscoveryOutput<TTrace> Discovery { get; }

    /// <summary>The next hop's link address.</summary>
    public NeighborOutput<TTrace, IPv6Address> Neighbors { get; }

    /// <summary>Packets of our own.</summary>
    public IPv6Output<TTrace> Output { get; }

    /// <summary>How often anybody is told.</summary>
    public IcmpV6RateLimit<TTrace> Limit { get; }

    /// <summary>ICMPv6 messages.</summary>
    public IcmpV6Output<TTrace> Messages { get; }

    /// <summary>ICMPv6 errors.</summary>
    public IcmpV6Errors<TTrace> Errors { get; }
}
