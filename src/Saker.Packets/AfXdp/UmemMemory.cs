using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Saker.Packets.AfXdp;

/// <summary>The bytes of a UMEM, seen through descriptors and frames: every address and length is checked before it is used. The memory is its maker's.</summary>
public sealed unsafe class UmemMemory
{
    private readonly byte* _start;
    private readonly ulong _size;
    private readonly uint _chunkSize;

    /// <summary>Sees memory as a UMEM.</summary>
    /// <param name="start">Where it begins. It must outlive this.</param>
    /// <param name="layout">How it is cut; a valid one.</param>
    public UmemMemory(byte* start, UmemLayout layout)
    {
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(layout);
        if (!layout.TryValidate(out string? fault))
        {
            throw new ArgumentException(fault, nameof(layout));
        }

        _start = start;
        _size = (ulong)layout.Size;
        _chunkSize = (uint)layout.ChunkSize;
        Layout = layout;
    }

    /// <summary>How it is cut.</summary>
    public UmemLayout Layout { get; }

    /// <summary>Where it begins.</summary>
    public byte* Start => _start;

    /// <summary>The bytes of a packet, or of the part of it that a descriptor tells of.</summary>
    /// <exception cref="ArgumentOutOfRangeException">They lie outside.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> BytesOf(in XdpDescriptor descriptor)
    {
        ulong offset = UmemLayout.OffsetOf(descriptor.Address);
        if (offset > _size || descriptor.Length > _size - offset || descriptor.Length > _chunkSize)
        {
            ThrowOutside();
        }

        return new Span<byte>(_start + offset, (int)descriptor.Length);
    }

    /// <summary>All bytes of a frame, from the address by which it is named to the end of its chunk.</summary>
    /// <exception cref="ArgumentOutOfRangeException">They lie outside.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> BytesOf(UmemFrame frame)
    {
        ulong offset = UmemLayout.OffsetOf(frame.Address);
        ulong length = Layout.FrameOf(frame).Address + _chunkSize - offset;
        if (offset > _size || length > _chunkSize || length > _size - offset)
        {
            ThrowOutside();
        }

        return new Span<byte>(_start + offset, (int)length);
    }

    /// <summary>What the device is asked to do with a packet, or has said of it once it was sent. The layout has room for it.</summary>
    /// <param name="address">Where the packet begins, as its descriptor says.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no room in front of the packet.</exception>
    public ref TransmitMetadata TransmitMetadataOf(ulong address)
    {
        if (Layout.TransmitMetadataLength < sizeof(TransmitMetadata))
        {
            throw new InvalidOperationException($"The UMEM was made without room for metadata: set {nameof(UmemLayout.TransmitMetadataLength)} to {sizeof(TransmitMetadata)}.");
        }

        return ref MemoryMarshal.AsRef<TransmitMetadata>(InFrontOf(address, Layout.TransmitMetadataLength)[..sizeof(TransmitMetadata)]);
    }

    /// <summary>What an XDP program has put in front of a received packet.</summary>
    /// <typeparam name="T">What that is.</typeparam>
    /// <param name="descriptor">The packet.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no room in front of the packet.</exception>
    public ref readonly T ReceiveMetadataOf<T>(in XdpDescriptor descriptor)
        where T : unmanaged => ref MemoryMarshal.AsRef<T>(InFrontOf(descriptor.Address, sizeof(T)));

    private Span<byte> InFrontOf(ulong address, int length)
    {
        ulong offset = UmemLayout.OffsetOf(address);
        if (offset > _size || offset < (ulong)length)
        {
            ThrowOutside();
        }

        return new Span<byte>(_start + offset - length, length);
    }

    private static void ThrowOutside() => throw new ArgumentOutOfRangeException(paramName: null, "The bytes lie outside of the UMEM.");
}
