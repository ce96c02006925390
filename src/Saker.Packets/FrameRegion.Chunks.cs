using System.Runtime.CompilerServices;
using Saker.Packets.AfXdp;

namespace Saker.Packets;

/// <content>Chunks in the hand of whoever lets hardware, or the kernel, write to them.</content>
public sealed unsafe partial class FrameRegion
{
    /// <summary>
    /// Makes a region over a part of a UMEM whose chunks are aligned. From then on the region says which of them are free, and no <see cref="FrameAllocator"/> may have them.
    /// </summary>
    /// <param name="memory">The UMEM, which outlives the region.</param>
    /// <param name="firstChunk">The first chunk.</param>
    /// <param name="chunkCount">How many chunks.</param>
    /// <param name="owner">The number of the CPU that it belongs to.</param>
    /// <param name="cpuCount">How many CPUs its packets may come to.</param>
    /// <exception cref="ArgumentException">The chunks are not aligned, or not all in the UMEM.</exception>
    public static FrameRegion Over(UmemMemory memory, int firstChunk, int chunkCount, int owner = 0, int cpuCount = 1)
    {
        ArgumentNullException.ThrowIfNull(memory);
        UmemLayout layout = memory.Layout;
        if (layout.IsUnaligned || firstChunk < 0 || chunkCount < 1 || chunkCount > layout.ChunkCount - firstChunk)
        {
            throw new ArgumentException("A region takes aligned chunks that are in the UMEM.", nameof(memory));
        }

        return Over((nint)memory.Start + ((nint)firstChunk * layout.ChunkSize), chunkCount, layout.ChunkSize, layout.ReceiveOffset, owner, cpuCount);
    }

    /// <summary>Takes a chunk to be filled. For the owner.</summary>
    /// <returns>False if none is free.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTakeChunk(out int chunk) => State->TryTake(out chunk);

    /// <summary>Gives a chunk back that was taken, and that no packet was made of. For the owner.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The region has no such chunk.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void ReturnChunk(int chunk)
    {
        RegionState* state = State;
        if ((uint)chunk >= (uint)state->ChunkCount)
        {
            ThrowOutside();
        }

        state->Return(chunk);
    }

    /// <summary>Where a byte of a chunk is in this process: for system calls that write there.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The region has no such chunk, or it is shorter.</exception>
    public nint AddressOf(int chunk, int offset)
    {
        RegionState* state = State;
        if ((uint)chunk >= (uint)state->ChunkCount || (uint)offset > (uint)state->ChunkSize)
        {
            ThrowOutside();
        }

        return (nint)(state->Address(chunk) + offset);
    }

    /// <summary>Whether an address lies in this region, and where.</summary>
    /// <param name="address">An address of this process.</param>
    /// <param name="offset">Bytes from the region's first.</param>
    public bool Contains(nint address, out long offset)
    {
        RegionState* state = State;
        offset = address - (nint)state->Base;
        return offset >= 0 && offset < state->Size;
    }

    /// <summary>Finds a packet that lies in one chunk of this region, which is nobody else's: as it is, hardware or the kernel may send it from there.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="chunk">Its chunk.</param>
    /// <param name="offset">Where in the chunk it begins.</param>
    /// <returns>False if it lies elsewhere or in several places, or shares its bytes.</returns>
    public bool TryLocate(PacketBuffer packet, out int chunk, out int offset)
    {
        PacketMetadata* metadata = packet.Metadata;
        if (metadata->Region != State || metadata->FirstFragment != null || packet.IsShared)
        {
            (chunk, offset) = (-1, 0);
            return false;
        }

        chunk = metadata->Chunk;
        offset = (int)(metadata->Data - State->Address(chunk));
        return true;
    }
}
