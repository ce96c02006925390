using System.Runtime.CompilerServices;

namespace Saker.Packets.AfXdp;

/// <summary>Entries of a ring that are there to be read. Disposing of it leaves them in the ring, unless they were released.</summary>
/// <typeparam name="T">An entry.</typeparam>
public readonly unsafe ref struct ConsumerBatch<T>
    where T : unmanaged
{
    private readonly RingConsumer<T> _ring;
    private readonly T* _entries;
    private readonly uint _first;
    private readonly uint _mask;

    internal ConsumerBatch(RingConsumer<T> ring, T* entries, uint first, uint mask, int length)
    {
        _ring = ring;
        _entries = entries;
        _first = first;
        _mask = mask;
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

            return ref _entries[(_first + (uint)index) & _mask];
        }
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
    public void Dispose() => _ring?.Leave(_first);
}
