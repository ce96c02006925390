namespace Saker.Stack.Softirq;

/// <summary>Something that happens at a time, unless it is called off. It belongs to one CPU.</summary>
public abstract class StackTimer
{
    /// <summary>When it is due, in nanoseconds since the Unix epoch; meaningful while <see cref="IsPending"/>.</summary>
    public long DueAt { get; internal set; }

    /// <summary>Whether it will happen.</summary>
    public bool IsPending { get; internal set; }

    /// <summary>The time has come.</summary>
    protected internal abstract void Expire();
}

/// <summary>A CPU's timers, the earliest first; among those due at the same time the one set first.</summary>
public sealed class TimerQueue
{
    private readonly PriorityQueue<StackTimer, (long DueAt, long Sequence)> _queue = new();
    private long _sequence;

    /// <summary>When the next timer is due; <see cref="long.MaxValue"/>: there is none.</summary>
    public long NextDueAt
    {
        get
        {
            if (_queue.Count == 0)
            {
                return long.MaxValue;
            }

            ForgetCancelled();
            return _queue.TryPeek(out _, out (long DueAt, long Sequence) due) ? due.DueAt : long.MaxValue;
        }
    }

    /// <summary>Sets a timer, or sets it to another time.</summary>
    public void Set(StackTimer timer, long dueAt)
    {
        ArgumentNullException.ThrowIfNull(timer);
        timer.DueAt = dueAt;
        timer.IsPending = true;
        _queue.Enqueue(timer, (dueAt, _sequence++));
    }

    /// <summary>Calls a timer off. Its entry is forgotten when it comes to the front.</summary>
    public static void Cancel(StackTimer timer)
    {
        ArgumentNullException.ThrowIfNull(timer);
        timer.IsPending = false;
    }

    /// <summary>Lets everything happen that is due.</summary>
    /// <returns>How many timers expired.</returns>
    public int Run(long now)
    {
        int count = 0;
        while (NextDueAt <= now)
        {
            StackTimer timer = _queue.Dequeue();
            timer.IsPending = false;
            timer.Expire();
            count++;
        }

        return count;
    }

    /// <summary>Removes entries whose timer was called off or set to another time.</summary>
    private void ForgetCancelled()
    {
        while (_queue.TryPeek(out StackTimer? timer, out (long DueAt, long Sequence) due) && (!timer.IsPending || timer.DueAt != due.DueAt))
        {
            _queue.Dequeue();
        }
    }
}
