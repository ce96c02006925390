using System.Runtime.InteropServices;

namespace Saker.Packets.AfXdp;

/// <summary>What stands beside the address and the length of an <see cref="XdpDescriptor"/>.</summary>
[Flags]
public enum XdpDescriptorOptions : uint
{
    /// <summary>A packet of its own, or the last part of one.</summary>
    None = 0,

    /// <summary>The packet goes on in the next descriptor (<c>XDP_PKT_CONTD</c>).</summary>
    Continued = 1 << 0,

    /// <summary>A <see cref="TransmitMetadata"/> stands in front of the bytes (<c>XDP_TX_METADATA</c>); for transmission.</summary>
    HasMetadata = 1 << 1,
}

/// <summary>
/// An entry of the RX and TX rings: a packet in the UMEM, or a part of one (<c>struct xdp_desc</c>, <c>linux/if_xdp.h</c>). In the machine's byte order.
/// </summary>
/// <param name="Address">
/// Where the bytes are, counted from the beginning of the UMEM. With chunks that are not aligned the upper 16 bits are an offset to be added to the lower 48, which are where the chunk begins.
/// </param>
/// <param name="Length">How many bytes.</param>
/// <param name="Options">What else is to be said.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct XdpDescriptor(ulong Address, uint Length, XdpDescriptorOptions Options)
{
    /// <summary>A packet of one descriptor, of which nothing else is to be said.</summary>
    public XdpDescriptor(ulong address, uint length)
        : this(address, length, XdpDescriptorOptions.None)
    {
    }

    /// <summary>Whether the packet goes on in the next descriptor.</summary>
    public bool IsContinued => (Options & XdpDescriptorOptions.Continued) != XdpDescriptorOptions.None;
}
