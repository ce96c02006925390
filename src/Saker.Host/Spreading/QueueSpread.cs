using Saker.Stack.Nic;

namespace Saker.Host.Spreading;

/// <summary>What reaches a queue.</summary>
/// <param name="Flows">How many flows.</param>
/// <param name="Load">Their frames, and those without a flow.</param>
public readonly record struct QueueLoad(int Flows, Load Load);

/// <summary>A flow's place.</summary>
/// <param name="Flow">The flow.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="Queue">Its queue.</param>
/// <param name="Load">Its frames.</param>
public readonly record struct PlacedFlow(CardFlow Flow, uint Hash, int Queue, Load Load);

/// <summary>How a card's settings spread the flows of a tally over its queues.</summary>
public sealed class QueueSpread
{
    private readonly FlowTally _tally;
    private readonly QueueLoad[] _queues;

    private QueueSpread(FlowTally tally, QueueLoad[] queues, Load dropped)
    {
        _tally = tally;
        _queues = queues;
        Dropped = dropped;
    }

    /// <summary>What reaches each queue.</summary>
    public IReadOnlyList<QueueLoad> Queues => _queues;

    /// <summary>What flow rules drop.</summary>
    public Load Dropped { get; }

    /// <summary>The busiest queue's frames, as a multiple of the mean of all queues; 1 is even, the number of queues is the worst.</summary>
    public double Imbalance => ImbalanceOf([.. _queues.Select(queue => queue.Load.Frames)]);

    /// <summary>The same by bytes.</summary>
    public double ByteImbalance => ImbalanceOf([.. _queues.Select(queue => queue.Load.Bytes)]);

    /// <summary>The least imbalance that these flows allow: a flow stays in one queue, and what has nothing to hash in the first.</summary>
    public double LeastImbalance
    {
        get
        {
            long heaviest = _tally.Flows.Count == 0 ? 0 : _tally.Flows.Values.Max(load => load.Frames);
            long unspread = _tally.Unspread.Values.Sum(load => load.Frames);
            long all = _queues.Sum(queue => queue.Load.Frames);
            return all == 0 ? 1 : Math.Max(1, Math.Max(heaviest, unspread) * (double)_queues.Length / all);
        }
    }

    /// <summary>Spreads the flows of a tally.</summary>
    public static QueueSpread Of(FlowTally tally, CardSettings card)
    {
        ArgumentNullException.ThrowIfNull(tally);
        ArgumentNullException.ThrowIfNull(card);
        var queues = new QueueLoad[card.Queues];
        Load dropped = default;
        foreach ((int location, Load load) in tally.Ruled)
        {
            int action = card.Rules.Rules.FirstOrDefault(rule => rule.Location == location)?.Action ?? 0;
            if (action == FlowRule.Drop)
            {
                dropped += load;
            }
            else
            {
                Put(queues, action, load, flows: 0);
            }
        }

        foreach (Load load in tally.Unspread.Values)
        {
            Put(queues, 0, load, flows: 0);
        }

        foreach (PlacedFlow flow in Place(tally, card.Rss))
        {
            Put(queues, flow.Queue, flow.Load, flows: 1);
        }

        return new QueueSpread(tally, queues, dropped);
    }

    /// <summary>The place of each flow.</summary>
    public static IEnumerable<PlacedFlow> Place(FlowTally tally, RssSettings rss)
    {
        ArgumentNullException.ThrowIfNull(tally);
        ReceiveSteering steering = new(rss, FlowRuleTable.Empty);
        foreach ((CardFlow flow, Load load) in tally.Flows)
        {
            SteeringResult result = steering.Classify(CardFlow.FrameOf(flow));
            yield return new PlacedFlow(flow, result.Hash, result.Queue, load);
        }
    }

    /// <summary>How many flows were seen in both directions, and how many of those have the two in different queues.</summary>
    public static (int Both, int Apart) Directions(FlowTally tally, RssSettings rss)
    {
        ArgumentNullException.ThrowIfNull(tally);
        ReceiveSteering steering = new(rss, FlowRuleTable.Empty);
        int both = 0;
        int apart = 0;
        foreach (CardFlow flow in tally.Flows.Keys)
        {
            CardFlow reverse = CardFlow.Reverse(flow);
            if (CardFlow.FrameOf(flow).SequenceCompareTo(CardFlow.FrameOf(reverse)) < 0 && tally.Flows.ContainsKey(reverse))
            {
                both++;
                apart += steering.Classify(CardFlow.FrameOf(flow)).Queue == steering.Classify(CardFlow.FrameOf(reverse)).Queue ? 0 : 1;
            }
        }

        return (both, apart);
    }

    /// <summary>The greatest of some loads as a multiple of their mean.</summary>
    public static double ImbalanceOf(ReadOnlySpan<long> loads)
    {
        long sum = 0;
        long most = 0;
        foreach (long load in loads)
        {
            sum += load;
            most = Math.Max(most, load);
        }

        return sum == 0 ? 1 : most * (double)loads.Length / sum;
    }

    private static void Put(QueueLoad[] queues, int queue, Load load, int flows) =>
        queues[queue] = new QueueLoad(queues[queue].Flows + flows, queues[queue].Load + load);
}
