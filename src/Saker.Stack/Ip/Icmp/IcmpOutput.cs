using Saker.Packets;
using Saker.Stack.Ip.V4;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Softirq;
using Saker.Stack.Transport;
using Saker.Wire;

namespace Saker.Stack.Ip.Icmp;

/// <summary>Sends finished ICMP messages (<c>icmp_push_reply</c>).</summary>
internal sealed class IcmpOutput<TTrace> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
{
    /// <summary>The other zero of one's complement: with it a message of nothing but zeros has the checksum 0, as the kernel's has.</summary>
    private const uint StartOfSum = ushort.MaxValue;

    private readonly IPv4Output<TTrace> _output;

    public IcmpOutput(Cpu cpu, IPv4Output<TTrace> output)
        : base(cpu)
    {
        _output = output;
    }

    /// <summary>Finds the way for a message.</summary>
    public bool TryRoute(in IPv4SendOptions options, out OutputRoute route) => _output.TryRoute(options, out route);

    /// <summary>Allocates a message and writes its header; the data behind it is the caller's to write.</summary>
    /// <returns>False if it is too long, or there is no memory.</returns>
    public bool TryAllocate(PacketBuffer cause, in IcmpV4Header header, int dataLength, int optionsLength, out PacketBuffer message)
    {
        int length = header.Length + dataLength;
        if (length + IPv4View.FixedLength + optionsLength > ushort.MaxValue || !OwnPackets.TryAllocate(Cpu, cause, length, out message))
        {
            Counters.Add(Counter.IcmpOutErrors);
            message = default;
            return false;
        }

        (header with { Checksum = 0 }).Emit(message.Linear);
        return true;
    }

    /// <summary>Fills the checksum in, counts and sends.</summary>
    /// <param name="message">The message.</param>
    /// <param name="route">Its way.</param>
    /// <param name="options">How it is sent.</param>
    /// <param name="countedType">The type that it is counted under.</param>
    public void Push(PacketBuffer message, in OutputRoute route, in IPv4SendOptions options, IcmpV4Type countedType)
    {
        if (IcmpV4Editor.TryParse(message.Linear, out IcmpV4Editor editor))
        {
            editor.Checksum = InternetChecksum.Complete(TransportChecksum.Sum(message, message.Length, StartOfSum));
        }

        Counters.Add(Counter.IcmpOutMsgs);
        Counters.Add(Counter.IcmpMsgOutType((byte)countedType));
        _output.Send(message, route, options);
    }
}
