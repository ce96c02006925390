using System.Runtime.InteropServices;
using Saker.Kernel.Packets;
using Saker.Packets;
using Saker.Stack.Driver.Links;

namespace Saker.Host.Links.Kernel;

/// <summary>A queue of a <see cref="PacketLink"/>: a ring of frames that the kernel fills, and a batch of frames to be sent.</summary>
internal sealed class PacketLinkQueue : IDescriptorQueue, IDisposable
{
    private readonly PacketRing _ring;
    private readonly PacketBatch _batch;
    private readonly LinkMemoryOptions _options;
    private readonly PacketBuffer[] _posted = new PacketBuffer[PacketBatch.DefaultCapacity];
    private readonly Lock _lock = new();
    private FrameRegion? _memory;
    private long _kernelDrops;
    private int _unsendable;

    public PacketLinkQueue(PacketRing ring, LinkMemoryOptions options)
    {
        _ring = ring;
        _batch = ring.MakeBatch();
        _options = options;
    }

    /// <inheritdoc/>
    public SafeHandle Descriptor => _ring.Descriptor;

    /// <inheritdoc/>
    public bool HasFrames => _ring.HasFrames;

    /// <summary>Frames that found no free chunk.</summary>
    public long Overflows { get; private set; }

    /// <summary>Frames that were longer than a block of the ring.</summary>
    public long Truncated { get; private set; }

    /// <summary>What has ended it; null: nothing.</summary>
    public string? Fault { get; private set; }

    /// <summary>Frames that found the kernel's ring full. For any thread.</summary>
    public long KernelDrops
    {
        get
        {
            lock (_lock)
            {
                return _kernelDrops += _ring.TakeStatistics().Drops;
            }
        }
    }

    /// <inheritdoc/>
    public FrameRegion Open(in LinkOpening opening) => _memory = _options.Make(opening);

    /// <inheritdoc/>
    public int Receive(Span<LinkFrame> parts, int most, long now)
    {
        int count = 0;
        while (most > 0 && parts.Length - count >= LinkFrame.MostParts && _ring.TryNext(out RingFrame frame))
        {
            most--;
            if (frame.Direction == PacketDirection.Outgoing)
            {
                continue;
            }

            if (frame.OriginalLength > frame.Bytes.Length)
            {
                Truncated++;
                continue;
            }

            LinkFrame told = OffloadedFrame.Describe(frame.Offload) with { Timestamp = frame.Timestamp };
            told.Checksum = told.Checksum == ChecksumState.None && frame.HasVerifiedChecksum ? ChecksumState.Unnecessary : told.Checksum;
            told.VlanProtocol = frame.HasVlanTag ? frame.VlanProtocol : (ushort)0;
            told.VlanTag = frame.VlanTag;
            parts[count] = told;
            int filled = ChunkFiller.TryFill(_memory!, frame.Bytes, parts[count..]);
            Overflows += filled == 0 ? 1 : 0;
            count += filled;
        }

        _ring.Release();
        return count;
    }

    /// <inheritdoc/>
    public bool HasRoomFor(PacketBuffer frame)
    {
        if (_batch.IsFull)
        {
            _unsendable += Send();
        }

        return true;
    }

    /// <summary>The kernel does, if it gets the frame with its pieces where they are.</summary>
    public bool Finishes(PacketBuffer frame) => PacketBatch.CanTake(frame) && LinkOffload.TryFind(frame, out _);

    /// <inheritdoc/>
    public void Post(PacketBuffer frame)
    {
        if (_batch.TryAdd(OffloadedFrame.HeaderOf(frame), frame))
        {
            _posted[_batch.Count - 1] = frame;
        }
        else
        {
            _unsendable++;
            frame.Free();
        }
    }

    /// <inheritdoc/>
    public int Flush()
    {
        int lost = _unsendable + Send();
        _unsendable = 0;
        return lost;
    }

    /// <inheritdoc/>
    public void Close() => Flush();

    /// <inheritdoc/>
    public bool TryRecover()
    {
        // A device that went down comes back by itself; one that is gone does not, not even by its name.
        if (_ring.TakeError() is { } error && !_ring.HasDevice())
        {
            Fault = $"the device is gone ({error.Message})";
            return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _batch.Dispose();
        _ring.Dispose();
    }

    private int Send()
    {
        int count = _batch.Count;
        int lost = count == 0 ? 0 : _batch.Send();
        for (int i = 0; i < count; i++)
        {
            _posted[i].Free();
        }

        return lost;
    }
}
