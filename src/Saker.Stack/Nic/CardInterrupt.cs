using Saker.Stack.Softirq;

namespace Saker.Stack.Nic;

/// <summary>A card's side of an interrupt vector: which queues it tells of, and when.</summary>
public sealed class CardInterrupt
{
    private readonly List<CardQueue> _queues = [];
    private bool _writesBackWhileMasked;

    internal CardInterrupt(InterruptVector vector, InterruptModeration moderation)
    {
        Vector = vector;
        Moderation = moderation;
    }

    /// <summary>The vector.</summary>
    public InterruptVector Vector { get; }

    /// <summary>When it is raised.</summary>
    public InterruptModeration Moderation { get; }

    /// <summary>The queues that it tells of: one, or with a legacy interrupt all.</summary>
    public IReadOnlyList<CardQueue> Queues => _queues;

    /// <summary>
    /// Whether descriptors are written back without waiting for others while the vector is masked: for a driver that goes on polling (<c>WB_ON_ITR</c>).
    /// </summary>
    public bool WritesBackWhileMasked
    {
        get => Volatile.Read(ref _writesBackWhileMasked);
        set => Volatile.Write(ref _writesBackWhileMasked, value);
    }

    /// <summary>When the vector is to be raised; <see cref="long.MaxValue"/>: nothing waits for it.</summary>
    public long DueAt => Moderation.DueAt(Vector.LastAt);

    internal void Add(CardQueue queue) => _queues.Add(queue);

    /// <summary>Raises the vector if it is time.</summary>
    internal void RaiseDue(long now)
    {
        if (DueAt <= now)
        {
            Moderation.Clear();
            WriteBack();
            Vector.Raise(now);
        }
        else if (Moderation.Frames != 0 && WritesBackWhileMasked && Vector.IsMasked)
        {
            WriteBack();
        }
    }

    /// <summary>The driver makes the card interrupt, whether there is something or not (a software interrupt, <c>i40e_force_wb</c>).</summary>
    internal void Trigger(Cpu target, long now)
    {
        Vector.Raise(now);
        Vector.Unmask(target, now);
    }

    private void WriteBack()
    {
        foreach (CardQueue queue in _queues)
        {
            queue.Ring.WriteBack();
        }
    }
}
