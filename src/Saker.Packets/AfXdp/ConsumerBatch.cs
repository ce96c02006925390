using System.Runtime.CompilerServices;

namespace Saker.Packets.AfXdp;

/// <summary>Entries of a ring that are there to be read. Disposing of it leaves them in the ring, unless they were released.</summary>
/// <typeparam name="T">An entry.</typeparam>
public readonly unsafe ref struct ConsumerBatch<T>
    where T : unmanaged
{
    // Four fields and no more: so many the compiler keeps in registers. And what is called by a finally clause is inlined, or else the batch would have to have an address.
    private readonly RingConsumer<T> _ring;
    private readonly T* _entries;
    private readonly uint _first;

    internal ConsumerBatch(RingConsumer<T> ring, T* entries, uint first, int length)
    {
        _ring = ring;
        _entries = entries;
        _first = first;
        Length = length;
    }

    /// <summary>How many entries are there; 0: the ring is empty.</summary>
    public int Length { get; }

    /// <summary>An entry.</summary>
    public ref readonly T this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            if ((uint)index >= (uint)Length)
            {
                RingFaults.ThrowOutside();
            }

            return ref _entries[(_first + (uint)index) & _ring.Mask];
        }
    }

    /// <summary>
    /// Entries that lie side by side, from one on: all that follow, or those up to the end of the ring, behind which the next begin. For loops to which every nanosecond counts.
    /// </summary>
    /// <param name="index">The first one; <see cref="Length"/>: none.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<T> SpanFrom(int index)
    {
        if ((uint)index > (uint)Length)
        {
            RingFaults.ThrowOutside();
        }

        uint place = (_first + (uint)index) & _ring.Mask;
        return new ReadOnlySpan<T>(_entries + place, (int)Math.Min((uint)(Length - index), _ring.Mask + 1 - place));
    }

    /// <summary>Gives all entries back to the other side, which may write them anew.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Release() => Release(Length);

    /// <summary>Gives back the first entries, and leaves the rest in the ring.</summary>
    /// <param name="count">How many were read; no more than are there.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Release(int count)
    {
        if ((uint)count > (uint)Length)
        {
            RingFaults.ThrowOutside();
        }

        _ring.Release(_first, count);
    }

    /// <summary>Leaves in the ring what was not released.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Dispose() => _ring?.Leave(_first);
}
