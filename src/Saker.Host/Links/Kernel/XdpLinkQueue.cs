using System.Runtime.InteropServices;
using Saker.Kernel.AfXdp;
using Saker.Packets;
using Saker.Packets.AfXdp;
using Saker.Stack.Driver.Links;

namespace Saker.Host.Links.Kernel;

/// <summary>
/// A queue of an <see cref="XdpLink"/>: an AF_XDP socket, and a part of the UMEM as the region of its packets. A chunk is free in the region, a packet's, or the kernel's (in FILL, in RX, or
/// being sent), of which a list is kept, since a closed socket gives nothing back.
/// </summary>
internal sealed class XdpLinkQueue : IDescriptorQueue
{
    private readonly IXdpSocket _socket;
    private readonly Action<bool> _takeFrames;
    private readonly int _firstChunk;
    private readonly int _chunkCount;
    private readonly int _chunkSize;
    private readonly int _capacity;
    private readonly int _mostParts;
    private readonly bool[] _isKernels;
    private readonly PacketBuffer[] _leaving;
    private FrameRegion? _memory;
    private int _unsendable;
    private bool _isClosed;
    private XdpStatistics _lastStatistics;

    /// <param name="socket">The socket.</param>
    /// <param name="program">The program by which frames come to the socket.</param>
    /// <param name="firstChunk">The first of the chunks of the UMEM that are the queue's.</param>
    /// <param name="chunkCount">How many they are.</param>
    public XdpLinkQueue(XdpSocket socket, XdpSocketProgram program, int firstChunk, int chunkCount)
        : this(socket, socket.Descriptor, socket.Options.IsMultiBuffer, takes => Direct(program, socket, takes), firstChunk, chunkCount)
    {
    }

    /// <summary>A queue over any socket.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="descriptor">Can be read when something was received.</param>
    /// <param name="isMultiBuffer">Whether a frame may lie in several chunks.</param>
    /// <param name="takeFrames">Lets frames come to the socket from now on, or no more.</param>
    /// <param name="firstChunk">The first of the chunks of the UMEM that are the queue's.</param>
    /// <param name="chunkCount">How many they are.</param>
    internal XdpLinkQueue(IXdpSocket socket, SafeHandle descriptor, bool isMultiBuffer, Action<bool> takeFrames, int firstChunk, int chunkCount)
    {
        // Linux takes no more parts of a packet than a buffer of its own has (MAX_SKB_FRAGS, and the linear part).
        const int MostParts = 18;
        _socket = socket;
        _takeFrames = takeFrames;
        Descriptor = descriptor;
        _firstChunk = firstChunk;
        _chunkCount = chunkCount;
        _chunkSize = socket.Memory.Layout.ChunkSize;
        _capacity = socket.Memory.Layout.ReceiveCapacity;
        _mostParts = isMultiBuffer ? MostParts : 1;
        _isKernels = new bool[chunkCount];
        _leaving = new PacketBuffer[chunkCount];
    }

    /// <inheritdoc/>
    public SafeHandle Descriptor { get; }

    /// <inheritdoc/>
    public bool HasFrames => _socket.Receive!.Waiting != 0;

    /// <summary>What the kernel has counted.</summary>
    public XdpStatistics Statistics => _isClosed ? _lastStatistics : _socket.Statistics;

    /// <inheritdoc/>
    public FrameRegion Open(in LinkOpening opening)
    {
        _memory = FrameRegion.Over(_socket.Memory, _firstChunk, _chunkCount, opening.Cpu, opening.CpuCount);
        Refill();

        // From now on frames have somewhere to go.
        _takeFrames(true);
        return _memory;
    }

    /// <inheritdoc/>
    public int Receive(Span<LinkFrame> parts, int most, long now)
    {
        int count = 0;
        using (ConsumerBatch<XdpDescriptor> batch = _socket.Receive!.Peek(parts.Length))
        {
            // Whole frames only: what begins in this batch and does not end in it stays in the ring.
            int begun = 0;
            for (int i = 0; i < batch.Length && most > 0; i++)
            {
                ref readonly XdpDescriptor descriptor = ref batch[i];
                int chunk = ChunkOf(descriptor.Address, out int offset);
                parts[i] = new LinkFrame { Chunk = chunk, Offset = offset, Length = (int)descriptor.Length, IsContinued = descriptor.IsContinued };
                begun++;
                if (!descriptor.IsContinued)
                {
                    count += begun;
                    begun = 0;
                    most--;
                }
            }

            foreach (ref readonly LinkFrame part in parts[..count])
            {
                _isKernels[part.Chunk] = false;
            }

            batch.Release(count);
        }

        Complete();
        Refill();
        if (count == 0)
        {
            _socket.WakeReceive();
        }

        return count;
    }

    /// <inheritdoc/>
    public bool HasRoomFor(PacketBuffer frame)
    {
        int needed = PartsOf(frame);
        if (needed > _mostParts)
        {
            return false;
        }

        if (!HasRoomFor(needed))
        {
            _unsendable += Flush();
        }

        return HasRoomFor(needed);
    }

