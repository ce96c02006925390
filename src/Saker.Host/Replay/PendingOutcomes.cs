namespace Saker.Host.Replay;

/// <summary>
/// Outcomes that have not been told yet, in the order in which they began. Frames lie in a ring, whose objects are used again and again; their numbers follow one
/// another, so that a number is a place.
/// </summary>
internal sealed class PendingOutcomes
{
    private const int LeastPlaces = 16;

    private readonly Queue<PendingTimer> _timers = new();
    private readonly Stack<TimerOutcome> _spareTimers = new();
    private FrameOutcome[] _frames = [.. Enumerable.Range(0, LeastPlaces).Select(_ => new FrameOutcome())];
    private long _first;
    private long _next;

    /// <summary>How many there are.</summary>
    public int Count => (int)(_next - _first) + _timers.Count;

    /// <summary>Adds a frame.</summary>
    /// <exception cref="InvalidOperationException">Its number is not the one that follows.</exception>
    public FrameOutcome AddFrame(long number)
    {
        if (number != _next)
        {
            Restart(number);
        }

        if (_next - _first == _frames.Length)
        {
            Grow();
        }

        return _frames[PlaceOf(_next++)];
    }

    /// <summary>Adds what time brings about.</summary>
    public TimerOutcome AddTimer()
    {
        TimerOutcome timer = _spareTimers.TryPop(out TimerOutcome? spare) ? spare : new TimerOutcome();
        _timers.Enqueue(new PendingTimer(_next, timer));
        return timer;
    }

    /// <summary>Finds a frame that has not been told yet.</summary>
    /// <param name="number">The lower 32 bits of its number.</param>
    public FrameOutcome? Find(uint number)
    {
        uint behindFirst = number - (uint)_first;
        return behindFirst < _next - _first ? _frames[PlaceOf(_first + behindFirst)] : null;
    }

    /// <summary>The one that began first; null: there is none.</summary>
    public ReplayEvent? First() =>
        _timers.Count != 0 && _timers.Peek() is { FollowedBy: var number, Outcome: var timer } && number == _first ? timer
        : _first != _next ? _frames[PlaceOf(_first)]
        : null;

    /// <summary>Forgets the frame that began first. It is valid until another one is added.</summary>
    public void RemoveFrame() => _first++;

    /// <summary>Forgets what time has brought about first. It is valid until something is added.</summary>
    public void RemoveTimer() => _spareTimers.Push(_timers.Dequeue().Outcome);

    private int PlaceOf(long number) => (int)number & (_frames.Length - 1);

    private void Restart(long number)
    {
        if (Count != 0)
        {
            throw new InvalidOperationException($"Frame {number} does not follow frame {_next - 1}.");
        }

        (_first, _next) = (number, number);
    }

    private void Grow()
    {
        FrameOutcome[] more = new FrameOutcome[2 * _frames.Length];
        for (int i = 0; i < more.Length; i++)
        {
            long number = _first + i;
            more[number & (more.Length - 1)] = i < _frames.Length ? _frames[PlaceOf(number)] : new FrameOutcome();
        }

        _frames = more;
    }

    /// <summary>Something that time brought about.</summary>
    /// <param name="FollowedBy">The number of the frame that began next.</param>
    /// <param name="Outcome">It.</param>
    private readonly record struct PendingTimer(long FollowedBy, TimerOutcome Outcome);
}
