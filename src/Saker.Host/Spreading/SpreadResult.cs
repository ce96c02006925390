using Saker.Stack.Nic;

namespace Saker.Host.Spreading;

/// <summary>All that is told of how a capture spreads over a card's queues.</summary>
public sealed class SpreadResult
{
    /// <summary>Works it out.</summary>
    /// <param name="device">The device's name, for the commands.</param>
    /// <param name="card">The card.</param>
    /// <param name="tally">What it receives.</param>
    /// <param name="cpus">The CPU of each queue's interrupt; of further queues, the list goes on from its beginning.</param>
    public SpreadResult(string device, CardSettings card, FlowTally tally, IReadOnlyList<int> cpus)
    {
        ArgumentNullException.ThrowIfNull(card);
        ArgumentNullException.ThrowIfNull(tally);
        ArgumentNullException.ThrowIfNull(cpus);
        Device = device;
        Card = card;
        Tally = tally;
        Cpus = [.. Enumerable.Range(0, card.Queues).Select(queue => cpus.Count == 0 ? queue : cpus[queue % cpus.Count])];
        Spread = QueueSpread.Of(tally, card);
        (BothDirections, DirectionsApart) = QueueSpread.Directions(tally, card.Rss);
        Remedies = SpreadRemedies.Find(tally, card);
    }

    /// <summary>The device's name.</summary>
    public string Device { get; }

    /// <summary>The card.</summary>
    public CardSettings Card { get; }

    /// <summary>What it receives.</summary>
    public FlowTally Tally { get; }

    /// <summary>The CPU of each queue.</summary>
    public IReadOnlyList<int> Cpus { get; }

    /// <summary>The spread.</summary>
    public QueueSpread Spread { get; }

    /// <summary>What would be better.</summary>
    public IReadOnlyList<SpreadRemedy> Remedies { get; }

    /// <summary>How many flows were seen in both directions.</summary>
    public int BothDirections { get; }

    /// <summary>How many of those have their directions in different queues.</summary>
    public int DirectionsApart { get; }

    /// <summary>What each CPU gets, in the order of the CPUs.</summary>
    public IEnumerable<(int Cpu, Load Load)> CpuLoads => Cpus.Zip(Spread.Queues).GroupBy(pair => pair.First).OrderBy(group => group.Key)
        .Select(group => (group.Key, group.Aggregate(default(Load), (sum, pair) => sum + pair.Second.Load)));

    /// <summary>The busiest CPU's frames as a multiple of the mean.</summary>
    public double CpuImbalance => QueueSpread.ImbalanceOf([.. CpuLoads.Select(cpu => cpu.Load.Frames)]);

    /// <summary>The heaviest flows, by frames.</summary>
    public IReadOnlyList<PlacedFlow> Heaviest(int count) =>
        [.. QueueSpread.Place(Tally, Card.Rss).OrderByDescending(flow => flow.Load.Frames).ThenByDescending(flow => flow.Load.Bytes).ThenBy(flow => flow.Hash).Take(count)];

    /// <summary>A command as it is typed.</summary>
    public string CommandLine(string command)
    {
        ArgumentNullException.ThrowIfNull(command);
        return $"ethtool {command[..2]} {Device}{command[2..]}";
    }
}
