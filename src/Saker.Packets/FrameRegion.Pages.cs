using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Saker.Packets;

/// <content>Pages of two halves in a driver's hand.</content>
public sealed unsafe partial class FrameRegion
{
    /// <summary>References that a holder takes at once.</summary>
    private const int WholeBias = ushort.MaxValue;

    /// <summary>Takes a page of two halves (<c>dev_alloc_pages</c>), with its first half to be filled first.</summary>
    /// <returns>False if no page is free.</returns>
    /// <exception cref="InvalidOperationException">The region's chunks are pages of their own.</exception>
    public bool TryTakePage(out FramePage page)
    {
        RegionState* state = State;
        page = default;
        if (state->PageReferences == null)
        {
            throw new InvalidOperationException("The region has no pages of two chunks; make it with chunksPerPage: 2.");
        }

        if (!state->TryTakePage(out int number))
        {
            return false;
        }

        state->PageReferences[number] = WholeBias;
        page.Chunk = number * 2;
        page.Bias = WholeBias;
        return true;
    }

    /// <summary>
    /// After a half was given away: turns to the other half if it is free, else gives the page up, which is free once its packets are
    /// (<c>i40e_can_reuse_rx_page</c>).
    /// </summary>
    /// <returns>False if the page was given up; it is empty then.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReuse(ref FramePage page)
    {
        int* references = State->PageReferences + (page.Chunk >> 1);
        if (*references - page.Bias > 1)
        {
            Release(ref page);
            return false;
        }

        if (page.Bias == 1)
        {
            *references += WholeBias - 1;
            page.Bias = WholeBias;
        }

        page.Chunk ^= 1;
        return true;
    }

    /// <summary>Gives a page up: what is held of it goes back (<c>__page_frag_cache_drain</c>). It is empty then.</summary>
    public void Release(ref FramePage page)
    {
        if (page.IsEmpty)
        {
            return;
        }

        RegionState* state = State;
        int number = page.Chunk >> 1;
        state->PageReferences[number] -= page.Bias;
        if (state->PageReferences[number] == 0)
        {
            state->Available[state->AvailableCount++] = number;
        }

        page = default;
    }

    /// <summary>Where chunks are, as a card knows it.</summary>
    public FrameAddresses Addresses => new(State->Stride);

    /// <summary>
    /// Writes bytes to an address, as a card does by direct memory access. Whoever calls this has been given the chunk to fill; nobody reads it meanwhile.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The bytes do not lie in the region.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Fill(long address, ReadOnlySpan<byte> bytes)
    {
        RegionState* state = State;
        if ((ulong)address > (ulong)state->Size || bytes.Length > state->Size - address)
        {
            ThrowOutside();
        }

        Copy(bytes, state->Base + address);
    }

    /// <summary>Frames of one or two cache lines, most of all frames, are worth no call: two moves, which overlap where they must.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy(ReadOnlySpan<byte> bytes, byte* target)
    {
        int length = bytes.Length;
        if (length is < 32 or > 128)
        {
            bytes.CopyTo(new Span<byte>(target, length));
            return;
        }

        ref byte source = ref MemoryMarshal.GetReference(bytes);
        if (length <= 64)
        {
            Vector256<byte> front = Vector256.LoadUnsafe(ref source);
            Vector256<byte> back = Vector256.LoadUnsafe(ref source, (nuint)length - 32);
            front.Store(target);
            back.Store(target + length - 32);
        }
        else
        {
            Vector512<byte> front = Vector512.LoadUnsafe(ref source);
            Vector512<byte> back = Vector512.LoadUnsafe(ref source, (nuint)length - 64);
            front.Store(target);
            back.Store(target + length - 64);
        }
    }

    /// <summary>The bytes of a chunk that the caller holds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The region has no such chunk, or it is shorter.</exception>
    public Span<byte> BytesOf(int chunk, int offset, int length)
    {
        RegionState* state = State;
        if ((uint)chunk >= (uint)state->ChunkCount || (uint)offset > (uint)state->ChunkSize || (uint)length > (uint)(state->ChunkSize - offset))
        {
            ThrowOutside();
        }

        return new Span<byte>(state->Address(chunk) + offset, length);
    }

    internal static void ThrowOutside() => throw new ArgumentOutOfRangeException(paramName: null, "The bytes lie outside of the region's chunk.");
}
