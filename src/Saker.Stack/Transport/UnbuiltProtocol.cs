using Saker.Packets;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Transport;

/// <summary>A protocol that the kernel has a handler for, and Saker has not: its packets end as what they are, unsupported.</summary>
internal sealed class UnbuiltProtocol<TTrace> : ReceiveStage<TTrace>, ITransportProtocol
    where TTrace : struct, ITracing
{
    public UnbuiltProtocol(Cpu cpu, IPProtocol protocol)
        : base(cpu)
    {
        Protocol = protocol;
    }

    /// <inheritdoc/>
    public IPProtocol Protocol { get; }

    /// <inheritdoc/>
    public int Receive(PacketBuffer packet)
    {
        EndUnsupported(packet, Stage.ProtocolDelivery);
        return 0;
    }
}
