using Saker.Packets;

namespace Saker.Stack.Softirq;

/// <summary>
/// What waits for a CPU: <c>input_pkt_queue</c>, which every CPU adds to, and <c>process_queue</c>, what the poll has taken of it. From each other CPU packets
/// come by a ring (<see cref="BacklogLane"/>), from the CPU itself by a list; no lock.
/// </summary>
/// <remarks>The poll takes packets in the order in which they were brought, as far as they have one: a flow's in any case (<see cref="HandoffRings"/>).</remarks>
internal sealed class BacklogQueue : CpuInterrupt
{
    private readonly Cpu _cpu;
    private readonly HandoffRings? _rings;
    private readonly BacklogLane?[] _lanes;
    private PacketList _input;
    private PacketList _process;
    private long _inputCount;
    private long _processOfOthers;
    private int _isScheduled;

    /// <param name="cpu">The CPU that polls it.</param>
    /// <param name="cpuCount">How many CPUs there are.</param>
    public BacklogQueue(Cpu cpu, int cpuCount)
    {
        _cpu = cpu;
        _rings = cpuCount == 1 ? null : new HandoffRings(cpuCount);
        _lanes = new BacklogLane?[cpuCount];
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
            foreach (BacklogLane? lane in _lanes)
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
            foreach (BacklogLane? lane in _lanes)
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
            foreach (BacklogLane? lane in _lanes)
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
                Volatile.Write(ref _lanes[i], new BacklogLane(_rings!.Provide(i, capacity)));
            }
        }
    }

    /// <summary>Adds a packet. For any CPU, which has made sure of room and of the packet being its alone.</summary>
    /// <returns>False if the ring has no place after all; the packet remains the caller's.</returns>
    public bool TryAdd(Cpu source, PacketBuffer packet)
    {
        if (ReferenceEquals(source, _cpu))
        {
            if (_rings is not null)
            {
                packet.Control<Waiting>().Number = _rings.DrawNumber();
            }

            _input.Add(packet);
            Volatile.Write(ref _inputCount, _inputCount + 1);
            return true;
        }

        return _lanes[source.Index] is { } lane && lane.TryAdd(packet, _rings!.DrawNumber());
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
        foreach (BacklogLane? lane in _lanes)
        {
            _processOfOthers += lane?.Splice() ?? 0;
        }

        return hasAny || _processOfOthers != 0;
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
        if (_processOfOthers == 0)
        {
            return _process.TryTake(out packet);
        }

        _rings!.TryPeek(out packet, out long number, out int owner);
        if (_process.TryPeek(out PacketBuffer own) && own.Control<Waiting>().Number < number)
        {
            return _process.TryTake(out packet);
        }

        // What came while the lanes were taken over one after the other may come before what was taken over.
        source = owner;
        BacklogLane lane = _lanes[owner]!;
        if (lane.ProcessLength == 0)
        {
            _processOfOthers += lane.Splice();
        }

        return true;
    }

    /// <summary>Gives a packet of another CPU back, which was taken over or not. For the CPU.</summary>
    public void MarkDone(int source)
    {
        _lanes[source]!.MarkDone();
        _processOfOthers--;
    }

    /// <summary>Frees what waits. For the end of a stack, when no CPU runs.</summary>
    public void Clear()
    {
        _process.Append(ref _input);
        _process.Free();
        foreach (BacklogLane? lane in _lanes)
        {
            lane?.Clear();
        }

        _processOfOthers = 0;
    }

    /// <inheritdoc/>
    protected internal override void Handle(Cpu cpu)
    {
        cpu.Softnet.CountReceivedRps();
        cpu.Softirq.Schedule(Poller!);
    }

    /// <summary>What is kept with a packet that waits.</summary>
    private struct Waiting
    {
        /// <summary>Its place among those that others have brought (<see cref="HandoffRings"/>).</summary>
        public long Number;
    }
}
