using Saker.Packets;
using Saker.Stack.Core;

namespace Saker.Stack.Devices;

/// <summary>
/// What a device without hardware does with frames that are sent by it (<c>ndo_start_xmit</c>): a bridge forwards them, a VLAN device tags them for the one below. One
/// object serves all CPUs.
/// </summary>
internal interface ISoftwareDevice
{
    /// <summary>Whether it takes frames with a VLAN tag beside them; else the tag is put into the bytes first.</summary>
    bool TakesVlanTag => false;

    /// <summary>Takes a frame, whose data begins at the link header. It is the device's from now on, which counts it.</summary>
    /// <returns>False if it was dropped, and has been freed.</returns>
    bool Transmit(PacketBuffer frame, NetworkDevice device, PacketContext context);
}
