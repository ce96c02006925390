using System.Runtime.InteropServices;
using Saker.Kernel.Packets;
using Saker.Kernel.Tap;
using Saker.Packets;
using Saker.Stack.Driver.Links;

namespace Saker.Host.Links.Kernel;

/// <summary>A queue of a <see cref="TapLink"/>. Frames are read right into chunks, of which as many lie ready as the longest frame needs.</summary>
internal sealed class TapLinkQueue : IDescriptorQueue
{
    /// <summary>The longest frame that the kernel gives, with its tags.</summary>
    private const int LongestFrame = (1 << 16) + 64;

    private readonly TapQueue _queue;
    private readonly LinkMemoryOptions _options;
    private readonly int[] _ready;
    private readonly nint[] _addresses;
    private FrameRegion? _memory;
    private int _readyCount;
    private int _lost;

    public TapLinkQueue(TapQueue queue, LinkMemoryOptions options)
    {
        _queue = queue;
        _options = options;
        int capacity = options.ChunkSize - FrameRegion.DefaultHeadroom;
        int pieces = (LongestFrame + capacity - 1) / capacity;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(pieces, TapQueue.MostPieces, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ChunkCount, 4 * pieces, nameof(options));
        _ready = new int[pieces];
        _addresses = new nint[pieces];
    }

    /// <inheritdoc/>
    public SafeHandle Descriptor => _queue.Descriptor;

    /// <inheritdoc/>
    public bool HasFrames => _queue.HasFrames;

    /// <summary>What has ended it; null: nothing.</summary>
    public string? Fault { get; private set; }

    /// <inheritdoc/>
    public FrameRegion Open(in LinkOpening opening) => _memory = _options.Make(opening);

    /// <inheritdoc/>
    public int Receive(Span<LinkFrame> parts, int most, long now)
    {
        FrameRegion memory = _memory!;
        int count = 0;
        while (most-- > 0 && parts.Length - count >= LinkFrame.MostParts && TryProvide(memory))
        {
            int length = _queue.TryRead(_addresses, memory.FrameCapacity, out OffloadHeader header);
            if (length < 0)
            {
                break;
            }

            count += Give(memory, length, OffloadedFrame.Describe(header), parts[count..]);
        }

        return count;
    }

    /// <inheritdoc/>
    public bool HasRoomFor(PacketBuffer frame) => true;

    /// <summary>The kernel does, if it gets the frame with its pieces where they are.</summary>
    public bool Finishes(PacketBuffer frame) => TapQueue.CanTake(frame) && LinkOffload.TryFind(frame, out _);

    /// <inheritdoc/>
    public void Post(PacketBuffer frame)
    {
        _lost += _queue.TryWrite(OffloadedFrame.HeaderOf(frame), frame) ? 0 : 1;
        frame.Free();
    }

    /// <inheritdoc/>
    public int Flush()
    {
        int lost = _lost;
        _lost = 0;
        return lost;
    }

    /// <inheritdoc/>
    public void Close()
    {
        while (_readyCount > 0)
        {
            _memory!.ReturnChunk(_ready[--_readyCount]);
        }
    }

    /// <inheritdoc/>
    public bool TryRecover()
    {
        Fault = "the device is gone";
        return false;
    }

    /// <summary>Makes sure that the longest frame has room.</summary>
    private bool TryProvide(FrameRegion memory)
    {
        while (_readyCount < _ready.Length)
        {
            if (!memory.TryTakeChunk(out int chunk))
            {
                return false;
            }

            _ready[_readyCount] = chunk;
            _addresses[_readyCount++] = memory.AddressOf(chunk, memory.Headroom);
        }

        return true;
    }

    /// <summary>Gives the chunks away that a frame was read into.</summary>
    private int Give(FrameRegion memory, int length, LinkFrame told, Span<LinkFrame> parts)
    {
        int capacity = memory.FrameCapacity;
        int count = Math.Max(1, (length + capacity - 1) / capacity);
        for (int i = 0; i < count; i++)
        {
            int part = Math.Min(length, capacity);
            length -= part;
            parts[i] = (i == 0 ? told : default) with { Chunk = _ready[i], Offset = memory.Headroom, Length = part, IsContinued = i + 1 < count };
        }

        _readyCount -= count;
        Array.Copy(_ready, count, _ready, 0, _readyCount);
        Array.Copy(_addresses, count, _addresses, 0, _readyCount);
        return count;
    }
}
