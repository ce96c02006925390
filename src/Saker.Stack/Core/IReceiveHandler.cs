using Saker.Packets;

namespace Saker.Stack.Core;

/// <summary>
/// Takes a device's packets for a device above it, before its protocols get them (<c>rx_handler</c>): a bridge's port, for instance. One a device; one object
/// serves all CPUs.
/// </summary>
internal interface IReceiveHandler
{
    /// <summary>
    /// Decides about a packet. Its data begins at the network header, the Ethernet header is at <see cref="PacketBuffer.LinkHeader"/>, and a VLAN tag is beside it. The handler
    /// may change the packet's device, packet type and data. With <see cref="ReceiveHandlerResult.Consumed"/> the packet is the handler's, which has ended it or handed it on;
    /// else it remains the caller's.
    /// </summary>
    ReceiveHandlerResult Handle(PacketBuffer packet, PacketContext context);
}

/// <summary>What a device's handler says of a packet (<c>rx_handler_result_t</c>).</summary>
internal enum ReceiveHandlerResult
{
    /// <summary>The handler has the packet.</summary>
    Consumed,

    /// <summary>The packet is another device's now, and goes through the receive core again.</summary>
    Another,

    /// <summary>Only those get the packet who asked for this very device.</summary>
    Exact,

    /// <summary>The packet goes on as if there were no handler.</summary>
    Pass,
}
