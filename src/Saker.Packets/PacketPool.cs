using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Saker.Packets;

/// <summary>
/// The metadata of one CPU's packets: a fixed number of entries, the last freed handed out first.
/// </summary>
/// <remarks>
/// A pool belongs to one CPU, like a region: only its worker allocates from it, and a packet is freed there. Packets of one pool may lie in several
/// regions, also in those of other CPUs whose packets were taken over. The pool must outlive its packets.
/// </remarks>
public sealed unsafe partial class PacketPool : IDisposable
{
    private PoolState* _state;

    /// <summary>Allocates a pool.</summary>
    /// <param name="capacity">How many packets (and fragments of packets) can exist at once; at least one.</param>
    /// <param name="faults">Which allocations fail although there are entries; null: none. For tests.</param>
    /// <param name="region">
    /// The region of the same CPU: where bytes go that a packet of this pool must have copied. Null: to the region where they are.
    /// </param>
    public PacketPool(int capacity, AllocationFaults? faults = null, FrameRegion? region = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _state = (PoolState*)NativeMemory.AlignedAlloc((nuint)sizeof(PoolState), 64);
        PacketMetadata* entries = (PacketMetadata*)NativeMemory.AlignedAlloc((nuint)capacity * PacketMetadata.Size, 64);
        NativeMemory.Clear(entries, (nuint)capacity * PacketMetadata.Size);
        *_state = new PoolState
        {
            Entries = entries,
            Capacity = capacity,
            AvailableCount = capacity,
            Faults = FaultState.Of(faults),
            Region = region is null ? null : region.State,
            Owner = region?.Owner ?? 0,
        };
        for (int i = capacity - 1; i >= 0; i--)
        {
            PacketMetadata* entry = entries + i;
            entry->Pool = _state;
            entry->Flags = PacketFlags.Free;
            entry->Next = _state->Free;
            _state->Free = entry;
        }
    }

    /// <summary>How many entries there are.</summary>
    public int Capacity => State->Capacity;

    /// <summary>How many entries are free.</summary>
    public int AvailableCount => State->AvailableCount;

    /// <summary>How many entries are in use: zero once every packet has been freed.</summary>
    public int OutstandingCount => State->Capacity - State->AvailableCount;

    private PoolState* State
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

    /// <summary>Takes an entry and a chunk for an empty packet: data and tail stand behind the region's headroom.</summary>
    /// <param name="region">Where the bytes will lie.</param>
    /// <param name="packet">The packet, owned by the caller from now on.</param>
    /// <returns>False if the pool or the region is empty; nothing was taken then.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryAllocate(FrameRegion region, out PacketBuffer packet)
    {
        RegionState* memory = region.State;
        PoolState* pool = State;
        PacketMetadata* entry = pool->Next();
        if (entry == null || !memory->TryTake(out int chunk))
        {
            packet = default;
            return false;
        }

        pool->Take(entry);
        entry->Region = memory;
        entry->Chunk = chunk;
        byte* head = memory->Address(chunk);
        entry->Head = head;
        entry->Data = head + memory->Headroom;
        entry->End = memory->ChunkSize;
        packet = new PacketBuffer(entry);
        return true;
    }

    /// <summary>Makes a packet around the filled half of a page, without a copy (<c>napi_build_skb</c>), and gives it one of the holder's references.</summary>
    /// <param name="region">Where the page lies.</param>
    /// <param name="page">The page.</param>
    /// <param name="offset">Where in the half the packet's data begins.</param>
    /// <param name="length">Bytes of it.</param>
    /// <param name="packet">The packet, owned by the caller from now on.</param>
    /// <returns>False if the pool is empty; nothing was given away then.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The bytes do not lie in a chunk of the region.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryBuild(FrameRegion region, ref FramePage page, int offset, int length, out PacketBuffer packet) =>
        TryBuild(region, ref page, offset, length, 0, out packet, out _);

