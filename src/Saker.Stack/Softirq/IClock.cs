namespace Saker.Stack.Softirq;

/// <summary>Where a stack's time comes from.</summary>
public interface IClock
{
    /// <summary>Nanoseconds since the Unix epoch. Never goes back.</summary>
    long Now { get; }
}

/// <summary>Time that stands still until it is told otherwise.</summary>
public sealed class VirtualClock : IClock
{
    /// <inheritdoc/>
    public long Now { get; private set; }

    /// <summary>Lets time go on to a moment; a moment in the past changes nothing.</summary>
    public void AdvanceTo(long now) => Now = Math.Max(Now, now);
}
