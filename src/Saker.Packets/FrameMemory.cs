using System.Numerics;
using System.Runtime.CompilerServices;

namespace Saker.Packets;

/// <summary>
/// How a driver keeps received frames in memory, and so what the kernel charges a socket, a waiting queue or the fragments' account for one
/// (<c>skb->truesize</c>). The sizes are those of a 64-bit kernel with pages of 4 KiB; the first model was measured on Linux 6.18.
/// </summary>
public enum FrameMemory
{
    /// <summary>
    /// Memory for each frame as long as it is: a veth or a TAP device, the loopback, a frame sent by a packet socket, and what the host makes itself.
    /// </summary>
    Allocated,

    /// <summary>Half a page for each frame, and another for each 1536 bytes beyond the first: Intel's drivers with the usual MTU.</summary>
    HalfPages,

    /// <summary>A page for each frame, and another for each further page of it: drivers that give every frame a page of the page pool.</summary>
    Pages,
}

/// <summary>What a frame costs by each model of <see cref="FrameMemory"/>.</summary>
public static class FrameMemoryCost
{
    /// <summary>What the descriptor of a packet costs (<c>struct sk_buff</c>).</summary>
    public const int Descriptor = 256;

    private const int PageSize = 4096;
    private const int CacheLine = 64;

    // What stands behind every buffer (struct skb_shared_info).
    private const int SharedInfo = 320;

    // Short buffers come from a pool of their own (skbuff_small_head), longer ones from kmalloc's powers of two.
    private const int SmallBuffer = 576;

    // An allocated frame begins behind so many bytes, its link header at an odd pair so that the network header is aligned.
    private const int AllocatedHeadroom = 2;
    private const int LinkHeader = 14;
    private const int PageHeadroom = 64;
    private const int LongestInSmallBuffer = SmallBuffer - SharedInfo - AllocatedHeadroom - LinkHeader;

    /// <summary>What the kernel charges for a frame.</summary>
    /// <param name="model">How it is kept.</param>
    /// <param name="length">Its length, link header included.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Of(FrameMemory model, int length)
    {
        // Most frames are allocated short ones.
        return model == FrameMemory.Allocated && (uint)length <= LongestInSmallBuffer ? Descriptor + SmallBuffer : OfAny(model, length);
    }

    private static int OfAny(FrameMemory model, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        switch (model)
        {
            case FrameMemory.HalfPages:
                const int HalfPage = PageSize / 2, Used = 1536;
                return Descriptor + (HalfPage * Math.Max(1, (length + Used - 1) / Used));
            case FrameMemory.Pages:
                int beyond = Math.Max(0, length - (PageSize - SharedInfo - PageHeadroom));
                return Descriptor + PageSize + RoundUp(beyond, PageSize);
        }

        int needed = AllocatedHeadroom + LinkHeader + length;

        // From a page on, only the link header lies in the buffer, and the rest in pages.
        return needed < PageSize
            ? Descriptor + BufferOf(needed)
            : Descriptor + SmallBuffer + RoundUp(length - LinkHeader, PageSize);
    }

    /// <summary>How many bytes are free in a packet's own buffer behind a frame that ends <paramref name="length"/> bytes from its link header.</summary>
    /// <param name="model">How it is kept.</param>
    /// <param name="cost">What it was charged.</param>
    /// <param name="length">Where its data ends.</param>
    public static int RoomBehind(FrameMemory model, int cost, int length)
    {
        int buffer = cost - Descriptor - SharedInfo;
        int headroom = model == FrameMemory.Allocated ? AllocatedHeadroom : PageHeadroom;
        bool isInOnePiece = model switch
        {
            FrameMemory.HalfPages => cost == Descriptor + (PageSize / 2),
            FrameMemory.Pages => cost == Descriptor + PageSize,
            _ => BitOperations.IsPow2(cost - Descriptor) || cost == Descriptor + SmallBuffer,
        };
        return isInOnePiece ? Math.Max(0, buffer - headroom - length) : 0;
    }

    private static int BufferOf(int needed)
    {
        int size = RoundUp(needed, CacheLine) + SharedInfo;
        return size <= SmallBuffer ? SmallBuffer : (int)BitOperations.RoundUpToPowerOf2((uint)size);
    }

    /// <summary>Units are powers of two.</summary>
    private static int RoundUp(int value, int unit) => (value + unit - 1) & -unit;
}
