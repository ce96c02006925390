using Saker.Packets;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Transport.Raw;

/// <summary>Gives raw sockets their copies (<c>raw_local_deliver</c>).</summary>
internal sealed class RawDelivery<TTrace> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
{
    public RawDelivery(Cpu cpu)
        : base(cpu)
    {
    }

    /// <summary>Gives a copy to every raw socket that wants it. The packet remains the caller's.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Deliver(PacketBuffer packet, IPProtocol protocol) => false;
}
