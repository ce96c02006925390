using System.Runtime.CompilerServices;

namespace Saker.Packets;

/// <content>Chunks in the hand of whoever lets hardware, or the kernel, write to them.</content>
public sealed unsafe partial class FrameRegion
{
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
}
