using System.Diagnostics.CodeAnalysis;
using Saker.Wire;

namespace Saker.Stack.Nic;

/// <summary>
/// Everything of a card that ethtool shows and sets. It does not change: a card is given another one, whole. Read it by its properties, or by ethtool's names
/// with <see cref="Read"/>; change it by <c>with</c> and <see cref="TryValidate"/>, or in ethtool's words with <see cref="TryApply"/>.
/// </summary>
/// <remarks>A new one is a card with one queue and no moderation; <see cref="OfI40e"/> is what the driver of an i40e sets up.</remarks>
public sealed record CardSettings
{
    private const int UsualI40eMicroseconds = 50;

    /// <summary>How many queues (<c>-l</c>, <c>-L</c>).</summary>
    public ChannelSettings Channels { get; init; } = new();

    /// <summary>How long the rings are (<c>-g</c>, <c>-G</c>).</summary>
    public RingSettings Rings { get; init; } = new();

    /// <summary>When interrupts come (<c>-c</c>, <c>-C</c>).</summary>
    public CoalesceSettings Coalesce { get; init; } = new();

    /// <summary>What the card and its driver do by themselves (<c>-k</c>, <c>-K</c>).</summary>
    public CardFeatures Features { get; init; } = CardFeatures.Usual;

    /// <summary>How flows are spread over the queues (<c>-x</c>, <c>-X</c>, <c>-n DEV rx-flow-hash</c>).</summary>
    public RssSettings Rss { get; init; } = new();

    /// <summary>The rules that come before that (<c>-n</c>, <c>-N</c>).</summary>
    public FlowRuleTable Rules { get; init; } = FlowRuleTable.Empty;

    /// <summary>How many queues receive.</summary>
    public int Queues => Channels.ReceiveQueues;

    /// <summary>What the i40e driver sets up on a host with so many CPUs: a queue pair for each, 512 entries of indirection, adaptive moderation.</summary>
    /// <param name="cpus">How many CPUs.</param>
    /// <param name="key">The key of 52 octets, which Linux draws at boot; null: the one of DPDK.</param>
    public static CardSettings OfI40e(int cpus, ToeplitzKey? key = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(cpus);
        return new CardSettings
        {
            Channels = new ChannelSettings { Combined = cpus, MaximumCombined = cpus, Other = 1, MaximumOther = 1 },
            Coalesce = new CoalesceSettings
            {
                AdaptiveRx = true,
                AdaptiveTx = true,
                RxMicroseconds = UsualI40eMicroseconds,
                TxMicroseconds = UsualI40eMicroseconds,
            },
            Rss = new RssSettings
            {
                Key = key ?? RssKeys.All.Single(known => known.Name == "i40e").Key,
                Table = IndirectionTable.Default(IndirectionTable.ExtendedSize, cpus),
            },
        };
    }

    /// <summary>The same with another number of queue pairs. A default table follows it, as in the kernel.</summary>
    public CardSettings WithQueues(int queues) => this with
    {
        Channels = Channels with { Rx = 0, Tx = 0, Combined = queues, MaximumCombined = Math.Max(queues, Channels.MaximumCombined) },
        Rss = Rss with { Table = Rss.Table.ForQueues(queues) },
    };

    /// <summary>Whether a card can be so.</summary>
    /// <param name="fault">Why not, in one line; empty if it can.</param>
    public bool TryValidate(out string fault)
    {
        fault = Channels.Fault ?? Rings.Fault ?? Coalesce.Fault ?? FaultOfQueues() ?? string.Empty;
        return fault.Length == 0;
    }

    /// <summary>What ethtool shows: <c>-l</c>, <c>-g</c>, <c>-c</c>, <c>-k</c>, <c>-x</c> or <c>-n</c>.</summary>
    /// <param name="option">The letter, in either case.</param>
    /// <returns>Names and values, in ethtool's words; empty for another letter.</returns>
    public IEnumerable<SettingText> Read(char option) => char.ToLowerInvariant(option) switch
    {
        'l' => ChannelSettings.Names.Read(Channels),
        'g' => RingSettings.Names.Read(Rings),
        'c' => CoalesceSettings.Names.Read(Coalesce),
        'k' => CardFeatureNames.Read(Features),
        'x' => CardCommand.ReadHash(Rss),
        'n' => [.. RssFlowTypeNames.All.Select(type => new SettingText(type.Name()!, RssFieldLetters.Format(Rss.Fields[type]))),
            .. Rules.Rules.Select(rule => new SettingText($"rule {rule.Location}", rule.ToString()))],
        _ => [],
    };

    /// <summary>Does what ethtool would: <c>-L combined 4</c>, <c>-X weight 3 1</c>, <c>-N flow-type udp4 dst-port 53 action 2</c>, <c>-N delete 5</c>.</summary>
    /// <param name="command">The words behind <c>ethtool</c>, without the device's name.</param>
    /// <param name="changed">The settings afterwards.</param>
    /// <param name="fault">What is wrong with the command, in one line; empty if nothing is.</param>
    public bool TryApply(string command, [NotNullWhen(true)] out CardSettings? changed, out string fault)
    {
        ArgumentNullException.ThrowIfNull(command);
        fault = CardCommand.Apply(this, new CommandWords(command), out changed) ?? string.Empty;
        if (fault.Length == 0 && changed.TryValidate(out fault))
        {
            return true;
        }

        changed = null;
        return false;
    }

    private string? FaultOfQueues() =>
        Rss.Table.HighestQueue >= Queues
            ? $"the indirection table leads to queue {Rss.Table.HighestQueue}, and there are {Queues} queues; set another table, or 'default'."
        : Rules.HighestQueue >= Queues
            ? $"a flow rule leads to queue {Rules.HighestQueue}, and there are {Queues} queues; delete the rule, or have more queues."
        : null;
}
