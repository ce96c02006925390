using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Saker.Stack.Nic;

/// <summary>The flow rules of a card, in the order of their locations. It does not change; a changed one is another.</summary>
public sealed record FlowRuleTable
{
    /// <summary>How many locations there are, counted from 0 (an i40e port's share of the flow director).</summary>
    public const int Size = 7680;

    private FlowRuleTable(ImmutableArray<FlowRule> rules) => Rules = rules;

    /// <summary>No rules.</summary>
    public static FlowRuleTable Empty { get; } = new([]);

    /// <summary>The rules, lowest location first.</summary>
    public ImmutableArray<FlowRule> Rules { get; }

    /// <summary>How many there are.</summary>
    public int Count => Rules.Length;

    /// <summary>The greatest queue that a rule steers to; -1 if none does.</summary>
    public int HighestQueue => Rules.IsEmpty ? -1 : Rules.Max(rule => rule.Action);

    /// <summary>
    /// Adds a rule, or puts it in the place of the one at its location. A rule without a location gets the highest free one, as ethtool chooses.
    /// </summary>
    /// <param name="rule">The rule.</param>
    /// <param name="table">The table with it.</param>
    /// <param name="fault">Why it cannot be added, in one line; empty if it can.</param>
    public bool TryAdd(FlowRule rule, [NotNullWhen(true)] out FlowRuleTable? table, out string fault)
    {
        ArgumentNullException.ThrowIfNull(rule);
        int location = rule.Location < 0 ? HighestFree() : rule.Location;
        fault = location < 0 ? $"all {Size} locations have a rule; delete one."
            : location >= Size ? $"there is no location {location}; they go from 0 to {Size - 1}."
            : string.Empty;
        table = fault.Length != 0 ? null
            : new FlowRuleTable([.. Rules.Where(other => other.Location != location).Append(rule with { Location = location }).OrderBy(other => other.Location)]);
        return table is not null;
    }

    /// <summary>Takes the rule at a location away.</summary>
    /// <param name="location">The location.</param>
    /// <param name="table">The table without it.</param>
    /// <returns>False if there is none.</returns>
    public bool TryDelete(int location, out FlowRuleTable table)
    {
        table = new FlowRuleTable(Rules.RemoveAll(rule => rule.Location == location));
        return table.Count != Count;
    }

    /// <inheritdoc/>
    public bool Equals(FlowRuleTable? other) => other is not null && Rules.SequenceEqual(other.Rules);

    /// <inheritdoc/>
    public override int GetHashCode() => Count;

    private int HighestFree()
    {
        int location = Size - 1;
        for (int i = Rules.Length - 1; i >= 0 && Rules[i].Location == location; i--)
        {
            location--;
        }

        return location;
    }
}
