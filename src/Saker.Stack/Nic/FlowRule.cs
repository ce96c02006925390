using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Saker.Wire;

namespace Saker.Stack.Nic;

/// <summary>A rule by which a card steers frames before it hashes them (<c>ethtool -N DEV flow-type … action … loc …</c>).</summary>
public sealed record FlowRule
{
    /// <summary>The action that drops.</summary>
    public const int Drop = -1;

    /// <summary>The frames that it looks at: those of one kind; <see cref="RssFlowType.IPv4"/> and <see cref="RssFlowType.IPv6"/> mean the whole family,
    /// <see cref="RssFlowType.None"/> any Ethernet frame.</summary>
    public RssFlowType Type { get; init; }

    /// <summary>What it asks of them; all must hold, and none is there twice.</summary>
    public ImmutableArray<FlowRuleCondition> Conditions { get; init; } = [];

    /// <summary>The queue that they go to, or <see cref="Drop"/>.</summary>
    public int Action { get; init; }

    /// <summary>Its place: the lowest that matches decides. -1: the card chooses.</summary>
    public int Location { get; init; } = -1;

    /// <summary>Reads what stands behind <c>ethtool -N DEV</c>: <c>flow-type udp4 dst-port 53 action 2 loc 5</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="fault">What is wrong with the text, in one line; empty if nothing is.</param>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out FlowRule? rule, out string fault) =>
        FlowRuleParser.TryParse(text, out rule, out fault);

    /// <summary>The rule as <c>ethtool -N</c> takes it.</summary>
    public override string ToString() => FlowRuleText.Command(this);

    /// <inheritdoc/>
    public bool Equals(FlowRule? other) =>
        other is not null && Type == other.Type && Action == other.Action && Location == other.Location && Conditions.SequenceEqual(other.Conditions);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Type, Action, Location, Conditions.Length);
}
