namespace Saker.Stack.Softirq;

/// <summary>
/// What makes a CPU stop and look: a card's vector, or another CPU that wants something done (<c>call_single_data_t</c>). Anybody may raise it, on any thread
/// (<see cref="Cpu.Raise"/>); the CPU handles it between two steps of its work. Raised again before it was handled, it happens once.
/// </summary>
public abstract class CpuInterrupt
{
    private int _isRaised;

    internal CpuInterrupt? NextRaised { get; set; }

    /// <summary>Does what there is to do, on the CPU: little, since the rest is a softirq's.</summary>
    protected internal abstract void Handle(Cpu cpu);

    /// <summary>Whether it was not raised yet.</summary>
    internal bool TryRaise() => Interlocked.Exchange(ref _isRaised, 1) == 0;

    /// <summary>It is about to be handled, and may be raised again.</summary>
    internal void Acknowledge() => Interlocked.Exchange(ref _isRaised, 0);
}

/// <summary>The interrupts that a CPU has not handled: pushed by anybody without a lock, taken by the CPU in the order in which they came.</summary>
internal struct RaisedInterrupts
{
    private CpuInterrupt? _last;

    public readonly bool IsEmpty => _last is null;

    public void Push(CpuInterrupt interrupt)
    {
        CpuInterrupt? before = Volatile.Read(ref _last);
        while (true)
        {
            interrupt.NextRaised = before;
            CpuInterrupt? seen = Interlocked.CompareExchange(ref _last, interrupt, before);
            if (ReferenceEquals(seen, before))
            {
                return;
            }

            before = seen;
        }
    }

    /// <summary>Takes all of them.</summary>
    /// <returns>The first; the others follow by <see cref="CpuInterrupt.NextRaised"/>.</returns>
    public CpuInterrupt? TakeAll()
    {
        CpuInterrupt? last = Interlocked.Exchange(ref _last, null);
        CpuInterrupt? first = null;
        while (last is not null)
        {
            CpuInterrupt? before = last.NextRaised;
            last.NextRaised = first;
            first = last;
            last = before;
        }

        return first;
    }
}
