using System.Runtime.InteropServices;
using Saker.Packets;

namespace Saker.Stack.Softirq;

/// <summary>
/// What waits for a CPU: <c>input_pkt_queue</c>, which every CPU adds to, and <c>process_queue</c>, what the poll has taken of it. From each other CPU packets
/// come by a ring (<see cref="HandoffRing"/>), from the CPU itself by a list; no lock.
/// </summary>
/// <remarks>Packets from one CPU keep their order. Where several bring some, the poll takes the shares one after the other.</remarks>
internal sealed class BacklogQueue : CpuInterrupt
{
    private readonly Cpu _cpu;
    private readonly Lane?[] _lanes;
    private PacketList _input;
    private PacketList _process;
    private long _inputCount;
    private int _isScheduled;
    private int _source;

    /// <param name="cpu">The CPU that polls it.</param>
    /// <param name="cpuCount">How many CPUs there are.</param>
    public BacklogQueue(Cpu cpu, int cpuCount)
    {
        _cpu = cpu;
        _lanes = new Lane?[cpuCount];
        cpu.Softnet.Attach(this);
    }

    /// <summary>Polls this queue.</summary>
    public NapiContext? Poller { get; set; }

    /// <summary>Its CPU.</summary>
    public Cpu Cpu => _cpu;

    /// <summary>Packets added that the poll has not taken over; exact on the CPU's own behalf, for others as of a moment ago.</summary>
    public long InputLength
    {
        get
        {
            long length = Volatile.Read(ref _inputCount);
            foreach (Lane? lane in _lanes)
            {
                length += lane?.InputLength ?? 0;
            }

            return length;
        }
    }

    /// <summary>Packets that are the poll's.</summary>
    public long ProcessLength
    {
        get
        {
            long length = _process.Count;
            foreach (Lane? lane in _lanes)
            {
                length += lane?.ProcessLength ?? 0;
            }

            return length;
        }
    }

    /// <summary>Packets that found no room.</summary>
    public long Refused
    {
        get
        {
            long refused = Volatile.Read(ref _refusedHere);
            foreach (Lane? lane in _lanes)
            {
                refused += lane?.Refused ?? 0;
            }

            return refused;
        }
    }

    private long _refusedHere;

    /// <summary>Makes the rings by which other CPUs bring packets. By the control thread, before any does.</summary>
    public void Provide(int maximumBacklog)
    {
        // What the poll has taken, and what has come since, each up to the limit and one.
        int capacity = (int)Math.Min(2L * (Math.Max(maximumBacklog, 0) + 2L), 1 << 22);
        for (int i = 0; i < _lanes.Length; i++)
        {
            if (i != _cpu.Index && _lanes[i] is null)
            {
                Volatile.Write(ref _lanes[i], new Lane(capacity));
            }
        }
    }

    /// <summary>Adds a packet. For any CPU, which has made sure of room and of the packet being its alone.</summary>
    /// <returns>False if the ring has no place after all; the packet remains the caller's.</returns>
    public bool TryAdd(Cpu source, PacketBuffer packet)
    {
        if (ReferenceEquals(source, _cpu))
        {
            _input.Add(packet);
            Volatile.Write(ref _inputCount, _inputCount + 1);
            return true;
        }

        return _lanes[source.Index] is { } lane && lane.TryAdd(packet);
    }

    /// <summary>Counts a packet that found no room. For any CPU.</summary>
    public void CountRefused(Cpu source)
    {
        if (ReferenceEquals(source, _cpu) || _lanes[source.Index] is not { } lane)
        {
            _refusedHere++;
        }
        else
        {
            lane.Refused++;
        }
    }

    /// <summary>Frees what is left of packets that the CPU has taken over. For the source.</summary>
    public void Reclaim(Cpu source) => _lanes[source.Index]?.Reclaim();

    /// <summary>Whether the caller is the one who must see to the queue's being polled. Behind a full fence if it brought packets. For any CPU.</summary>
    public bool TrySchedule() => Volatile.Read(ref _isScheduled) == 0 && Interlocked.Exchange(ref _isScheduled, 1) == 0;

    /// <summary>Takes all that has come over to the poll. For the CPU.</summary>
    /// <returns>False if there was nothing.</returns>
    public bool TrySplice()
    {
        bool hasAny = !_input.IsEmpty;
        _process.Append(ref _input);
        Volatile.Write(ref _inputCount, 0);
        foreach (Lane? lane in _lanes)
        {
            hasAny |= lane is not null && lane.Splice();
        }

        return hasAny;
    }

