namespace Saker.Packets;

/// <summary>
/// What is known about a received packet's transport checksum (<c>skb->ip_summed</c>, see the kernel's
/// <c>Documentation/networking/checksum-offloads.rst</c> and <c>linux/skbuff.h</c>).
/// </summary>
public enum ChecksumState : byte
{
    /// <summary>Nothing: the protocol must compute it.</summary>
    None = 0,

    /// <summary>The card has verified it.</summary>
    Unnecessary = 1,

    /// <summary>The card has summed the whole packet; <see cref="PacketBuffer.ChecksumValue"/> is that sum.</summary>
    Complete = 2,

    /// <summary>Made on this machine and not filled in, since it never met a wire.</summary>
    Partial = 3,
}
