using Saker.Packets;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Core;

/// <summary>
/// The entry of IEEE 802.2 logical link control (<c>llc_rcv</c>). No service access point has a receiver: the kernel has some built in (SNAP, spanning
/// tree), but nobody behind them, and answers no TEST or XID command without LLC type 2. So the checks tell only why a frame is dropped.
/// </summary>
internal sealed class LlcReceive<TTrace> : ReceiveStage<TTrace>, IPacketTypeHandler
    where TTrace : struct, ITracing
{
    private const int LengthFieldOffset = 12;

    public LlcReceive(Cpu cpu)
        : base(cpu)
    {
    }

    /// <inheritdoc/>
    public ushort Protocol => (ushort)EtherType.Ieee8022;

    /// <inheritdoc/>
    public void Receive(ref PacketList packets)
    {
        while (packets.TryTake(out PacketBuffer packet))
        {
            Enter(packet, Stage.LlcReceive);
            if (Check(packet, "the frame was for this host", packet.PacketType, packet.PacketType != PacketType.OtherHost))
            {
                Inspect(packet);
                Drop(packet, Stage.LlcReceive, DropReason.NotSpecified);
            }
            else
            {
                Decline(packet, Stage.LlcReceive, DropReason.NotSpecified);
            }
        }
    }

    private void Inspect(PacketBuffer packet)
    {
        if (!Check(packet, "3 bytes of header are there", packet.Length, packet.TryMakeLinear(LlcView.FixedLength))
            || !LlcView.TryParse(packet.Linear, out LlcView llc)
            || !Check(packet, "the whole header is there", llc.HeaderLength, packet.Length, llc.HeaderLength <= packet.Length))
        {
            return;
        }

        ReadOnlySpan<byte> link = packet.LinkHeader;
        int length = (link[LengthFieldOffset] << 8) | link[LengthFieldOffset + 1];
        if (Check(packet, "the length field is within the frame", length, packet.Length, length >= llc.HeaderLength && length <= packet.Length))
        {
            Check(packet, "a receiver is there for the service access point", llc.Destination, false);
        }
    }
}
