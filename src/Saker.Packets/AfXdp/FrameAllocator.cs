using System.Diagnostics.CodeAnalysis;

namespace Saker.Packets.AfXdp;

/// <summary>
/// The free chunks of a UMEM, or of a part of it. The one that came back last goes out first, since its bytes are the likeliest to be in the cache. It belongs to one thread;
/// frames may come back to another allocator of the same UMEM than the one that gave them.
/// </summary>
public sealed class FrameAllocator
{
    private readonly UmemLayout _layout;
    private readonly FrameLedger? _ledger;
    private readonly ulong[] _free;
    private int _count;

    /// <summary>Makes an allocator with so many chunks of a UMEM.</summary>
    /// <param name="layout">How the UMEM is cut.</param>
    /// <param name="first">The first chunk.</param>
    /// <param name="count">How many.</param>
    /// <param name="ledger">Who watches who owns which frame; null: nobody.</param>
    public FrameAllocator(UmemLayout layout, int first, int count, FrameLedger? ledger = null)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, layout.ChunkCount - first);
        _layout = layout;
        _ledger = ledger;
        _free = new ulong[layout.ChunkCount];
        for (int i = count - 1; i >= 0; i--)
        {
            _free[_count++] = layout.FrameAt(first + i).Address;
        }
    }

    /// <summary>How many frames are free.</summary>
    public int Available => _count;

    /// <summary>Takes a frame.</summary>
    /// <returns>False if none is free.</returns>
    public bool TryTake(out UmemFrame frame)
    {
        if (_count == 0)
        {
            frame = default;
            return false;
        }

        frame = new UmemFrame(_free[--_count]);
        _ledger?.Move(frame.Address, FrameState.Free, FrameState.Held);
        return true;
    }

    /// <summary>Gives a frame back.</summary>
    /// <param name="frame">The frame, by any address in it.</param>
    public void Return(UmemFrame frame)
    {
        _ledger?.Move(frame.Address, FrameState.Held, FrameState.Free);
        if (_count == _free.Length)
        {
            ThrowFull();
        }

        _free[_count++] = _layout.FrameOf(frame).Address;
    }

    /// <summary>Gives free frames to the FILL ring, to be received into.</summary>
    /// <param name="ring">The ring.</param>
    /// <param name="most">How many at most.</param>
    /// <returns>How many: no more than are free, and than the ring has room for.</returns>
    public int Supply(FillRing ring, int most = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(ring);
        using ProducerBatch<UmemFrame> batch = ring.Reserve(Math.Min(most, _count));
        for (int i = 0; i < batch.Length; i++)
        {
            TryTake(out batch[i]);
        }

        batch.Submit();
        return batch.Length;
    }

    /// <summary>Takes back frames that were sent.</summary>
    /// <param name="ring">The COMPLETION ring.</param>
    /// <param name="most">How many at most.</param>
    /// <returns>How many came back.</returns>
    public int Collect(CompletionRing ring, int most = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(ring);
        using ConsumerBatch<UmemFrame> batch = ring.Peek(most);
        for (int i = 0; i < batch.Length; i++)
        {
            Return(batch[i]);
        }

        batch.Release();
        return batch.Length;
    }

    [DoesNotReturn]
    private static void ThrowFull() => throw new InvalidOperationException("More frames came back than the UMEM has: one of them came back twice.");
}
