using Saker.Packets;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;
using Saker.Stack.Transport;
using Saker.Wire;

namespace Saker.Stack.Ip.Igmp;

/// <summary>
/// The entry of protocol independent multicast (<c>pim_rcv</c>), which takes register messages for a multicast routing daemon. None is at work, so that
/// everything is dropped, and nobody is told that the protocol is unknown.
/// </summary>
internal sealed class PimReceive<TTrace> : ReceiveStage<TTrace>, ITransportProtocol
    where TTrace : struct, ITracing
{
    public PimReceive(Cpu cpu)
        : base(cpu)
    {
    }

    /// <inheritdoc/>
    public IPProtocol Protocol => IPProtocol.Pim;

    /// <inheritdoc/>
    public int Receive(PacketBuffer packet)
    {
        Enter(packet, Stage.PimReceive);
        Check(packet, "a multicast routing daemon is at work", packet.Length, false);
        Drop(packet, Stage.PimReceive, DropReason.NotSpecified);
        return 0;
    }
}
