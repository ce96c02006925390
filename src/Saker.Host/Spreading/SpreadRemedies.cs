using Saker.Stack.Nic;
using Saker.Wire;

namespace Saker.Host.Spreading;

/// <summary>A change of a card's settings that spreads a capture's flows better.</summary>
/// <param name="Commands">What ethtool would have to do, each without the device's name: <c>-X weight 30 34</c>.</param>
/// <param name="Card">The settings afterwards.</param>
/// <param name="Imbalance">The imbalance afterwards (<see cref="QueueSpread.Imbalance"/>).</param>
public sealed record SpreadRemedy(IReadOnlyList<string> Commands, CardSettings Card, double Imbalance);

/// <summary>
/// Looks for changes that spread a capture's flows better: ports in the hash, another key, another weight of the queues, and these together. What is found
/// fits this capture; other traffic may differ.
/// </summary>
public static class SpreadRemedies
{
    /// <summary>How many keys are tried.</summary>
    private const int Keys = 64;

    /// <summary>A change is worth telling if it takes away so much of what the change before it left over an even spread.</summary>
    private const double WorthTelling = 0.9;

    /// <summary>Finds them, the smaller change first, each better than those before it; none where nothing helps.</summary>
    public static IReadOnlyList<SpreadRemedy> Find(FlowTally tally, CardSettings card)
    {
        ArgumentNullException.ThrowIfNull(tally);
        ArgumentNullException.ThrowIfNull(card);
        List<SpreadRemedy> remedies = [];
        if (card.Queues < 2 || tally.Flows.Count < 2)
        {
            return remedies;
        }

        double best = QueueSpread.Of(tally, card).Imbalance;
        SpreadRemedy now = new([], card, best);
        SpreadRemedy withTable = WithAllQueues(tally, now);
        SpreadRemedy withPorts = WithPorts(tally, withTable);
        foreach (SpreadRemedy remedy in (SpreadRemedy[])[withTable, withPorts, WithWeights(tally, withTable), WithKey(tally, withPorts), WithWeights(tally, withPorts)])
        {
            if (remedy.Commands.Count != 0 && remedy.Imbalance - 1 < (best - 1) * WorthTelling)
            {
                remedies.Add(remedy);
                best = remedy.Imbalance;
            }
        }

        return remedies;
    }

    private static SpreadRemedy WithAllQueues(FlowTally tally, SpreadRemedy from) =>
        from.Card.Rss.Table.Queues.ToArray().Distinct().Count() < from.Card.Queues ? Apply(tally, from, "-X default") : from;

    private static SpreadRemedy WithPorts(FlowTally tally, SpreadRemedy from)
    {
        SpreadRemedy remedy = from;
        IEnumerable<RssFlowType> types = tally.Flows.Keys.Select(flow => RssFlow.Find(CardFlow.FrameOf(flow)).Type).Distinct().Order();
        foreach (RssFlowType type in types)
        {
            if (RssFieldTable.CanHash(type, RssFields.Ports) && from.Card.Rss.Fields[type] != RssFields.All)
            {
                SpreadRemedy wider = Apply(tally, remedy, $"-N rx-flow-hash {type.Name()} sdfn");
                remedy = wider.Imbalance < remedy.Imbalance ? wider : remedy;
            }
        }

        return remedy;
    }

    private static SpreadRemedy WithKey(FlowTally tally, SpreadRemedy from)
    {
        int best = -1;
        double least = from.Imbalance;
        for (int seed = 0; seed < Keys; seed++)
        {
            double imbalance = QueueSpread.Of(tally, from.Card with { Rss = from.Card.Rss with { Key = KeyOf(seed) } }).Imbalance;
            if (imbalance < least)
            {
                (best, least) = (seed, imbalance);
            }
        }

        return best < 0 ? from : Apply(tally, from, $"-X hkey {KeyOf(best)}");

        ToeplitzKey KeyOf(int seed) => ToeplitzKey.FromSeed(seed, from.Card.Rss.Key.Length);
    }

    private static SpreadRemedy WithWeights(FlowTally tally, SpreadRemedy from)
    {
        IndirectionTable table = from.Card.Rss.Table;
        long[] loads = new long[table.Size];
        foreach (PlacedFlow flow in QueueSpread.Place(tally, from.Card.Rss))
        {
            loads[flow.Hash & (table.Size - 1)] += flow.Load.Frames;
        }

        long[] fixedLoads = new long[from.Card.Queues];
        fixedLoads[0] = tally.Unspread.Values.Sum(load => load.Frames);
        foreach ((int location, Load load) in tally.Ruled)
        {
            if (from.Card.Rules.Rules.First(rule => rule.Location == location).Action is >= 0 and int queue)
            {
                fixedLoads[queue] += load.Frames;
            }
        }

        int[] weights = Divide(loads, fixedLoads);
        SpreadRemedy remedy = Apply(tally, from, $"-X weight {string.Join(' ', weights)}");
        return remedy.Imbalance < from.Imbalance ? remedy : from;
    }

    /// <summary>
    /// Cuts the table's entries into one run for each queue so that the busiest queue has least to do, and the others about alike: what the busiest may have
    /// is found by halving.
    /// </summary>
    private static int[] Divide(long[] loads, long[] fixedLoads)
    {
        long low = fixedLoads.Max();
        long high = loads.Sum() + fixedLoads.Sum();
        while (low < high)
        {
            long middle = low + ((high - low) / 2);
            if (Fits(loads, fixedLoads, middle))
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        int[] lengths = new int[fixedLoads.Length];
        int entry = 0;
        for (int queue = 0; queue < lengths.Length; queue++)
        {
            long load = fixedLoads[queue];
            ReadOnlySpan<long> left = fixedLoads.AsSpan(queue + 1);
            double fair = (load + Sum(loads.AsSpan(entry)) + Sum(left)) / (double)(left.Length + 1);
            while (entry < loads.Length && load + loads[entry] <= low
                && (load + (loads[entry] / 2.0) <= fair || !Fits(loads.AsSpan(entry), left, low)))
            {
                load += loads[entry++];
                lengths[queue]++;
            }
        }

        return lengths;
    }

    /// <summary>Whether the entries fit in runs of which none has more than it may.</summary>
    private static bool Fits(ReadOnlySpan<long> loads, ReadOnlySpan<long> fixedLoads, long most)
    {
        int entry = 0;
        foreach (long start in fixedLoads)
        {
            long load = start;
            while (entry < loads.Length && load + loads[entry] <= most)
            {
                load += loads[entry++];
            }
        }

        return entry == loads.Length;
    }

    private static long Sum(ReadOnlySpan<long> loads)
    {
        long sum = 0;
        foreach (long load in loads)
        {
            sum += load;
        }

        return sum;
    }

    private static SpreadRemedy Apply(FlowTally tally, SpreadRemedy from, string command) =>
        from.Card.TryApply(command, out CardSettings? card, out _)
            ? new SpreadRemedy([.. from.Commands, command], card, QueueSpread.Of(tally, card).Imbalance)
            : from;
}
