namespace Saker.Stack.Softirq;

/// <summary>
/// A queue's polling context (<c>struct napi_struct</c>, Documentation/networking/napi.rst): its interrupt says that there is work, and from then on it is
/// polled, interrupts masked, until the work is done.
/// </summary>
public abstract class NapiContext
{
    /// <summary>The most packets a driver takes in one poll (<c>NAPI_POLL_WEIGHT</c>).</summary>
    public const int DriverWeight = 64;

    /// <summary>Whether it is on a CPU's poll list.</summary>
    public bool IsScheduled { get; internal set; }

    /// <summary>How many packets one poll may take.</summary>
    protected internal virtual int Weight => DriverWeight;

    internal NapiContext? NextScheduled { get; set; }

    /// <summary>Takes packets and passes them up.</summary>
    /// <param name="budget">How many at most.</param>
    /// <returns>
    /// How many were taken. Fewer than the budget: the work is done, the context has called <see cref="Complete"/> and is off the list.
    /// The whole budget: it wants another poll.
    /// </returns>
    protected internal abstract int Poll(int budget);

    /// <summary>The work is done: the context leaves the poll list, and its interrupt may come again (<c>napi_complete_done</c>).</summary>
    protected void Complete() => IsScheduled = false;
}
