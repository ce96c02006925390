using Saker.Packets;
using Saker.Wire;

namespace Saker.Stack.Transport;

/// <summary>What an ICMP error says of a packet that this host sent.</summary>
/// <param name="Type">The message's type.</param>
/// <param name="Code">Its code.</param>
/// <param name="Information">What else it tells: the MTU that fits, the pointer to the fault, or the better gateway.</param>
internal readonly record struct IcmpErrorReport(IcmpV4Type Type, byte Code, uint Information);

/// <summary>A protocol that hears of ICMP errors about what it has sent (<c>err_handler</c> of <c>struct net_protocol</c>).</summary>
internal interface ITransportErrorHandler
{
    /// <summary>Its number.</summary>
    IPProtocol Protocol { get; }

    /// <summary>Hears of an error. The packet remains the caller's.</summary>
    /// <param name="packet">
    /// The message. Its data begins at the IP header of the packet that it is about; that header and eight bytes behind it are linear.
    /// </param>
    /// <param name="report">What the message says.</param>
    void ReceiveError(PacketBuffer packet, in IcmpErrorReport report);
}
