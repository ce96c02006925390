using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Saker.Bpf;

/// <summary>
/// A context whose packet lies in a frame: room before it, perhaps metadata just before its first byte, the packet, room behind it. The frame is the caller's memory
/// (<see cref="Place"/>), which must stay where it is while programs run, or the context's own (<see cref="Load"/>). Programs move the packet's ends within the frame.
/// One context serves packet after packet; nothing is allocated but own memory for a packet larger than those before.
/// </summary>
public abstract unsafe class PacketContext : BpfContext
{
    private readonly byte[] _block;
    private readonly byte* _blockMemory;
    private readonly ContextLayout _layout;
    private byte[] _own = [];

    private protected PacketContext(ContextLayout layout, int blockSize)
    {
        _layout = layout;
        _block = GC.AllocateArray<byte>(blockSize, pinned: true);
        _blockMemory = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_block));
    }

    /// <summary>The frame's first byte.</summary>
    internal byte* Frame { get; private set; }

    /// <summary>Bytes of the frame that the packet, its metadata and the room around them have.</summary>
    public int FrameSize { get; private set; }

    /// <summary>Where the packet begins, in bytes from the frame's beginning.</summary>
    public int DataOffset { get; internal set; }

    /// <summary>Where the bytes end that programs reach by pointers, likewise.</summary>
    internal int DataEnd { get; set; }

    /// <summary>Bytes of metadata before the packet (<c>data_meta</c>).</summary>
    public int MetadataLength { get; internal set; }

    /// <summary>The packet's bytes that programs reach by pointers. The span is valid until the next run, or until the frame is gone.</summary>
    public Span<byte> Data => new(Frame + DataOffset, DataEnd - DataOffset);

    /// <summary>The metadata that a program has put before the packet.</summary>
    public ReadOnlySpan<byte> Metadata => new(Frame + DataOffset - MetadataLength, MetadataLength);

    /// <summary>The packet's first bytes, as many as lie in one piece.</summary>
    internal virtual ReadOnlySpan<byte> LinearBytes => Data;

    /// <summary>Bytes of the whole packet.</summary>
    public abstract int Length { get; }

    /// <inheritdoc/>
    internal sealed override byte* Block => _blockMemory;

    /// <inheritdoc/>
    internal sealed override ContextLayout Layout => _layout;

    /// <inheritdoc/>
    internal sealed override MemoryRegion Reachable => new(
        AddressSpace.Packet + (uint)(DataOffset - MetadataLength), Frame + DataOffset - MetadataLength, (uint)(DataEnd - DataOffset + MetadataLength), isWritable: true);

    /// <summary>Takes a packet that lies in the caller's memory.</summary>
    /// <param name="frame">The frame's first byte. It must stay where it is until the next packet is taken.</param>
    /// <param name="size">Bytes of the frame that programs may use, with the room before and behind the packet.</param>
    /// <param name="headroom">Bytes before the packet.</param>
    /// <param name="length">Bytes of the packet.</param>
    /// <param name="metadataLength">How many of the bytes before it are metadata.</param>
    /// <exception cref="ArgumentOutOfRangeException">The packet does not lie in the frame.</exception>
    public void Place(byte* frame, int size, int headroom, int length, int metadataLength = 0)
    {
        ArgumentNullException.ThrowIfNull(frame);
        ArgumentOutOfRangeException.ThrowIfNegative(headroom);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)metadataLength, (uint)headroom, nameof(metadataLength));
        ArgumentOutOfRangeException.ThrowIfLessThan(size, (long)headroom + length);
        Frame = frame;
        FrameSize = size;
        DataOffset = headroom;
        DataEnd = headroom + length;
        MetadataLength = metadataLength;
        OnPlaced();
    }

    /// <summary>Copies a packet into the context's own memory, with the room around it that the kernel's <c>BPF_PROG_TEST_RUN</c> gives.</summary>
    /// <param name="packet">The packet, from its link header.</param>
    public abstract void Load(ReadOnlySpan<byte> packet);

    /// <summary>Copies the whole packet.</summary>
    /// <param name="destination">Gets it, as far as it has room.</param>
    /// <returns>Bytes copied.</returns>
    public abstract int CopyTo(Span<byte> destination);

    /// <summary>Places the packet in own memory.</summary>
    private protected void LoadOwn(ReadOnlySpan<byte> packet, int headroom, int tailroom)
    {
        byte* own = Own(headroom + packet.Length + tailroom);
        Place(own, headroom + packet.Length + tailroom, headroom, packet.Length);
        packet.CopyTo(Data);
    }

    /// <summary>Makes the bytes before the packet zeros, so that nothing of another one comes to light when it grows.</summary>
    private protected void ClearHeadroom() => new Span<byte>(Frame, DataOffset).Clear();

    /// <summary>What else begins anew with another packet.</summary>
    private protected abstract void OnPlaced();

    /// <summary>Own memory of at least so many bytes.</summary>
    private protected byte* Own(int size)
    {
        if (_own.Length < size)
        {
            _own = GC.AllocateUninitializedArray<byte>(size, pinned: true);
        }

        return (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_own));
    }

    /// <summary>Writes the pointers, in the structure as checked programs have them and behind it as they are.</summary>
    /// <param name="data">Where the structure has <c>data</c>.</param>
    /// <param name="end">Where it has <c>data_end</c>.</param>
    /// <param name="metadata">Where it has <c>data_meta</c>.</param>
    /// <param name="native">Where the three pointers are.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private protected void WritePointers(int data, int end, int metadata, int native)
    {
        byte* block = _blockMemory;
        *(uint*)(block + data) = (uint)AddressSpace.Packet + (uint)DataOffset;
        *(uint*)(block + end) = (uint)AddressSpace.Packet + (uint)DataEnd;
        *(uint*)(block + metadata) = (uint)AddressSpace.Packet + (uint)(DataOffset - MetadataLength);
        *(byte**)(block + native) = Frame + DataOffset;
        *(byte**)(block + native + 8) = Frame + DataEnd;
        *(byte**)(block + native + 16) = Frame + DataOffset - MetadataLength;
    }
}
