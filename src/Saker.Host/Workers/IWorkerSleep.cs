namespace Saker.Host.Workers;

/// <summary>How a worker sleeps while its CPU has nothing to do.</summary>
public interface IWorkerSleep : IDisposable
{
    /// <summary>Sleeps until it is woken, something has come that it watches, or time has passed. It may end earlier.</summary>
    /// <param name="nanoseconds">How long at most; above zero.</param>
    void Wait(long nanoseconds);

    /// <summary>Ends the sleep, or if there is none, the next one. For any thread.</summary>
    void Wake();
}

/// <summary>Sleep that nothing ends but the waker and time.</summary>
internal sealed class EventSleep : IWorkerSleep
{
    private const long NanosecondsPerMillisecond = 1_000_000;
    private const int LongestWait = 3_600_000;

    private readonly AutoResetEvent _event = new(false);

    /// <inheritdoc/>
    public void Wait(long nanoseconds) =>
        _event.WaitOne((int)Math.Min((nanoseconds + NanosecondsPerMillisecond - 1) / NanosecondsPerMillisecond, LongestWait));

    /// <inheritdoc/>
    public void Wake() => _event.Set();

    /// <inheritdoc/>
    public void Dispose() => _event.Dispose();
}
