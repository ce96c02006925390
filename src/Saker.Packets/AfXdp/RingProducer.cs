using System.Runtime.CompilerServices;

namespace Saker.Packets.AfXdp;

/// <summary>
/// The end of a ring at which entries are put in. It belongs to one thread; the other end may be another thread's, another process's, or the kernel's.
/// </summary>
/// <typeparam name="T">An entry, as it lies in memory.</typeparam>
/// <remarks>
/// What the other side writes is read rarely, since that is what costs: a copy of the consumer's index serves until it shows no room. Entries become visible before the index
/// that covers them does (store-release), and room is used only after it was seen (load-acquire).
/// </remarks>
public unsafe class RingProducer<T>
    where T : unmanaged
{
    private const uint NeedWakeup = 1;

    private readonly uint* _producer;
    private readonly uint* _consumer;
    private readonly uint* _flags;
    private readonly T* _entries;
    private readonly uint _capacity;
    private readonly uint _mask;
    private readonly bool _isWatched;
    private uint _next;
    private uint _consumed;
    private bool _isReserved;

    /// <summary>Makes the end of a ring. It goes on where the ring stands.</summary>
    /// <param name="memory">Where it lies.</param>
    public RingProducer(RingMemory memory)
        : this(memory, isWatched: false)
    {
    }

    /// <summary>Makes the end of a ring, which is told of entries that go over if it watches them.</summary>
    private protected RingProducer(RingMemory memory, bool isWatched)
    {
        _isWatched = isWatched;
        _producer = memory.Producer;
        _consumer = memory.Consumer;
        _flags = memory.Flags;
        _entries = (T*)memory.Entries;
        _capacity = (uint)memory.Capacity;
        _mask = _capacity - 1;
        _next = Volatile.Read(ref *_producer);
        _consumed = Volatile.Read(ref *_consumer);
    }

    /// <summary>How many entries it has.</summary>
    public int Capacity => (int)_capacity;

    /// <summary>How many entries are free, as seen now.</summary>
    public int Free
    {
        get
        {
            _consumed = Volatile.Read(ref *_consumer);
            return (int)FreeOf(_consumed);
        }
    }

    /// <summary>How many entries were put in that the other side has not taken, as seen now.</summary>
    public int Waiting => Capacity - Free;

    /// <summary>Whether the other side sleeps until it is woken (<c>XDP_RING_NEED_WAKEUP</c>). To be looked at after entries were submitted.</summary>
    public bool NeedsWakeup
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (Volatile.Read(ref *_flags) & NeedWakeup) != 0;
    }

    /// <summary>Reserves entries to be written: so many, or as many as are free.</summary>
    /// <param name="most">How many at most.</param>
    /// <returns>The entries. Nothing is seen of them until they are submitted; disposing of them without that gives them back.</returns>
    /// <exception cref="InvalidOperationException">A reservation is open.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ProducerBatch<T> Reserve(int most)
    {
        if (_isReserved)
        {
            RingFaults.ThrowOpen();
        }

        uint free = FreeOf(_consumed);
        if (free < (uint)most)
        {
            _consumed = Volatile.Read(ref *_consumer);
            free = FreeOf(_consumed);
        }

        _isReserved = true;
        return new ProducerBatch<T>(this, _entries, _next, most < 0 ? 0 : (int)Math.Min(free, (uint)most));
    }

    /// <summary>Reserves so many entries, or none.</summary>
    /// <returns>The entries; their length is 0 if there was not room for all.</returns>
    /// <exception cref="InvalidOperationException">A reservation is open.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ProducerBatch<T> ReserveAll(int count)
    {
        ProducerBatch<T> batch = Reserve(count);
        return batch.Length == count ? batch : batch with { Length = 0 };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Submit(uint first, int count)
    {
        if (!_isReserved || _next != first)
        {
            RingFaults.ThrowClosed();
        }

        _isReserved = false;
        if (count != 0)
        {
            if (_isWatched)
            {
                Note(first, count);
            }

            _next = first + (uint)count;
            Volatile.Write(ref *_producer, _next);
        }
    }

    /// <summary>Gives a reservation up, unless it was submitted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void RollBack(uint first)
    {
        if (_next == first)
        {
            _isReserved = false;
        }
    }

    /// <summary>Entries are about to go over to the other side.</summary>
    private protected virtual void Note(uint first, int count)
    {
    }

    /// <summary>What of an index says where the entry is.</summary>
    internal uint Mask
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _mask;
    }

    private protected ref readonly T EntryAt(uint index) => ref _entries[index & _mask];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint FreeOf(uint consumed) => Math.Min(_capacity, _capacity - (_next - consumed));
}
