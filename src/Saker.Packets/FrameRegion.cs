using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Saker.Packets;

/// <summary>
/// Memory for frames: one unmanaged allocation cut into chunks of equal size, or memory that somebody else has mapped and shares with hardware
/// or the kernel (<c>Over</c>). A chunk holds one frame, or a part of a long one, behind a headroom that leaves place to put headers in front.
/// </summary>
/// <remarks>
/// <para>
/// Chunks are taken one by one, or two lie in a page that a driver takes whole and gives away by halves (<see cref="FramePage"/>): a page is free again when
/// nobody holds a part of it.
/// </para>
/// <para>
/// A region belongs to one CPU: only its worker takes chunks. The most recently returned chunk is handed out first, since its bytes are the likeliest to
/// be in the cache. A packet that went over to another CPU (<see cref="PacketPool.TryTakeOver"/>) sends its chunk home by a ring of that CPU's, as large as
/// the region, so that it cannot refuse; the owner takes it back by <see cref="CollectReturned"/>. The region must outlive every packet in it.
/// </para>
/// </remarks>
public sealed unsafe partial class FrameRegion : IDisposable
{
    /// <summary>Bytes left free in front of a frame, as XDP wants them (<c>XDP_PACKET_HEADROOM</c>).</summary>
    public const int DefaultHeadroom = 256;

    /// <summary>The usual chunk: half a page.</summary>
    public const int DefaultChunkSize = 2048;

    /// <summary>The largest chunk: an offset in it fits 16 bits, that of its end too.</summary>
    public const int MaximumChunkSize = 32768;

    /// <summary>
    /// Between chunks one line is left out, so that the frames' headers spread over all sets of a cache; at a stride of a power of two they would share a few.
    /// </summary>
    private const int CacheLine = 64;

    private RegionState* _state;

    /// <summary>Allocates a region.</summary>
    /// <param name="chunkCount">How many chunks; at least one.</param>
    /// <param name="chunkSize">Bytes in a chunk, headroom included: a power of two from 256 to <see cref="MaximumChunkSize"/>.</param>
    /// <param name="headroom">Bytes kept free in front of a received frame; less than the chunk.</param>
    /// <param name="chunksPerPage">One, or two: then chunks are counted by pages, and their number is even.</param>
    /// <param name="faults">Which allocations fail although there is memory; null: none. For tests.</param>
    /// <param name="owner">The number of the CPU that it belongs to.</param>
    /// <param name="cpuCount">How many CPUs its packets may come to.</param>
    public FrameRegion(
        int chunkCount,
        int chunkSize = DefaultChunkSize,
        int headroom = DefaultHeadroom,
        int chunksPerPage = 1,
        AllocationFaults? faults = null,
        int owner = 0,
        int cpuCount = 1)
        : this(null, CacheLine, chunkCount, chunkSize, headroom, chunksPerPage, faults, owner, cpuCount)
    {
    }

    private FrameRegion(
        byte* given, int gap, int chunkCount, int chunkSize, int headroom, int chunksPerPage, AllocationFaults? faults, int owner, int cpuCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(chunkCount, 1);
        if (chunkSize is < 256 or > MaximumChunkSize || !System.Numerics.BitOperations.IsPow2(chunkSize))
        {
            throw new ArgumentOutOfRangeException(nameof(chunkSize), chunkSize, $"A chunk is a power of two from 256 to {MaximumChunkSize} bytes.");
        }

        ArgumentOutOfRangeException.ThrowIfNegative(headroom);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(headroom, chunkSize);
        ArgumentOutOfRangeException.ThrowIfNegative(owner);
        ArgumentOutOfRangeException.ThrowIfLessThan(cpuCount, owner + 1);

        if (chunksPerPage is not (1 or 2) || chunkCount % chunksPerPage != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(chunksPerPage), chunksPerPage, "A page has one chunk or two, and a region has whole pages.");
        }

