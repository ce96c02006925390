using Saker.Packets;
using Saker.Wire;

namespace Saker.Stack.Transport;

/// <summary>A protocol above IPv4 (<c>struct net_protocol</c>, registered by <c>inet_add_protocol</c>).</summary>
internal interface ITransportProtocol
{
    /// <summary>Its number.</summary>
    IPProtocol Protocol { get; }

    /// <summary>Takes a packet whose data begins at the protocol's header.</summary>
    /// <returns>
    /// Zero: the packet is the protocol's, whatever became of it. Negative: the packet is still the caller's and wants to go to the protocol with the
    /// positive number.
    /// </returns>
    int Receive(PacketBuffer packet);
}
