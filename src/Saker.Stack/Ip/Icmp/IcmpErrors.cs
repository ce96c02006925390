using Saker.Packets;
using Saker.Stack.Observation;
using Saker.Stack.Ip.V4;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Ip.Icmp;

/// <summary>Makes ICMP errors (<c>icmp_send</c>).</summary>
internal sealed class IcmpErrors<TTrace> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
{
    private readonly IPv4Output<TTrace> _output;

    public IcmpErrors(Cpu cpu, IPv4Output<TTrace> output)
        : base(cpu)
    {
        _output = output;
    }

    /// <summary>Sends an error about a packet to its source, if one may be sent. The packet remains the caller's.</summary>
    public void Send(PacketBuffer packet, IcmpV4Type type, byte code, uint information)
    {
        Enter(packet, Stage.IcmpSend);
    }
}
