using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Saker.Kernel.Devices;
using Saker.Kernel.Interop;

namespace Saker.Kernel.Packets;

/// <summary>
/// A packet socket whose frames are read where the kernel writes them: blocks of mapped memory, each with many frames (TPACKET_V3, Documentation/networking/packet_mmap.rst).
/// Frames that this host sends are left out. What the kernel left to hardware is told (<see cref="OffloadHeader"/>). Needs CAP_NET_RAW.
/// </summary>
/// <remarks>One thread at a time reads it.</remarks>
public sealed unsafe class PacketRing : IDisposable
{
    // struct tpacket_block_desc
    private const int StatusOffset = 8, CountOffset = 12, FirstOffset = 16, BlockHeaderLength = 48;

    // struct tpacket3_hdr, and behind it struct sockaddr_ll.
    private const int NextOffset = 0, SecondsOffset = 4, NanosecondsOffset = 8, LengthOffset = 12, OriginalLengthOffset = 16, FrameStatusOffset = 20, StartOffset = 24;
    private const int TagOffset = 32, TagProtocolOffset = 36, DirectionOffset = 48 + 10, FrameHeaderLength = 48 + PacketArrival.AddressLength;
    private const long NanosecondsPerSecond = 1_000_000_000;
    private const ushort AllProtocols = 3;

    /// <summary>A batch of frames of 64 KiB, as the kernel counts them: what finds no room there is lost.</summary>
    private const int SendBuffer = 2 * PacketBatch.DefaultCapacity * (1 << 16);

    private readonly KernelSocket _socket;
    private readonly MappedMemory _memory;
    private readonly string _device;
    private readonly int _blockSize;
    private readonly int _blockCount;
    private int _block;
    private uint _left;
    private byte* _frame;
    private bool _hasBlock;

    private PacketRing(KernelSocket socket, MappedMemory memory, PacketRingOptions options)
    {
        _socket = socket;
        _memory = memory;
        _device = options.Device;
        _blockSize = options.BlockSize;
        _blockCount = options.BlockCount;
    }

