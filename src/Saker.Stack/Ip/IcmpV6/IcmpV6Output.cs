using Saker.Packets;
using Saker.Stack.Ip.V6;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Softirq;
using Saker.Stack.Transport;
using Saker.Wire;

namespace Saker.Stack.Ip.IcmpV6;

/// <summary>Sends finished ICMPv6 messages (<c>icmpv6_push_pending_frames</c>, <c>ndisc_send_skb</c>).</summary>
internal sealed class IcmpV6Output<TTrace> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
{
    private readonly IPv6Output<TTrace> _output;

    public IcmpV6Output(Cpu cpu, IPv6Output<TTrace> output)
        : base(cpu) => _output = output;

    /// <summary>Finds the way for a message.</summary>
    public bool TryRoute(in IPv6SendOptions options, out IPv6OutputRoute route) => _output.TryRoute(options, out route);

    /// <summary>Allocates a message and writes its header; the data behind it is the caller's to write.</summary>
    /// <returns>False if it is too long, or there is no memory.</returns>
    public bool TryAllocate(PacketBuffer cause, in IcmpV6Header header, int dataLength, out PacketBuffer message)
    {
        int length = header.Length + dataLength;
        if (length > ushort.MaxValue || !OwnPackets.TryAllocate(Cpu, cause, length, out message))
        {
            Counters.Add(Counter.Icmp6OutErrors);
            message = default;
            return false;
        }

        (header with { Checksum = 0 }).Emit(message.Linear);
        return true;
    }

    /// <summary>Fills the checksum in, counts and sends.</summary>
    /// <param name="message">The message, its data beginning at its type.</param>
    /// <param name="route">Its way, and its source.</param>
    /// <param name="options">How it is sent.</param>
    public void Push(PacketBuffer message, in IPv6OutputRoute route, in IPv6SendOptions options)
    {
        uint pseudoHeader = InternetChecksum.PseudoHeader(route.Source, options.Destination, IPProtocol.IcmpV6, message.Length);
        ushort checksum = InternetChecksum.Complete(TransportChecksum.Sum(message, message.Length, pseudoHeader));
        if (IcmpV6View.TryParse(message.Linear, out IcmpV6View view))
        {
            Counters.Add(Counter.Icmp6OutType((byte)view.Type));
            (view.ToHeader() with { Checksum = checksum }).Emit(message.Linear);
        }

        Counters.Add(Counter.Icmp6OutMsgs);
        _output.Send(message, route, options);
    }
}
