using System.Runtime.CompilerServices;

namespace Saker.Packets.AfXdp;

/// <summary>Entries of a ring that are reserved to be written. Disposing of it gives them back, unless they were submitted.</summary>
/// <typeparam name="T">An entry.</typeparam>
public readonly unsafe ref struct ProducerBatch<T>
    where T : unmanaged
{
    // Four fields and no more: so many the compiler keeps in registers. And what is called by a finally clause is inlined, or else the batch would have to have an address.
    private readonly RingProducer<T> _ring;
    private readonly T* _entries;
    private readonly uint _first;

    internal ProducerBatch(RingProducer<T> ring, T* entries, uint first, int length)
    {
        _ring = ring;
        _entries = entries;
        _first = first;
        Length = length;
    }

    /// <summary>How many entries were reserved; 0: the ring is full.</summary>
    public int Length { get; internal init; }

    /// <summary>An entry. It holds what was there before, until it is written.</summary>
    public ref T this[int index]
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
    public Span<T> SpanFrom(int index)
    {
        if ((uint)index > (uint)Length)
        {
            RingFaults.ThrowOutside();
        }

        uint place = (_first + (uint)index) & _ring.Mask;
        return new Span<T>(_entries + place, (int)Math.Min((uint)(Length - index), _ring.Mask + 1 - place));
    }

    /// <summary>Hands all entries to the other side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Submit() => Submit(Length);

    /// <summary>Hands the first entries to the other side, and gives back the rest.</summary>
    /// <param name="count">How many were written; no more than were reserved.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Submit(int count)
    {
        if ((uint)count > (uint)Length)
        {
            RingFaults.ThrowOutside();
        }

        _ring.Submit(_first, count);
    }

    /// <summary>Gives back what was not submitted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Dispose() => _ring?.RollBack(_first);
}