    /// <summary>Nothing waits: the next packet must be told of. For the CPU.</summary>
    /// <returns>False if one came at this moment, so that the poll goes on.</returns>
    public bool TryFinish()
    {
        if (_lanes.Length == 1)
        {
            _isScheduled = 0;
            return true;
        }

        Interlocked.Exchange(ref _isScheduled, 0);
        return InputLength == 0 || !TrySchedule();
    }

    /// <summary>Takes the next packet that is the poll's. For the CPU.</summary>
    /// <param name="packet">The packet; it is another CPU's as long as <paramref name="source"/> is not negative, and must be taken over and marked done.</param>
    /// <param name="source">Where it lies: negative, or the lane that <see cref="MarkDone"/> is told.</param>
    /// <returns>False if there is none.</returns>
    public bool TryTake(out PacketBuffer packet, out int source)
    {
        source = -1;
        if (_process.TryTake(out packet))
        {
            return true;
        }

        for (int i = 0; i < _lanes.Length; i++)
        {
            if (_lanes[_source] is { } lane && lane.TryPeek(out packet))
            {
                source = _source;
                return true;
            }

            _source = _source + 1 == _lanes.Length ? 0 : _source + 1;
        }

        return false;
    }

    /// <summary>Gives a packet of another CPU back, which was taken over or not. For the CPU.</summary>
    public void MarkDone(int source) => _lanes[source]!.MarkDone();

    /// <summary>Frees what waits. For the end of a stack, when no CPU runs.</summary>
    public void Clear()
    {
        _process.Append(ref _input);
        _process.Free();
        foreach (Lane? lane in _lanes)
        {
            lane?.Clear();
        }
    }

    /// <inheritdoc/>
    protected internal override void Handle(Cpu cpu)
    {
        cpu.Softnet.CountReceivedRps();
        cpu.Softirq.Schedule(Poller!);
    }

    /// <summary>Packets from one other CPU. The counts of the two sides are on lines of their own.</summary>
    private sealed class Lane(int capacity)
    {
        private readonly HandoffRing _ring = new(capacity);
        private Counts _counts;

        public long InputLength => Volatile.Read(ref _counts.Added) - Volatile.Read(ref _counts.Spliced);

        public long ProcessLength => Volatile.Read(ref _counts.Spliced) - Volatile.Read(ref _counts.Taken);

        public long Refused
        {
            get => Volatile.Read(ref _counts.Refused);
            set => Volatile.Write(ref _counts.Refused, value);
        }

        public bool TryAdd(PacketBuffer packet)
        {
            if (_ring.IsFull)
            {
                Reclaim();
            }

            if (!_ring.TryPost(packet))
            {
                return false;
            }

            Volatile.Write(ref _counts.Added, _counts.Added + 1);
            return true;
        }

        public void Reclaim()
        {
            while (_ring.TryReclaim(out PacketBuffer packet))
            {
                packet.FreeHandedOver();
            }
        }

        public bool Splice()
        {
            long added = Volatile.Read(ref _counts.Added);
            bool hasAny = added != _counts.Spliced;
            Volatile.Write(ref _counts.Spliced, added);
            return hasAny;
        }

        public bool TryPeek(out PacketBuffer packet)
        {
            packet = default;
            return _counts.Taken != _counts.Spliced && _ring.TryPeek(out packet);
        }

        public void MarkDone()
        {
            Volatile.Write(ref _counts.Taken, _counts.Taken + 1);
            _ring.MarkDone();
        }

        public void Clear()
        {
            Splice();
            while (TryPeek(out _))
            {
                MarkDone();
            }

            Reclaim();
        }

        [StructLayout(LayoutKind.Explicit, Size = 320)]
        private struct Counts
        {
            /// <summary>Written by the source.</summary>
            [FieldOffset(64)]
            public long Added;

            /// <summary>Written by the source.</summary>
            [FieldOffset(72)]
            public long Refused;

            /// <summary>Written by the CPU that polls.</summary>
            [FieldOffset(192)]
            public long Spliced;

            /// <summary>Written by the CPU that polls.</summary>
            [FieldOffset(200)]
            public long Taken;
        }
    }
}
