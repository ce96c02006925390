using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Saker.Packets;

/// <summary>
/// Memory for frames: one unmanaged allocation cut into chunks of equal size. A chunk holds one frame, or a part of a long one,
/// behind a headroom that leaves place to put headers in front.
/// </summary>
/// <remarks>
/// A region belongs to one CPU: only its worker takes and returns chunks. The most recently returned chunk is handed out first,
/// since its bytes are the likeliest to be in the cache. The region must outlive every packet in it.
/// </remarks>
public sealed unsafe class FrameRegion : IDisposable
{
    /// <summary>Bytes left free in front of a frame, as XDP wants them (<c>XDP_PACKET_HEADROOM</c>).</summary>
    public const int DefaultHeadroom = 256;

    /// <summary>The usual chunk: half a page.</summary>
    public const int DefaultChunkSize = 2048;

    /// <summary>The largest chunk: an offset in it fits 16 bits, that of its end too.</summary>
    public const int MaximumChunkSize = 32768;

    private RegionState* _state;

    /// <summary>Allocates a region.</summary>
    /// <param name="chunkCount">How many chunks; at least one.</param>
    /// <param name="chunkSize">Bytes in a chunk, headroom included: a power of two from 256 to <see cref="MaximumChunkSize"/>.</param>
    /// <param name="headroom">Bytes kept free in front of a received frame; less than the chunk.</param>
    public FrameRegion(int chunkCount, int chunkSize = DefaultChunkSize, int headroom = DefaultHeadroom)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(chunkCount, 1);
        if (chunkSize is < 256 or > MaximumChunkSize || !System.Numerics.BitOperations.IsPow2(chunkSize))
        {
            throw new ArgumentOutOfRangeException(nameof(chunkSize), chunkSize, $"A chunk is a power of two from 256 to {MaximumChunkSize} bytes.");
        }

        ArgumentOutOfRangeException.ThrowIfNegative(headroom);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(headroom, chunkSize);

        _state = (RegionState*)NativeMemory.AlignedAlloc((nuint)sizeof(RegionState), 64);
        *_state = new RegionState
        {
            Base = (byte*)NativeMemory.AlignedAlloc((nuint)chunkCount * (nuint)chunkSize, 4096),
            Available = (int*)NativeMemory.Alloc((nuint)chunkCount, sizeof(int)),
            Sharers = (int*)NativeMemory.AllocZeroed((nuint)chunkCount, sizeof(int)),
            ChunkSize = chunkSize,
            ChunkCount = chunkCount,
            Headroom = headroom,
            AvailableCount = chunkCount,
        };
        for (int i = 0; i < chunkCount; i++)
        {
            _state->Available[i] = chunkCount - 1 - i;
        }
    }

    /// <summary>Bytes in a chunk, headroom included.</summary>
    public int ChunkSize => State->ChunkSize;

    /// <summary>How many chunks there are.</summary>
    public int ChunkCount => State->ChunkCount;

    /// <summary>How many chunks are free.</summary>
    public int AvailableCount => State->AvailableCount;

    /// <summary>Bytes of a frame that fit behind the headroom of one chunk.</summary>
    public int FrameCapacity => State->ChunkSize - State->Headroom;

    internal RegionState* State
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if (_state == null)
            {
                ThrowDisposed();
            }

            return _state;
        }
    }

    /// <summary>Gives the memory back. Every packet in the region must have been freed.</summary>
    /// <exception cref="InvalidOperationException">A packet still holds a chunk; nothing was released.</exception>
    public void Dispose()
    {
        if (_state == null)
        {
            return;
        }

        if (_state->AvailableCount != _state->ChunkCount)
        {
            throw new InvalidOperationException(
                $"{_state->ChunkCount - _state->AvailableCount} of {_state->ChunkCount} chunks are still held by packets; free those first.");
        }

        NativeMemory.AlignedFree(_state->Base);
        NativeMemory.Free(_state->Available);
        NativeMemory.Free(_state->Sharers);
        NativeMemory.AlignedFree(_state);
        _state = null;
    }

    private static void ThrowDisposed() => throw new ObjectDisposedException(nameof(FrameRegion));
}

/// <summary>The part of a region that packets reach without the managed object.</summary>
internal unsafe struct RegionState
{
    public byte* Base;

    /// <summary>A stack of the free chunks' numbers.</summary>
    public int* Available;

    /// <summary>For each chunk, how many packets hold it beside the first.</summary>
    public int* Sharers;

    public int AvailableCount;
    public int ChunkSize;
    public int ChunkCount;
    public int Headroom;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTake(out int chunk)
    {
        int count = AvailableCount;
        if (count == 0)
        {
            chunk = -1;
            return false;
        }

        AvailableCount = count - 1;
        chunk = Available[count - 1];
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Return(int chunk) => Available[AvailableCount++] = chunk;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly byte* Address(int chunk) => Base + ((long)chunk * ChunkSize);
}
