using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Wire;

namespace Saker.Stack.Routing;

/// <summary>How neighbours of one family are found, on one CPU: what differs between ARP and neighbour discovery (<c>struct neigh_ops</c>).</summary>
/// <typeparam name="TAddress">The neighbours' addresses.</typeparam>
internal interface INeighborProtocol<TAddress>
    where TAddress : struct, INetworkAddress<TAddress>
{
    /// <summary>How neighbours on a device are treated.</summary>
    NeighborSettings SettingsOf(NetworkDevice device);

    /// <summary>The link address of a neighbour that nobody needs to ask for: groups, broadcasts, and links without addresses.</summary>
    bool TryMap(NetworkDevice device, TAddress address, out MacAddress mapped);

    /// <summary>Asks for a neighbour.</summary>
    /// <param name="waiting">The packet that waits for the answer, its data beginning at its network header; a null handle: none does.</param>
    /// <param name="device">The device that it is reached by.</param>
    /// <param name="target">Its address.</param>
    /// <param name="known">Its link address, if it is only asked whether it is still there; null: all are asked.</param>
    void Solicit(PacketBuffer waiting, NetworkDevice device, TAddress target, MacAddress? known);

    /// <summary>Tells a packet's sender that the neighbour does not answer. The packet remains the caller's.</summary>
    void TellUnreachable(PacketBuffer packet);
}

/// <summary>What becomes of a neighbour's link address when another one is told (<c>NEIGH_UPDATE_F_OVERRIDE</c>).</summary>
internal enum NeighborOverride
{
    /// <summary>It remains.</summary>
    Keep,

    /// <summary>It remains, but is not sure any more (<c>NEIGH_UPDATE_F_WEAK_OVERRIDE</c>).</summary>
    Doubt,

    /// <summary>It gives way.</summary>
    Replace,
}
