using Saker.Packets;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;
using Saker.Stack.Transport;
using Saker.Wire;

namespace Saker.Stack.Ip.IcmpV6;

/// <summary>Hears of errors about what this host has sent (<c>icmpv6_notify</c>).</summary>
internal sealed class IcmpV6ErrorReceive<TTrace> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
{
    /// <summary>As much of the quoted transport header as is needed to find its socket.</summary>
    private const int QuotedTransport = 8;

    /// <summary>How far behind its beginning a quoted packet's transport header is looked for.</summary>
    private const int MostHeaders = 256;

    private readonly IIcmpV6ErrorHandler?[] _handlers = new IIcmpV6ErrorHandler?[256];

    public IcmpV6ErrorReceive(Cpu cpu, IEnumerable<IIcmpV6ErrorHandler> handlers)
        : base(cpu)
    {
        foreach (IIcmpV6ErrorHandler handler in handlers)
        {
            _handlers[(byte)handler.Protocol] = handler;
        }
    }

    /// <summary>Tells the protocol of the quoted packet. The data begins behind the ICMPv6 header.</summary>
    /// <returns>Why the packet must be dropped.</returns>
    public DropReason Receive(PacketBuffer packet, in IcmpV6Header message)
    {
        Enter(packet, Stage.IcmpV6Error);
        if (message.Type == IcmpV6Type.PacketTooBig && !Check(packet, "a quoted header is there", packet.Length, packet.Length >= IPv6View.FixedLength))
        {
            return Fail(DropReason.NotSpecified);
        }

        if (!Check(packet, "a quoted header is there", packet.Length, packet.TryMakeLinear(Math.Clamp(packet.Length, IPv6View.FixedLength, MostHeaders)))
            || !IPv6View.TryParse(packet.Linear, out IPv6View quoted))
        {
            return Fail(DropReason.PacketTooSmall);
        }

        IPv6ExtensionWalker walker = new(packet.Linear[IPv6View.FixedLength..], quoted.NextHeader);
        IPv6WalkEnd end = walker.Finish();
        if (!Check(packet, "the quoted headers lead to a protocol", end, end is IPv6WalkEnd.UpperLayer or IPv6WalkEnd.LaterFragment or IPv6WalkEnd.Encrypted))
        {
            return Fail(DropReason.IPv6BadExtensionHeader);
        }

        int transport = IPv6View.FixedLength + walker.Offset;
        if (!Check(packet, "the quote reaches into the protocol's header", packet.Length, packet.TryMakeLinear(transport + QuotedTransport)))
        {
            return Fail(DropReason.PacketTooSmall);
        }

        _handlers[(byte)walker.NextHeader]?.ReceiveIPv6Error(packet, transport);
        return DropReason.None;
    }

    private DropReason Fail(DropReason reason)
    {
        Counters.Add(Counter.Icmp6InErrors);
        return reason;
    }
}
