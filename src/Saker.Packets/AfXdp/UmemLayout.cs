using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Saker.Packets.AfXdp;

/// <summary>How a UMEM is cut into chunks, and what addresses in it mean. Source: Documentation/networking/af_xdp.rst.</summary>
public sealed record UmemLayout
{
    /// <summary>The smallest chunk that Linux takes.</summary>
    public const int SmallestChunk = 2048;

    /// <summary>The largest chunk that Linux takes where pages have 4 KiB.</summary>
    public const int LargestChunk = 4096;

    /// <summary>Bytes that the kernel keeps free in front of a received packet, beside the headroom that is asked for (<c>XDP_PACKET_HEADROOM</c>).</summary>
    public const int KernelHeadroom = 256;

    /// <summary>The most bytes that metadata for transmission may take.</summary>
    public const int MostTransmitMetadata = 256;

    /// <summary>
    /// What a chunk has at least beside the headroom that is asked for: the kernel's own headroom, a frame of 128 bytes, and 320 bytes behind it (Linux 6.18; older ones are content with less).
    /// </summary>
    private const int LeastBesideHeadroom = KernelHeadroom + 128 + 320;

    private const int OffsetShift = 48;
    private const ulong BaseMask = (1UL << OffsetShift) - 1;

    /// <summary>What of an address says where its chunk begins; 0: no bits alone do.</summary>
    private readonly ulong _beginning = MaskOf(LargestChunk, isUnaligned: false);

    /// <summary>Bytes of a chunk: a power of two, unless chunks are unaligned.</summary>
    public int ChunkSize
    {
        get;
        init
        {
            field = value;
            _beginning = MaskOf(value, IsUnaligned);
        }
    } = LargestChunk;

    /// <summary>How many chunks.</summary>
    public int ChunkCount { get; init; } = 4096;

    /// <summary>Bytes that are to be free in front of received packets, beside <see cref="KernelHeadroom"/>.</summary>
    public int Headroom { get; init; }

    /// <summary>Whether frames may begin anywhere (<c>XDP_UMEM_UNALIGNED_CHUNK_FLAG</c>).</summary>
    public bool IsUnaligned
    {
        get;
        init
        {
            field = value;
            _beginning = MaskOf(ChunkSize, value);
        }
    }

    /// <summary>Bytes in front of each packet that is sent in which a <see cref="TransmitMetadata"/> may stand; a multiple of 8, 0: none.</summary>
    public int TransmitMetadataLength { get; init; }

    /// <summary>Bytes of the whole.</summary>
    public long Size => (long)ChunkSize * ChunkCount;

    /// <summary>Where a received packet begins in its chunk, if the program does not move it.</summary>
    public int ReceiveOffset => KernelHeadroom + Headroom;

    /// <summary>
    /// Bytes of a received packet that fit one chunk. Of a longer one the kernel drops all (<see cref="XdpStatistics.ReceiveDropped"/>), or with <c>XDP_USE_SG</c> gives it in several.
    /// </summary>
    /// <remarks>Where Linux does not copy and packets may have several descriptors, it keeps 320 bytes more for itself.</remarks>
    public int ReceiveCapacity => ChunkSize - ReceiveOffset;

    /// <summary>Finds what Linux would refuse.</summary>
    /// <param name="fault">What is wrong, and what would be right.</param>
    public bool TryValidate([NotNullWhen(false)] out string? fault)
    {
        fault = ChunkSize is < SmallestChunk or > LargestChunk ? $"a chunk has {SmallestChunk} to {LargestChunk} bytes, not {ChunkSize}; longer packets take several chunks (multi-buffer)"
            : !IsUnaligned && !BitOperations.IsPow2(ChunkSize) ? $"chunks of {ChunkSize} bytes, which is no power of two, have to be unaligned ones"
            : ChunkCount < 1 ? $"a UMEM has at least one chunk, not {ChunkCount}"
            : Headroom < 0 || Headroom > ChunkSize - LeastBesideHeadroom ? $"chunks of {ChunkSize} bytes have a headroom of 0 to {ChunkSize - LeastBesideHeadroom} bytes, not {Headroom}"
            : TransmitMetadataLength is < 0 or >= MostTransmitMetadata || TransmitMetadataLength % 8 != 0 ? $"metadata for transmission takes a multiple of 8 bytes below {MostTransmitMetadata}, not {TransmitMetadataLength}"
            : null;
        return fault is null;
    }

    /// <summary>The frame with a number.</summary>
    public UmemFrame FrameAt(int chunk) => new((ulong)chunk * (ulong)ChunkSize);

    /// <summary>The frame in which a packet, or a part of one, lies.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public UmemFrame FrameOf(in XdpDescriptor descriptor) => new(BeginningOf(descriptor.Address));

    /// <summary>The frames in which packets, or parts of some, lie, and what they are together.</summary>
    /// <param name="packets">The packets.</param>
    /// <param name="frames">Where the frames go; as many, at least.</param>
    /// <returns>How many packets end among them, and how many bytes they have.</returns>
    public (int Packets, long Bytes) FramesOf(ReadOnlySpan<XdpDescriptor> packets, Span<UmemFrame> frames)
    {
        frames = frames[..packets.Length];
        (int Packets, long Bytes) sum = Mask(packets, frames, _beginning);
        for (int i = 0; _beginning == 0 && i < packets.Length; i++)
        {
            frames[i] = FrameOf(packets[i]);
        }

        return sum;
    }

    /// <summary>The loop of <see cref="FramesOf"/>: with nothing beside it all that it uses stays in registers.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (int Packets, long Bytes) Mask(ReadOnlySpan<XdpDescriptor> packets, Span<UmemFrame> frames, ulong beginning)
    {
        frames = frames[..packets.Length];
        long bytes = 0;
        int continued = 0;
        for (int i = 0; i < packets.Length; i++)
        {
            ref readonly XdpDescriptor packet = ref packets[i];
            frames[i] = new UmemFrame(packet.Address & beginning);
            bytes += packet.Length;
            continued += (int)(packet.Options & XdpDescriptorOptions.Continued);
        }

        return (packets.Length - continued, bytes);
    }

    /// <summary>The same frame, by the address where it begins.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public UmemFrame FrameOf(UmemFrame frame) => new(BeginningOf(frame.Address));

    /// <summary>Where the bytes of an address are, counted from the beginning of the UMEM.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong OffsetOf(ulong address) => (address & BaseMask) + (address >> OffsetShift);

    /// <summary>The address of bytes in a frame, as it stands in a descriptor.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="offset">How far behind its beginning the bytes are; less than 64 KiB.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong AddressIn(UmemFrame frame, int offset) => IsUnaligned ? (frame.Address & BaseMask) | ((ulong)(ushort)offset << OffsetShift) : BeginningOf(frame.Address) + (uint)offset;

    /// <summary>The number of the chunk in which an address is.</summary>
    /// <remarks>Linux gives an odd address back as the even one before it, so that the lowest bit says nothing.</remarks>
    internal ulong ChunkOf(ulong address) => ((address & BaseMask) | 1) / (ulong)ChunkSize;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong BeginningOf(ulong address) => _beginning != 0 ? address & _beginning : ChunkOf(address) * (ulong)ChunkSize;

    private static ulong MaskOf(int chunkSize, bool isUnaligned) => !isUnaligned ? ~((ulong)chunkSize - 1) : int.IsEvenInteger(chunkSize) ? BaseMask : 0;
}
