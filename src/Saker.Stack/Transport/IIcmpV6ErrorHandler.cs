using Saker.Packets;
using Saker.Wire;

namespace Saker.Stack.Transport;

/// <summary>A protocol that hears of ICMPv6 errors about what it has sent (<c>err_handler</c> of <c>struct inet6_protocol</c>).</summary>
internal interface IIcmpV6ErrorHandler
{
    /// <summary>Its number.</summary>
    IPProtocol Protocol { get; }

    /// <summary>Hears of an error. The packet remains the caller's.</summary>
    /// <param name="packet">
    /// The message. Its data begins at the IPv6 header of the packet that it is about; that header, and eight bytes from the transport header on, are linear.
    /// </param>
    /// <param name="transport">Where the transport header of that packet begins in the data.</param>
    void ReceiveIPv6Error(PacketBuffer packet, int transport);
}
