using System.Buffers;
using Saker.Packets;
using Saker.Stack.Driver.Links;
using Saker.Stack.Softirq;

namespace Saker.Host.Links.Memory;

/// <summary>
/// One direction of a wire: frames wait in lanes, one for each queue of the receiving end, until their time has come. A short lock joins those who send and those who receive,
/// who may be on any threads; memory for frames is used again.
/// </summary>
internal sealed class WireDirection
{
    private const int BitsPerByte = 8;
    private const double NanosecondsPerSecond = 1e9;

    private readonly Lock _lock = new();
    private readonly IClock _clock;
    private readonly Impairments _impairments;
    private readonly Lane[] _lanes;
    private readonly ArrayPool<byte> _memory = ArrayPool<byte>.Create(1 << 17, 1 << 12);
    private WireStatistics _statistics;
    private ulong _random;
    private long _lineFreeAt = long.MinValue;
    private long _sequence;
    private int _waiting;

    public WireDirection(IClock clock, Impairments impairments, int queues)
    {
        impairments.Validate();
        _clock = clock;
        _impairments = impairments;
        _random = impairments.Seed;
        _lanes = [.. Enumerable.Range(0, queues).Select(_ => new Lane())];
    }

    public WireStatistics Statistics
    {
        get
        {
            lock (_lock)
            {
                return _statistics;
            }
        }
    }

    /// <summary>Frames on the wire.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _waiting;
            }
        }
    }

    /// <summary>Tells who is to be told of frames that come to a lane.</summary>
    public void Connect(int lane, ILinkInterrupt? interrupt) => Volatile.Write(ref _lanes[lane].Interrupt, interrupt);

    /// <summary>Sends a frame.</summary>
    public void Send(PacketBuffer frame, int queue)
    {
        byte[] bytes = _memory.Rent(frame.Length);
        frame.CopyTo(0, bytes.AsSpan(0, frame.Length));
        Send(bytes, frame.Length, queue);
    }

    /// <summary>Sends a frame.</summary>
    public void Send(ReadOnlySpan<byte> frame, int queue)
    {
        byte[] bytes = _memory.Rent(frame.Length);
        frame.CopyTo(bytes);
        Send(bytes, frame.Length, queue);
    }

    /// <summary>When the first frame of a lane arrives.</summary>
    public long NextArrivalAt(int lane)
    {
        lock (_lock)
        {
            return _lanes[lane].Frames.TryPeek(out _, out (long DueAt, long Sequence) next) ? next.DueAt : long.MaxValue;
        }
    }

    /// <summary>Takes a frame of a lane that has arrived.</summary>
    public bool TryTake(int lane, long now, out WireFrame frame)
    {
        lock (_lock)
        {
            if (!_lanes[lane].Frames.TryPeek(out frame, out (long DueAt, long Sequence) next) || next.DueAt > now)
            {
                return false;
            }

            _lanes[lane].Frames.Dequeue();
            _waiting--;
            _statistics = _statistics with { Delivered = _statistics.Delivered + 1 };
            return true;
        }
    }

    /// <summary>Gives the memory of a taken frame back.</summary>
    public void Return(in WireFrame frame) => _memory.Return(frame.Bytes);

    private void Send(byte[] bytes, int length, int queue)
    {
        Lane lane = _lanes[queue % _lanes.Length];
        bool isKept;
        lock (_lock)
        {
            isKept = Decide(lane, bytes, length);
        }

        if (isKept)
        {
            Volatile.Read(ref lane.Interrupt)?.Raise();
        }
        else
        {
            _memory.Return(bytes);
        }
    }

    private bool Decide(Lane lane, byte[] bytes, int length)
    {
        // As many draws for each frame, whatever is set: one fault's probability does not change where the others fall.
        bool isLost = Draw(_impairments.Loss), isDoubled = Draw(_impairments.Duplication);
        bool isHeldBack = Draw(_impairments.Reordering), isCorrupted = Draw(_impairments.Corruption);
        ulong place = NextRandom();
        _statistics = _statistics with { Given = _statistics.Given + 1 };
        if (isLost)
        {
            _statistics = _statistics with { Lost = _statistics.Lost + 1 };
            return false;
        }

        if (_waiting >= _impairments.MostFrames)
        {
            _statistics = _statistics with { Refused = _statistics.Refused + 1 };
            return false;
        }

        if (isCorrupted && length != 0)
        {
            _statistics = _statistics with { Corrupted = _statistics.Corrupted + 1 };
            bytes[(place >> 3) % (ulong)length] ^= (byte)(1 << (int)(place & 7));
        }

        long now = _clock.Now;
        long dueAt = now;
        if (_impairments.BitsPerSecond != 0)
        {
            _lineFreeAt = Math.Max(_lineFreeAt, now) + (long)(length * BitsPerByte * NanosecondsPerSecond / _impairments.BitsPerSecond);
            dueAt = _lineFreeAt;
        }

        dueAt += (long)_impairments.Delay.TotalNanoseconds;
        if (isDoubled && _waiting + 1 < _impairments.MostFrames)
        {
            _statistics = _statistics with { Duplicated = _statistics.Duplicated + 1 };
            byte[] second = _memory.Rent(length);
            bytes.AsSpan(0, length).CopyTo(second);
            Add(lane, new WireFrame(second, length, dueAt));
        }

        if (isHeldBack)
        {
            _statistics = _statistics with { Reordered = _statistics.Reordered + 1 };
            dueAt += (long)_impairments.ReorderingDelay.TotalNanoseconds;
        }

        Add(lane, new WireFrame(bytes, length, dueAt));
        return true;
    }

    private void Add(Lane lane, in WireFrame frame)
    {
        lane.Frames.Enqueue(frame, (frame.ArrivesAt, ++_sequence));
        _waiting++;
    }

    private bool Draw(double probability) => (NextRandom() >> 11) * (1.0 / (1UL << 53)) < probability;

    /// <summary>Sebastiano Vigna's splitmix64.</summary>
    private ulong NextRandom()
    {
        _random += 0x9e37_79b9_7f4a_7c15;
        ulong mixed = _random;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58_476d_1ce4_e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d0_49bb_1331_11eb;
        return mixed ^ (mixed >> 31);
    }

    private sealed class Lane
    {
        public ILinkInterrupt? Interrupt;

        public PriorityQueue<WireFrame, (long DueAt, long Sequence)> Frames { get; } = new();
    }
}

/// <summary>A frame on a wire.</summary>
/// <param name="Bytes">Its bytes, and room behind them.</param>
/// <param name="Length">How many are its.</param>
/// <param name="ArrivesAt">When it arrives.</param>
internal readonly record struct WireFrame(byte[] Bytes, int Length, long ArrivesAt);