    /// <summary>
    /// Makes a packet around the filled half of a page, as <see cref="TryBuild(FrameRegion, ref FramePage, int, int, out PacketBuffer)"/> does, whose data begins behind the link
    /// header.
    /// </summary>
    /// <param name="region">Where the page lies.</param>
    /// <param name="page">The page.</param>
    /// <param name="offset">Where in the half the frame begins.</param>
    /// <param name="length">Bytes of it.</param>
    /// <param name="linkLength">How many of these are the link header: it is marked, and pulled.</param>
    /// <param name="packet">The packet, owned by the caller from now on.</param>
    /// <param name="frame">The frame's bytes, link header and all: valid as long as the packet's.</param>
    /// <returns>False if the pool is empty; nothing was given away then.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The bytes do not lie in a chunk of the region, or the link header is longer than the frame.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryBuild(
        FrameRegion region, ref FramePage page, int offset, int length, int linkLength, out PacketBuffer packet, out ReadOnlySpan<byte> frame)
    {
        bool isBuilt = TryBuild(region, page.Chunk, offset, length, linkLength, out packet, out frame);
        page.Bias -= isBuilt ? 1 : 0;
        return isBuilt;
    }

    /// <summary>
    /// Makes a packet around a filled chunk that was taken (<see cref="FrameRegion.TryTakeChunk"/>), without a copy. The chunk is the packet's from now on, and goes back to the
    /// region with it.
    /// </summary>
    /// <param name="region">Where the chunk lies.</param>
    /// <param name="chunk">The chunk.</param>
    /// <param name="offset">Where in it the frame begins.</param>
    /// <param name="length">Bytes of it.</param>
    /// <param name="linkLength">How many of these are the link header: it is marked, and pulled.</param>
    /// <param name="packet">The packet, owned by the caller from now on.</param>
    /// <param name="frame">The frame's bytes, link header and all: valid as long as the packet's.</param>
    /// <returns>False if the pool is empty; the chunk is still the caller's.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The bytes do not lie in a chunk of the region, or the link header is longer than the frame.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryBuild(FrameRegion region, int chunk, int offset, int length, int linkLength, out PacketBuffer packet, out ReadOnlySpan<byte> frame)
    {
        RegionState* memory = region.State;
        if ((uint)chunk >= (uint)memory->ChunkCount || (uint)offset > (uint)memory->ChunkSize || (uint)length > (uint)(memory->ChunkSize - offset)
            || (uint)linkLength > (uint)length)
        {
            FrameRegion.ThrowOutside();
        }

        PoolState* pool = State;
        PacketMetadata* entry = pool->Next();
        if (entry == null)
        {
            packet = default;
            frame = default;
            return false;
        }

        pool->Take(entry);
        entry->Region = memory;
        entry->Chunk = chunk;
        byte* head = memory->Address(chunk);
        entry->Head = head;
        entry->Data = head + offset + linkLength;
        entry->Length = length - linkLength;
        entry->End = memory->ChunkSize;
        entry->LinkOffset = (ushort)offset;
        entry->LinkLength = (ushort)linkLength;
        packet = new PacketBuffer(entry);
        frame = new ReadOnlySpan<byte>(head + offset, length);
        return true;
    }

    /// <summary>Allocates a packet for a whole frame and copies the frame in, over as many chunks as it needs.</summary>
    /// <returns>False if the pool or the region has not enough; nothing was taken then.</returns>
    public bool TryAllocate(FrameRegion region, ReadOnlySpan<byte> frame, out PacketBuffer packet)
    {
        if (!TryAllocate(region, out packet))
        {
            return false;
        }

        int first = Math.Min(frame.Length, packet.Tailroom);
        frame[..first].CopyTo(packet.Put(first));
        frame = frame[first..];
        while (!frame.IsEmpty)
        {
            if (!TryAllocate(region, out PacketBuffer fragment))
            {
                packet.Free();
                packet = default;
                return false;
            }

            int part = Math.Min(frame.Length, fragment.Tailroom);
            frame[..part].CopyTo(fragment.Put(part));
            frame = frame[part..];
            packet.AppendFragment(fragment);
        }

        return true;
    }

    /// <summary>Gives the memory back. Every packet must have been freed.</summary>
    /// <exception cref="InvalidOperationException">A packet is still in use; nothing was released.</exception>
    public void Dispose()
    {
        if (_state == null)
        {
            return;
        }

        if (OutstandingCount != 0)
        {
            throw new InvalidOperationException($"{OutstandingCount} of {Capacity} packets have not been freed; free those first.");
        }

        NativeMemory.AlignedFree(_state->Entries);
        NativeMemory.AlignedFree(_state);
        _state = null;
    }

    private static void ThrowDisposed() => throw new ObjectDisposedException(nameof(PacketPool));
}

/// <summary>The part of a pool that packets reach without the managed object.</summary>
internal unsafe struct PoolState
{
    public PacketMetadata* Free;
    public PacketMetadata* Entries;
    public int AvailableCount;
    public int Capacity;
    public FaultState Faults;

    /// <summary>The CPU whose it is.</summary>
    public int Owner;

    /// <summary>That CPU's region; null: none was said.</summary>
    public RegionState* Region;

    /// <summary>The first free entry, which <see cref="Take"/> takes; null if there is none, or it is to fail.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PacketMetadata* Next() => Faults.IsActive && Faults.Next() ? null : Free;

    /// <summary>Takes <paramref name="entry"/>, the first free one, and clears it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Take(PacketMetadata* entry)
    {
        PoolState* pool = entry->Pool;
        uint generation = entry->Generation;
        Free = entry->Next;
        AvailableCount--;
        *entry = default;
        entry->Pool = pool;
        entry->Generation = generation;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Return(PacketMetadata* entry)
    {
        entry->Generation++;
        entry->Flags = PacketFlags.Free;
        entry->Next = Free;
        Free = entry;
        AvailableCount++;
    }
}
