using Saker.Packets;

namespace Saker.Stack.Core;

/// <summary>
/// A network protocol's entry (<c>struct packet_type</c>, registered by <c>dev_add_pack</c>): gets the packets of one EtherType, a list at a time.
/// </summary>
internal interface IPacketTypeHandler
{
    /// <summary>The EtherType in host order, or one of Linux's numbers below 1536 for frames without one.</summary>
    ushort Protocol { get; }

    /// <summary>Takes packets. Their data begins at the network header; they are the handler's from now on.</summary>
    void Receive(ref PacketList packets);
}
