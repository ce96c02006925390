using Saker.Packets;
using Saker.Stack.Core;

namespace Saker.Stack.Netfilter;

/// <summary>What a hook function says of a packet (<c>NF_DROP</c> and its siblings in <c>linux/netfilter.h</c>; the numbers are the kernel's).</summary>
public enum NetfilterVerdict
{
    /// <summary>The packet is dropped.</summary>
    Drop = 0,

    /// <summary>The next function is asked; behind the last one the packet goes on.</summary>
    Accept = 1,

    /// <summary>The function has the packet, and sees to it.</summary>
    Stolen = 2,

    /// <summary>The packet is for a queue, at which a program would listen. Nobody does: it is dropped, as by a kernel without one.</summary>
    Queue = 3,
}

/// <summary>
/// A function at a netfilter hook. At ingress the packet's data begins at the network header, at egress at the link header. Called on the CPU where the packet is.
/// </summary>
public delegate NetfilterVerdict NetfilterFunction(PacketBuffer packet, PacketContext context);
