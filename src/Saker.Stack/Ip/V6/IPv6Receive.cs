using Saker.Packets;
using Saker.Stack.Core;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Ip.V6;

/// <summary>IPv6's entry (<c>ipv6_rcv</c>). The way ends here: IPv6 is not built yet.</summary>
internal sealed class IPv6Receive<TTrace> : ReceiveStage<TTrace>, IPacketTypeHandler
    where TTrace : struct, ITracing
{
    public IPv6Receive(Cpu cpu)
        : base(cpu)
    {
    }

    /// <inheritdoc/>
    public ushort Protocol => (ushort)EtherType.IPv6;

    /// <inheritdoc/>
    public void Receive(ref PacketList packets)
    {
        while (packets.TryTake(out PacketBuffer packet))
        {
            Enter(packet, Stage.IPv6Receive);
            EndUnsupported(packet, Stage.IPv6Receive);
        }
    }
}