        int pageCount = chunkCount / chunksPerPage;
        _state = (RegionState*)NativeMemory.AlignedAlloc((nuint)sizeof(RegionState), 64);
        *_state = new RegionState
        {
            Base = given != null ? given : (byte*)NativeMemory.AlignedAlloc((nuint)chunkCount * (nuint)(chunkSize + gap), 4096),
            OwnsMemory = given == null,
            Available = (int*)NativeMemory.Alloc((nuint)pageCount, sizeof(int)),
            Sharers = (int*)NativeMemory.AllocZeroed((nuint)chunkCount, sizeof(int)),
            PageReferences = chunksPerPage == 1 ? null : (int*)NativeMemory.AllocZeroed((nuint)pageCount, sizeof(int)),
            ChunkSize = chunkSize,
            Stride = chunkSize + gap,
            ChunkCount = chunkCount,
            Headroom = headroom,
            Size = ((long)chunkCount * (chunkSize + gap)) - gap,
            AvailableCount = pageCount,
            PageCount = pageCount,
            Faults = FaultState.Of(faults),
            Owner = owner,
            HomeCount = cpuCount,
            Homes = HomeRing.Allocate(cpuCount, owner, chunkCount),
        };
        for (int i = 0; i < pageCount; i++)
        {
            _state->Available[i] = pageCount - 1 - i;
        }
    }

    /// <summary>
    /// Makes a region over memory that is the caller's, such as the UMEM of an AF_XDP socket: chunk after chunk, without a gap. All chunks are free at first; who
    /// owns the memory gives it back after the region.
    /// </summary>
    /// <param name="memory">Where the first chunk begins; a multiple of 64.</param>
    /// <param name="chunkCount">How many chunks; at least one.</param>
    /// <param name="chunkSize">Bytes in a chunk, headroom included: a power of two from 256 to <see cref="MaximumChunkSize"/>.</param>
    /// <param name="headroom">Bytes kept free in front of a frame that is put there by this process; less than the chunk.</param>
    /// <param name="owner">The number of the CPU that it belongs to.</param>
    /// <param name="cpuCount">How many CPUs its packets may come to.</param>
    public static FrameRegion Over(
        nint memory, int chunkCount, int chunkSize, int headroom = DefaultHeadroom, int owner = 0, int cpuCount = 1)
    {
        if (memory == 0 || memory % CacheLine != 0)
        {
            throw new ArgumentException("The memory begins at a multiple of 64, and not at 0.", nameof(memory));
        }

        return new FrameRegion((byte*)memory, 0, chunkCount, chunkSize, headroom, 1, null, owner, cpuCount);
    }

    /// <summary>Bytes in a chunk, headroom included.</summary>
    public int ChunkSize => State->ChunkSize;

    /// <summary>How many chunks there are.</summary>
    public int ChunkCount => State->ChunkCount;

    /// <summary>
    /// How many chunks are free: of pages of two, those of pages of which nobody holds a part. What other CPUs have sent home counts once it is collected.
    /// </summary>
    public int AvailableCount => State->AvailableCount * ChunksPerPage;

    /// <summary>The number of the CPU that it belongs to.</summary>
    public int Owner => State->Owner;

    /// <summary>How many chunks share a page: one or two.</summary>
    public int ChunksPerPage => State->PageReferences == null ? 1 : 2;

    /// <summary>Bytes of a frame that fit behind the headroom of one chunk.</summary>
    public int FrameCapacity => State->ChunkSize - State->Headroom;

    /// <summary>Bytes kept free in front of a frame in its chunk.</summary>
    public int Headroom => State->Headroom;

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

    /// <summary>
    /// Makes another CPU the owner. The former one calls this, and takes no chunk any more; what it still holds it sends home like any other CPU. The new one begins
    /// after it has heard of that by an operation that orders memory.
    /// </summary>
    public void MoveTo(int cpu)
    {
        RegionState* state = State;
        ArgumentOutOfRangeException.ThrowIfNegative(cpu);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(cpu, state->HomeCount);
        state->Homes[state->Owner].Provide(state->ChunkCount);
        state->CollectReturned();
        state->Owner = cpu;
    }

    /// <summary>Takes back the chunks that other CPUs have sent home. For the owner, once a softirq run.</summary>
    public void CollectReturned() => State->CollectReturned();

    /// <summary>Gives the memory back. Every packet in the region must have been freed.</summary>
    /// <exception cref="InvalidOperationException">A packet still holds a chunk; nothing was released.</exception>
    public void Dispose()
    {
        if (_state == null)
        {
            return;
        }

        _state->CollectReturned();
        if (_state->AvailableCount != _state->PageCount)
        {
            throw new InvalidOperationException(
                $"{ChunkCount - AvailableCount} of {ChunkCount} chunks are still held by packets or a driver; free those first.");
        }

        if (_state->OwnsMemory)
        {
            NativeMemory.AlignedFree(_state->Base);
        }

        NativeMemory.Free(_state->Available);
        NativeMemory.Free(_state->Sharers);
        HomeRing.Free(_state->Homes, _state->HomeCount);
        NativeMemory.Free(_state->PageReferences);
        NativeMemory.AlignedFree(_state);
        _state = null;
    }

    private static void ThrowDisposed() => throw new ObjectDisposedException(nameof(FrameRegion));
}