    /// <summary>Opens a ring, which receives at once.</summary>
    /// <exception cref="KernelException">There is no such device, the right is missing, or the kernel has no memory for the blocks.</exception>
    public static PacketRing Open(PacketRingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Validate(options);
        int index = DeviceName.Find(options.Device);
        KernelSocket socket = KernelSocket.Open(Libc.AF_PACKET, Libc.SOCK_RAW, protocol: 0);
        MappedMemory? memory = null;
        try
        {
            socket.SetSendBuffer(SendBuffer);
            socket.SetOption(Libc.SOL_PACKET, Libc.PACKET_VERSION, Libc.TPACKET_V3);
            socket.SetOption(Libc.SOL_PACKET, Libc.PACKET_VNET_HDR, 1);
            socket.SetOption(Libc.SOL_PACKET, Libc.PACKET_IGNORE_OUTGOING, 1);
            Libc.PacketRingRequest request = new()
            {
                tp_block_size = (uint)options.BlockSize,
                tp_block_nr = (uint)options.BlockCount,
                tp_frame_size = (uint)options.BlockSize,
                tp_frame_nr = (uint)options.BlockCount,
                tp_retire_blk_tov = (uint)options.RetireMilliseconds,
            };
            socket.SetOption(Libc.SOL_PACKET, Libc.PACKET_RX_RING, MemoryMarshal.AsBytes(new ReadOnlySpan<Libc.PacketRingRequest>(in request)));
            memory = MappedMemory.Of(socket.Descriptor, (nuint)options.BlockSize * (nuint)options.BlockCount, 0, isWritable: true, "mapping the blocks of a packet socket");
            PacketRing ring = new(socket, memory, options);
            ring.Bind(index, options.IsPromiscuous);
            return ring;
        }
        catch
        {
            memory?.Dispose();
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Can be waited for: it can be read when a block was handed over.</summary>
    public SafeHandle Descriptor => _socket.Descriptor;

    /// <summary>Whether a frame can be taken.</summary>
    public bool HasFrames => _left != 0 || (Status(_hasBlock ? Following(_block) : _block) & Libc.TP_STATUS_USER) != 0;

    /// <summary>Takes the next frame. What was taken before must not be looked at any more.</summary>
    /// <returns>False if none is there.</returns>
    public bool TryNext(out RingFrame frame)
    {
        while (_left == 0)
        {
            if (!TryEnterBlock())
            {
                frame = default;
                return false;
            }
        }

        byte* header = _frame;
        _left--;
        uint next = *(uint*)(header + NextOffset);
        byte* end = Block(_block) + _blockSize;
        int start = *(ushort*)(header + StartOffset);
        uint length = *(uint*)(header + LengthOffset);
        if (start < FrameHeaderLength + OffloadHeader.Length || length > end - header - start)
        {
            // The kernel writes nothing of the kind; if it does, the block cannot be trusted.
            _left = 0;
            return TryNext(out frame);
        }

        if (_left != 0)
        {
            if (next < FrameHeaderLength || next > end - header - FrameHeaderLength)
            {
                _left = 0;
            }
            else
            {
                _frame = header + next;
            }
        }

        uint status = *(uint*)(header + FrameStatusOffset);
        bool hasTag = (status & Libc.TP_STATUS_VLAN_VALID) != 0;
        const ushort CustomerTag = 0x8100;
        frame = new RingFrame
        {
            Bytes = new ReadOnlySpan<byte>(header + start, (int)length),
            OriginalLength = *(int*)(header + OriginalLengthOffset),
            Offload = OffloadHeader.Read(new ReadOnlySpan<byte>(header + start - OffloadHeader.Length, OffloadHeader.Length)),
            Timestamp = (*(uint*)(header + SecondsOffset) * NanosecondsPerSecond) + *(uint*)(header + NanosecondsOffset),
            Direction = (PacketDirection)header[DirectionOffset],
            HasVlanTag = hasTag,
            VlanTag = (ushort)*(uint*)(header + TagOffset),
            VlanProtocol = (status & Libc.TP_STATUS_VLAN_TPID_VALID) != 0 ? *(ushort*)(header + TagProtocolOffset) : CustomerTag,
            HasVerifiedChecksum = (status & Libc.TP_STATUS_CSUM_VALID) != 0,
        };
        return true;
    }

    /// <summary>Gives the kernel back what was taken, if it is a whole block: before waiting for more. What was taken before must not be looked at any more.</summary>
    public void Release()
    {
        if (_hasBlock && _left == 0)
        {
            LeaveBlock();
        }
    }

    /// <summary>Shares what comes with the other rings of a group, a flow always to the same (<c>PACKET_FANOUT_HASH</c>).</summary>
    /// <param name="group">The group, which another ring has; null: a new one.</param>
    /// <returns>The group.</returns>
    public ushort JoinFanout(ushort? group)
    {
        int value = group ?? 0;
        int mode = Libc.PACKET_FANOUT_HASH | (group is null ? Libc.PACKET_FANOUT_FLAG_UNIQUEID : 0);
        _socket.SetOption(Libc.SOL_PACKET, Libc.PACKET_FANOUT, value | (mode << 16));
        _socket.GetOption(Libc.SOL_PACKET, Libc.PACKET_FANOUT, MemoryMarshal.AsBytes(new Span<int>(ref value)));
        return (ushort)value;
    }

    /// <summary>How many frames came, how many of them found no room, and how often all blocks were full, since this was asked last (<c>PACKET_STATISTICS</c>).</summary>
    public (uint Frames, uint Drops, uint Freezes) TakeStatistics()
    {
        Span<uint> statistics = stackalloc uint[3];
        _socket.GetOption(Libc.SOL_PACKET, Libc.PACKET_STATISTICS, MemoryMarshal.AsBytes(statistics));
        return (statistics[0], statistics[1], statistics[2]);
    }

    /// <summary>Takes away the error that ended a wait: the device went down, or away.</summary>
    /// <returns>The error; null: there was none.</returns>
    public KernelException? TakeError() => _socket.TakeError() is var error and not 0 ? new KernelException("the packet socket", error) : null;

    /// <summary>Whether the device is there still, up or down.</summary>
    public bool HasDevice() => DeviceRequest.Finds(_socket, _device);

    /// <summary>Gathers frames to be sent by the ring's socket.</summary>
    public PacketBatch MakeBatch(int capacity = PacketBatch.DefaultCapacity) => new(_socket.Descriptor, capacity);

    /// <summary>Closes the socket and gives the blocks back.</summary>
    public void Dispose()
    {
        _left = 0;
        _memory.Dispose();
        _socket.Dispose();
    }

    private static void Validate(PacketRingOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(options.Device, nameof(options));
        if (options.BlockSize < 1 << 17 || !int.IsPow2(options.BlockSize) || options.BlockSize > 1 << 22)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.BlockSize, "A block has from 128 KiB to 4 MiB, a power of two.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(options.BlockCount, 2, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.BlockCount, 1024, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.RetireMilliseconds, 1, nameof(options));
    }

    private void Bind(int device, bool isPromiscuous)
    {
        Span<byte> address = stackalloc byte[PacketArrival.AddressLength];
        address.Clear();
        MemoryMarshal.Write(address, (ushort)Libc.AF_PACKET);
        BinaryPrimitives.WriteUInt16BigEndian(address[2..], AllProtocols);
        MemoryMarshal.Write(address[4..], device);
        _socket.Bind(address);
        if (isPromiscuous)
        {
            Span<byte> request = stackalloc byte[16];
            request.Clear();
            MemoryMarshal.Write(request, device);
            MemoryMarshal.Write(request[4..], (ushort)Libc.PACKET_MR_PROMISC);
            _socket.SetOption(Libc.SOL_PACKET, Libc.PACKET_ADD_MEMBERSHIP, request);
        }
    }

    /// <summary>Goes to the next block if that was handed over.</summary>
    private bool TryEnterBlock()
    {
        if (_hasBlock)
        {
            LeaveBlock();
        }

        if ((Status(_block) & Libc.TP_STATUS_USER) == 0)
        {
            return false;
        }

        byte* block = Block(_block);
        uint first = *(uint*)(block + FirstOffset);
        _hasBlock = true;
        _left = first < BlockHeaderLength || first > _blockSize - FrameHeaderLength ? 0 : *(uint*)(block + CountOffset);
        _frame = block + first;
        return true;
    }

    private void LeaveBlock()
    {
        Volatile.Write(ref *(uint*)(Block(_block) + StatusOffset), Libc.TP_STATUS_KERNEL);
        _block = Following(_block);
        _hasBlock = false;
    }

    private int Following(int block) => block + 1 == _blockCount ? 0 : block + 1;

    private uint Status(int block) => Volatile.Read(ref *(uint*)(Block(block) + StatusOffset));

    private byte* Block(int number)
    {
        ObjectDisposedException.ThrowIf(_memory.IsClosed, this);
        return _memory.Start + ((long)number * _blockSize);
    }
}

/// <summary>A frame in a block of a <see cref="PacketRing"/>.</summary>
public readonly ref struct RingFrame
{
    /// <summary>Its bytes from the link header on, as many as were kept.</summary>
    public ReadOnlySpan<byte> Bytes { get; init; }

    /// <summary>How long it was.</summary>
    public int OriginalLength { get; init; }

    /// <summary>What was left to hardware.</summary>
    public OffloadHeader Offload { get; init; }

    /// <summary>When it came, in nanoseconds since 1970.</summary>
    public long Timestamp { get; init; }

    /// <summary>For whom it was.</summary>
    public PacketDirection Direction { get; init; }

    /// <summary>Whether a VLAN tag was taken out of it.</summary>
    public bool HasVlanTag { get; init; }

    /// <summary>That tag.</summary>
    public ushort VlanTag { get; init; }

    /// <summary>That tag's EtherType, in host order.</summary>
    public ushort VlanProtocol { get; init; }

    /// <summary>Whether hardware or the sender vouches for the transport checksum.</summary>
    public bool HasVerifiedChecksum { get; init; }
}
