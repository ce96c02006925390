using System.Runtime.CompilerServices;

namespace Saker.Packets.AfXdp;

/// <summary>
/// The end of a ring at which entries are taken out. It belongs to one thread; the other end may be another thread's, another process's, or the kernel's.
/// </summary>
/// <typeparam name="T">An entry, as it lies in memory.</typeparam>
/// <remarks>
/// A copy of the producer's index serves until it shows too little. Entries are read after the index that covers them was (load-acquire), and given back after they were read
/// (store-release).
/// </remarks>
public unsafe class RingConsumer<T>
    where T : unmanaged
{
    private readonly uint* _producer;
    private readonly uint* _consumer;
    private readonly T* _entries;
    private readonly uint _capacity;
    private readonly uint _mask;
    private readonly bool _isWatched;
    private uint _next;
    private uint _produced;
    private uint _noted;
    private bool _isOpen;

    /// <summary>Makes the end of a ring. It goes on where the ring stands.</summary>
    /// <param name="memory">Where it lies.</param>
    public RingConsumer(RingMemory memory)
        : this(memory, isWatched: false)
    {
    }

    /// <summary>Makes the end of a ring, which is told of entries that are shown first if it watches them.</summary>
    private protected RingConsumer(RingMemory memory, bool isWatched)
    {
        _isWatched = isWatched;
        _producer = memory.Producer;
        _consumer = memory.Consumer;
        _entries = (T*)memory.Entries;
        _capacity = (uint)memory.Capacity;
        _mask = _capacity - 1;
        _next = Volatile.Read(ref *_consumer);
        _noted = _next;
        _produced = Volatile.Read(ref *_producer);
    }

    /// <summary>How many entries it has.</summary>
    public int Capacity => (int)_capacity;

    /// <summary>How many entries are there to be read, as seen now.</summary>
    public int Waiting
    {
        get
        {
            _produced = Volatile.Read(ref *_producer);
            return (int)WaitingOf(_produced);
        }
    }

    /// <summary>Shows the next entries, and leaves them in the ring until they are released.</summary>
    /// <param name="most">How many at most.</param>
    /// <exception cref="InvalidOperationException">A batch is open.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ConsumerBatch<T> Peek(int most)
    {
        if (_isOpen)
        {
            RingFaults.ThrowOpen();
        }

        uint waiting = WaitingOf(_produced);
        if (waiting < (uint)most)
        {
            _produced = Volatile.Read(ref *_producer);
            waiting = WaitingOf(_produced);
        }

        int length = most < 0 ? 0 : (int)Math.Min(waiting, (uint)most);
        _isOpen = true;
        if (_isWatched && (int)(_next + (uint)length - _noted) > 0)
        {
            Note(_noted, (int)(_next + (uint)length - _noted));
            _noted = _next + (uint)length;
        }

        return new ConsumerBatch<T>(this, _entries, _next, length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Release(uint first, int count)
    {
        if (!_isOpen || _next != first)
        {
            RingFaults.ThrowClosed();
        }

        _isOpen = false;
        if (count != 0)
        {
            _next = first + (uint)count;
            Volatile.Write(ref *_consumer, _next);
        }
    }

    /// <summary>Closes a batch, unless it was released.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Leave(uint first)
    {
        if (_next == first)
        {
            _isOpen = false;
        }
    }

    /// <summary>Entries were shown for the first time.</summary>
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

    /// <summary>How many wait. An index that the other side cannot have written counts as a full ring.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint WaitingOf(uint produced) => Math.Min(produced - _next, _capacity);
}
