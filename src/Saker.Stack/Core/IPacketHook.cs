using Saker.Packets;

namespace Saker.Stack.Core;

/// <summary>
/// Decides about the packets that pass a point of the way: generic XDP, traffic control and netfilter, at ingress and at egress. One object serves all CPUs.
/// </summary>
internal interface IPacketHook
{
    /// <summary>
    /// Decides about a packet. At ingress its data begins at the network header, with the link header in front (<see cref="PacketBuffer.LinkHeader"/>); at egress its data
    /// begins at the link header. With <see cref="PacketHookResult.Taken"/> or <see cref="PacketHookResult.Dropped"/> the packet is the hook's, which has handed it on or
    /// ended it; else it remains the caller's, its data beginning where it did.
    /// </summary>
    PacketHookResult Run(PacketBuffer packet, PacketContext context);
}

/// <summary>What a hook says of a packet.</summary>
internal enum PacketHookResult
{
    /// <summary>The packet goes on.</summary>
    GoOn,

    /// <summary>The packet is another device's now, and goes through the receive core again. Only at ingress.</summary>
    Again,

    /// <summary>The hook has the packet, and will see to it.</summary>
    Taken,

    /// <summary>The hook has dropped the packet. Whoever sent it is told so.</summary>
    Dropped,
}
