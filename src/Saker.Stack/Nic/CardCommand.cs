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
            "-X" => SetHash(card, words, out changed),
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

    private static string? SetHash(CardSettings card, CommandWords words, out CardSettings changed)
    {
        RssSettings rss = card.Rss;
        changed = card;
        int start = 0;
        bool any = false;
        List<int>? weights = null;
        int equal = 0;
        bool isDefault = false;
        while (words.TryTake(out ReadOnlySpan<char> word))
        {
            any = true;
            switch (word)
            {
                case "hkey":
                    words.TryTake(out ReadOnlySpan<char> octets);
                    if (!ToeplitzKey.TryParse(octets, null, out ToeplitzKey? key) || key.Length != rss.Key.Length)
                    {
                        return $"hkey takes {rss.Key.Length} pairs of hexadecimal digits with colons between them; '{octets}' is none.";
                    }

                    rss = rss with { Key = key };
                    break;
                case "hfunc":
                    if (!words.TryTake("toeplitz"))
                    {
                        return "hfunc takes toeplitz; the card has no other function.";
                    }

                    break;
                case "xfrm":
                    words.TryTake(out ReadOnlySpan<char> transform);
                    if (transform is not ("symmetric-xor" or "none"))
                    {
                        return $"xfrm takes symmetric-xor or none; '{transform}' is neither.";
                    }

                    rss = rss with { SymmetricXor = transform is "symmetric-xor" };
                    break;
                case "start":
                    words.TryTake(out ReadOnlySpan<char> first);
                    if (!CommandWords.TryParseNumber(first, out start) || start >= card.Queues)
                    {
                        return $"start takes a queue from 0 to {card.Queues - 1}; '{first}' is none.";
                    }

                    break;
                case "equal":
                    words.TryTake(out ReadOnlySpan<char> count);
                    if (!CommandWords.TryParseNumber(count, out equal) || equal == 0 || equal > short.MaxValue)
                    {
                        return $"equal takes a number of queues from 1 on; '{count}' is none.";
                    }

                    break;
                case "weight":
                    weights = TakeNumbers(ref words);
                    break;
                case "default":
                    isDefault = true;
                    break;
                default:
                    return $"'{word}' is no word of -X; there are hkey, hfunc, xfrm, start, equal, weight and default.";
            }
        }

        if (!any)
        {
            return "nothing to set; give some of hkey, hfunc, xfrm, equal, weight and default.";
        }

        if ((equal != 0 ? 1 : 0) + (weights is null ? 0 : 1) + (isDefault ? 1 : 0) > 1)
        {
            return "equal, weight and default each set the whole table; give one of them.";
        }

        string fault = string.Empty;
        IndirectionTable? table = rss.Table;
        if (isDefault)
        {
            table = IndirectionTable.Default(table.Size, card.Queues);
        }
        else if (equal != 0)
        {
            table = IndirectionTable.Equal(table.Size, equal, start);
        }
        else if (weights is not null && !IndirectionTable.TryWeight(table.Size, weights, start, out table, out fault))
        {
            return fault;
        }

        changed = card with { Rss = rss with { Table = table } };
        return null;
    }

    private static List<int> TakeNumbers(ref CommandWords words)
    {
        List<int> numbers = [];
        CommandWords before = words;
        while (words.TryTake(out ReadOnlySpan<char> word) && CommandWords.TryParseNumber(word, out int number))
        {
            numbers.Add(number);
            before = words;
        }

        words = before;
        return numbers;
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
