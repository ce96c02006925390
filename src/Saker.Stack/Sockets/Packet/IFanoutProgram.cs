using Saker.Packets;
using Saker.Stack.Core;

namespace Saker.Stack.Sockets.Packet;

/// <summary>Chooses a socket of a fanout group: the place of an eBPF program (<c>PACKET_FANOUT_EBPF</c>).</summary>
public interface IFanoutProgram
{
    /// <summary>Chooses. Called on the CPU where the packet is, by each.</summary>
    /// <param name="packet">The packet as a tap sees it; it must be left as it is.</param>
    /// <param name="context">The CPU.</param>
    /// <returns>A number; what remains of it by the number of sockets is the socket's place in the group.</returns>
    uint Choose(PacketBuffer packet, PacketContext context);
}
