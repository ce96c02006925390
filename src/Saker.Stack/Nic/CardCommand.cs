using Saker.Wire;

namespace Saker.Stack.Nic;

/// <summary>ethtool's commands on a card's settings.</summary>
internal static class CardCommand
{
    public static string? Apply(CardSettings card, CommandWords words, out CardSettings changed)
    {
        changed = card;
        words.TryTake(out ReadOnlySpan<char> option);
        return option switch
        {
            "-L" => SetChannels(card, words, out changed),
            "-G" => SetRings(card, words, out changed),
            "-C" => SetCoalesce(card, words, out changed),
            "-K" => SetFeatures(card, words, out changed),
            "-X" => HashCommand.Apply(card, words, out changed),
            "-N" or "-U" => SetFlows(card, words, out changed),
            _ => $"'{option}' is no option that sets something of a card; there are -L, -G, -C, -K, -X and -N.",
        };
    }

    public static IEnumerable<SettingText> ReadHash(RssSettings rss)
    {
        yield return new("hfunc", "toeplitz");
        yield return new("hkey", rss.Key.ToString());
        yield return new("xfrm", rss.SymmetricXor ? "symmetric-xor" : "none");
        yield return new("indir", string.Join(' ', rss.Table.Queues.ToArray()));
    }

    private static string? SetChannels(CardSettings card, CommandWords words, out CardSettings changed)
    {
        string? fault = ChannelSettings.Names.Apply(card.Channels, words, out ChannelSettings channels);
        int queues = Math.Max(1, channels.ReceiveQueues);
        changed = card with { Channels = channels, Rss = card.Rss with { Table = card.Rss.Table.ForQueues(Math.Min(queues, short.MaxValue)) } };
        return fault;
    }

    private static string? SetRings(CardSettings card, CommandWords words, out CardSettings changed)
    {
        string? fault = RingSettings.Names.Apply(card.Rings, words, out RingSettings rings);
        changed = card with { Rings = rings.Rounded() };
        return fault;
    }

    private static string? SetCoalesce(CardSettings card, CommandWords words, out CardSettings changed)
    {
        string? fault = CoalesceSettings.Names.Apply(card.Coalesce, words, out CoalesceSettings coalesce);
        changed = card with { Coalesce = coalesce };
        return fault;
    }

    private static string? SetFeatures(CardSettings card, CommandWords words, out CardSettings changed)
    {
        string? fault = CardFeatureNames.Names.Apply(card.Features, words, out CardFeatures features);

        // Switching them off takes the rules away for good.
        bool keepsRules = (features & CardFeatures.NtupleFilters) != CardFeatures.None;
        changed = card with { Features = features, Rules = keepsRules ? card.Rules : FlowRuleTable.Empty };
        return fault;
    }

    private static string? SetFlows(CardSettings card, CommandWords words, out CardSettings changed)
    {
        changed = card;
        if (words.TryTake("rx-flow-hash"))
        {
            return SetFields(card, words, out changed);
        }

        if ((card.Features & CardFeatures.NtupleFilters) == CardFeatures.None)
        {
            return "flow rules are off; switch them on first: -K ntuple-filters on.";
        }

        if (words.TryTake("delete"))
        {
            words.TryTake(out ReadOnlySpan<char> text);
            if (!CommandWords.TryParseNumber(text, out int location) || !card.Rules.TryDelete(location, out FlowRuleTable rest))
            {
                return $"delete takes the location of a rule; there is none at '{text}'.";
            }

            changed = card with { Rules = rest };
            return null;
        }

        if (!FlowRule.TryParse(words.Rest, out FlowRule? rule, out string fault) || !card.Rules.TryAdd(rule, out FlowRuleTable? rules, out fault))
        {
            return fault;
        }

        if (rule.Action >= card.Queues)
        {
            return $"action takes a queue from 0 to {card.Queues - 1}, or -1 to drop; not {rule.Action}.";
        }

        changed = card with { Rules = rules };
        return null;
    }

    private static string? SetFields(CardSettings card, CommandWords words, out CardSettings changed)
    {
        changed = card;
        words.TryTake(out ReadOnlySpan<char> name);
        words.TryTake(out ReadOnlySpan<char> letters);
        if (!RssFlowTypeNames.TryParse(name, out RssFlowType type))
        {
            return $"'{name}' is no flow type; there are {RssFlowTypeNames.List}.";
        }

        if (!RssFieldLetters.TryParse(letters, out RssFields fields, out string fault))
        {
            return fault;
        }

        if (!RssFieldTable.CanHash(type, fields))
        {
            return $"{name} has no ports to hash; give s and d alone.";
        }

        changed = card with { Rss = card.Rss with { Fields = card.Rss.Fields.With(type, fields) } };
        return words.TryTake(out ReadOnlySpan<char> more) ? $"'{more}' is too much; rx-flow-hash takes a flow type and letters." : null;
    }
}
