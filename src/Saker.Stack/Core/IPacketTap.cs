using Saker.Packets;
using Saker.Stack.Devices;

namespace Saker.Stack.Core;

/// <summary>
/// A tap: sees packets on their way, all of them or those of one protocol, of all devices or of one (<c>struct packet_type</c> of a packet socket:
/// <c>ptype_all</c> and <c>ptype_specific</c>). One object serves all CPUs, and is called on the CPU where the packet is.
/// </summary>
public interface IPacketTap
{
    /// <summary>
    /// Looks at a packet on its way. The packet remains its owner's and must be left as it is; whoever wants to keep it takes a
    /// <see cref="PacketBuffer.TryClone"/>. The data of a received packet begins at the network header, that of one that is being sent
    /// (<see cref="PacketType.Outgoing"/>) at the link header; <see cref="PacketBuffer.LinkHeader"/> is there in both cases.
    /// </summary>
    /// <param name="packet">The packet, with <see cref="PacketBuffer.Device"/> the device that it is on now.</param>
    /// <param name="original">The device that it was first received by, or the one that sends it.</param>
    /// <param name="context">The CPU, and what can be done there.</param>
    /// <returns>
    /// <see cref="DropReason.Consumed"/>; or why the tap wanted the packet and could not take it, which becomes the packet's drop reason if nobody else is there to
    /// receive it.
    /// </returns>
    DropReason See(PacketBuffer packet, NetworkDevice original, PacketContext context);

    /// <summary>Whether it sees packets that this host sends, too; asked when it is added, of those that see all protocols.</summary>
    bool WantsOutgoing => false;

    /// <summary>
    /// Whether packets that stand for several (<see cref="PacketBuffer.IsMerged"/>) are cut for this tap, so that it sees the frames that came in. The kernel shows its
    /// taps merged packets.
    /// </summary>
    bool WantsSegments => false;
}
