using Saker.Packets;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Softirq;

namespace Saker.Stack.Ip.V4;

/// <summary>Passes packets on to other hosts (<c>ip_forward</c>).</summary>
internal sealed class IPv4Forward<TTrace> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
{
    public IPv4Forward(Cpu cpu)
        : base(cpu)
    {
    }

    /// <summary>Passes a packet on. Its data begins at the IP header.</summary>
    public void Forward(PacketBuffer packet, Destination destination)
    {
        Enter(packet, Stage.IPv4Forward);
        EndUnsupported(packet, Stage.IPv4Forward);
    }
}