    /// <summary>A frame that lies in a chunk of this queue, such as one that is passed on, leaves from there; others are copied.</summary>
    public void Post(PacketBuffer frame)
    {
        int parts = PartsOf(frame);
        using ProducerBatch<XdpDescriptor> batch = _socket.Transmit!.ReserveAll(parts);
        if (batch.Length == 1 && _memory!.TryLocate(frame, out int place, out int begin))
        {
            batch[0] = new XdpDescriptor((ulong)(((long)(_firstChunk + place) * _chunkSize) + begin), (uint)frame.Length);
            batch.Submit();
            _isKernels[place] = true;
            _leaving[place] = frame;
            return;
        }

        int taken = 0;
        for (int offset = 0; taken < batch.Length && _memory!.TryTakeChunk(out int chunk); taken++)
        {
            int length = Math.Min(_capacity, frame.Length - offset);
            frame.CopyTo(offset, _memory.BytesOf(chunk, _memory.Headroom, length));
            offset += length;
            ulong address = (ulong)(((long)(_firstChunk + chunk) * _chunkSize) + _memory.Headroom);
            batch[taken] = new XdpDescriptor(address, (uint)length, taken + 1 < parts ? XdpDescriptorOptions.Continued : XdpDescriptorOptions.None);
            _isKernels[chunk] = true;
        }

        if (taken == parts)
        {
            batch.Submit();
        }
        else
        {
            for (int i = 0; i < taken; i++)
            {
                Return(ChunkOf(batch[i].Address, out _));
            }

            _unsendable++;
        }

        frame.Free();
    }

    /// <inheritdoc/>
    public bool HasUnsent { get; private set; }

    /// <inheritdoc/>
    public int Flush()
    {
        // In copy mode a call sends a few dozen packets at most, and none while COMPLETION is full or too many are with the device: so it is told as long as that moves something.
        HasUnsent = false;
        for (int before = _socket.Transmit!.Waiting; before != 0;)
        {
            TransmitKick kick = _socket.WakeTransmit();
            bool hasMoved = Complete() != 0;
            int left = _socket.Transmit.Waiting;
            if (kick is not (TransmitKick.Taken or TransmitKick.Again) || (left == before && !hasMoved))
            {
                HasUnsent = left != 0 && (kick is TransmitKick.Taken or TransmitKick.Again or TransmitKick.Down);
                break;
            }

            before = left;
        }

        Complete();
        int lost = _unsendable;
        _unsendable = 0;
        return lost;
    }

    /// <inheritdoc/>
    public void Close()
    {
        _takeFrames(false);
        CloseSocket();
        for (int chunk = 0; chunk < _chunkCount && _memory is not null; chunk++)
        {
            if (_isKernels[chunk])
            {
                Return(chunk);
            }
        }
    }

    /// <inheritdoc/>
    public bool TryRecover() => false;

    /// <summary>Closes the socket, if it is open still.</summary>
    public void CloseSocket()
    {
        if (!_isClosed)
        {
            _lastStatistics = _socket.Statistics;
            _isClosed = true;
            _socket.Dispose();
        }
    }

    private static void Direct(XdpSocketProgram program, XdpSocket socket, bool takes)
    {
        if (takes)
        {
            program.Add(socket.Options.Queue, socket.Descriptor);
        }
        else
        {
            program.Remove(socket.Options.Queue);
        }
    }

    private int PartsOf(PacketBuffer frame) => Math.Max(1, (frame.Length + _capacity - 1) / _capacity);

    private bool HasRoomFor(int parts) => _socket.Transmit!.Free >= parts && _memory!.AvailableCount >= parts;

    /// <summary>The chunk that an address of the UMEM lies in, as the region counts.</summary>
    private int ChunkOf(ulong address, out int offset)
    {
        long place = (long)UmemLayout.OffsetOf(address);
        offset = (int)(place % _chunkSize);
        return (int)(place / _chunkSize) - _firstChunk;
    }

    /// <summary>Gives FILL as many chunks as it takes and are free.</summary>
    private void Refill()
    {
        FillRing fill = _socket.Fill;
        int free = fill.Free;
        if (free < fill.Capacity / 4)
        {
            return;
        }

        using ProducerBatch<UmemFrame> batch = fill.Reserve(Math.Min(free, _memory!.AvailableCount));
        int given = 0;
        while (given < batch.Length && _memory.TryTakeChunk(out int chunk))
        {
            _isKernels[chunk] = true;
            batch[given++] = new UmemFrame((ulong)((long)(_firstChunk + chunk) * _chunkSize));
        }

        batch.Submit(given);
    }

    /// <summary>Takes back the chunks that were sent.</summary>
    /// <returns>How many.</returns>
    private int Complete()
    {
        CompletionRing completion = _socket.Completion;
        using ConsumerBatch<UmemFrame> batch = completion.Peek(completion.Capacity);
        for (int i = 0; i < batch.Length; i++)
        {
            Return(ChunkOf(batch[i].Address, out _));
        }

        int count = batch.Length;
        batch.Release();
        return count;
    }

    /// <summary>The kernel has a chunk no more: it is free, with the packet that was sent from it.</summary>
    private void Return(int chunk)
    {
        _isKernels[chunk] = false;
        PacketBuffer packet = _leaving[chunk];
        if (packet.IsNull)
        {
            _memory!.ReturnChunk(chunk);
            return;
        }

        _leaving[chunk] = default;
        packet.Free();
    }
}
