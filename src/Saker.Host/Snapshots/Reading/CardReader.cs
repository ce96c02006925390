using Saker.Stack.Devices;
using Saker.Stack.Nic;
using Saker.Wire;

namespace Saker.Host.Snapshots.Reading;

/// <summary>Reads <c>ethtool</c> and <c>features</c>: what each device's card is set to. What the card model does not have is told, and its default taken.</summary>
internal sealed class CardReader
{
    private const int MaximumQueue = short.MaxValue;

    private readonly SnapshotLimitations _limitations;

    private CardReader(SnapshotLimitations limitations) => _limitations = limitations;

    /// <summary>Gives each device its card.</summary>
    public static void Read(SnapshotDocument snapshot, SnapshotDevices devices, SnapshotLimitations limitations)
    {
        SnapshotEntry? features = snapshot.Object(SnapshotPart.Features);
        SnapshotEntry? cards = snapshot.Object(SnapshotPart.Ethtool);
        foreach (NetworkDevice device in devices.All)
        {
            CardSettings card = device.Card;
            if (features?.Object(device.Name) is { } offered)
            {
                // A virtual device takes tags that come beside packets; there is no card that takes them out of frames.
                CardFeatures unable = devices.Kinds.ContainsKey(device.Name) ? CardFeatures.RxVlanOffload : CardFeatures.None;
                card = card with { Features = ReadFeatures(offered) & ~unable };
                device.Offload = device.Offload with
                {
                    IsOn = Has(card, CardFeatures.GenericReceiveOffload),
                    KeepSegments = Has(card, CardFeatures.RxGroList),
                    MergeForwardedUdp = Has(card, CardFeatures.RxUdpGroForwarding),
                };
            }

            if (cards?.Object(device.Name) is { } entry)
            {
                card = new CardReader(limitations).Read(entry, card, device.Name);
            }

            device.Card = card;
        }
    }

    private static bool Has(CardSettings card, CardFeatures feature) => (card.Features & feature) != CardFeatures.None;

    private static CardFeatures ReadFeatures(SnapshotEntry entry)
    {
        CardFeatures features = CardFeatures.None;
        foreach ((string name, string value) in entry.Texts())
        {
            // A value may have "[fixed]" or "[requested on]" behind it.
            features = CardFeatureNames.TakeOver(features, name, value.Split(' ')[0]);
        }

        return features;
    }

    private CardSettings Read(SnapshotEntry entry, CardSettings usual, string device)
    {
        CardSettings card = usual with
        {
            Channels = ReadChannels(entry, usual.Channels),
            Rings = ReadRings(entry, usual.Rings),
            Coalesce = ReadCoalesce(entry, usual.Coalesce),
        };
        card = card with { Rss = ReadHash(entry, card.Rss with { Table = card.Rss.Table.ForQueues(Math.Max(1, card.Queues)) }, device) };
        card = card with { Rss = card.Rss with { Fields = ReadFields(entry, card.Rss.Fields, device) }, Rules = ReadRules(entry, card.Rules, device) };
        if (card.TryValidate(out string fault))
        {
            return card;
        }

        _limitations.Add($"ethtool: {device}: {fault} A card with one queue is assumed");
        return usual;
    }

    private static ChannelSettings ReadChannels(SnapshotEntry entry, ChannelSettings usual)
    {
        if (entry.Object("channels") is not { } channels || channels.Object("current") is not { } current)
        {
            return usual;
        }

        ChannelSettings settings = new() { Combined = 0, MaximumCombined = 0 };
        foreach ((string name, string value) in channels.Object("maximum")?.Texts() ?? [])
        {
            settings = settings.TakeOverMaximum(name, value);
        }

        foreach ((string name, string value) in current.Texts())
        {
            settings = settings.TakeOver(name, value);
        }

        return settings;
    }

    private static RingSettings ReadRings(SnapshotEntry entry, RingSettings usual)
    {
        if (entry.Object("rings") is not { } rings || rings.Object("current") is not { } current)
        {
            return usual;
        }

        RingSettings settings = new() { MaximumRx = 0, MaximumTx = 0 };
        foreach ((string name, string value) in rings.Object("maximum")?.Texts() ?? [])
        {
            settings = settings.TakeOverMaximum(name, value);
        }

        foreach ((string name, string value) in current.Texts())
        {
            settings = settings.TakeOver(name, value);
        }

        // ethtool does not tell what other sizes the driver takes; this one it took.
        int least = Math.Min(settings.MaximumRx == 0 ? int.MaxValue : settings.Rx, settings.MaximumTx == 0 ? int.MaxValue : settings.Tx);
        return settings with { Minimum = Math.Min(settings.Minimum, least), Multiple = least % settings.Multiple == 0 ? settings.Multiple : 1 };
    }

    private static CoalesceSettings ReadCoalesce(SnapshotEntry entry, CoalesceSettings usual)
    {
        CoalesceSettings settings = usual;
        foreach ((string name, string value) in entry.Object("coalesce")?.Texts() ?? [])
        {
            settings = settings.TakeOver(name, value);
        }

        return settings;
    }

    private RssSettings ReadHash(SnapshotEntry entry, RssSettings usual, string device)
    {
        if (entry.Object("rxfh") is not { } hash)
        {
            return usual;
        }

        RssSettings settings = usual;
        IReadOnlyList<int> queues = hash.Numbers("table", 0, MaximumQueue);
        if (IndirectionTable.IsSize(queues.Count))
        {
            IndirectionTable table = IndirectionTable.Of([.. queues.Select(queue => (ushort)queue)]);
            IndirectionTable driver = IndirectionTable.Default(table.Size, usual.Table.HighestQueue + 1);
            settings = settings with { Table = table.Queues.SequenceEqual(driver.Queues) ? driver : table };
        }
        else if (queues.Count != 0)
        {
            _limitations.Add($"ethtool: {device} has an indirection table of {queues.Count} entries, which is no power of two; one of {usual.Table.Size} is assumed");
        }

        string key = hash.Text("key") ?? string.Empty;
        if (ToeplitzKey.TryParse(key, null, out ToeplitzKey? parsed))
        {
            settings = settings with { Key = parsed };
        }
        else if (queues.Count != 0)
        {
            _limitations.Add($"ethtool: {device} does not tell the key of its hash; another is assumed, so that flows go to other queues");
        }

        IReadOnlyList<string> on = hash.Words("on");
        if (queues.Count != 0 && on.Count != 0 && !on.Contains("toeplitz"))
        {
            _limitations.Add($"ethtool: {device} hashes by {string.Join(", ", on)}; toeplitz is assumed");
        }

        return settings with { SymmetricXor = on.Contains("symmetric-xor") };
    }

    private RssFieldTable ReadFields(SnapshotEntry entry, RssFieldTable usual, string device)
    {
        RssFieldTable fields = usual;
        foreach ((string name, string letters) in entry.Object("fields")?.Texts() ?? [])
        {
            if (letters.Length == 0 || !RssFlowTypeNames.TryParse(name, out RssFlowType type))
            {
                continue;
            }

            if (RssFieldLetters.TryParse(letters, out RssFields hashed, out _) && RssFieldTable.CanHash(type, hashed))
            {
                fields = fields.With(type, hashed);
            }
            else
            {
                _limitations.Add($"ethtool: {device} hashes {letters} of {name}, of which the card model knows s, d, f and n; {RssFieldLetters.Format(fields[type])} is assumed");
            }
        }

        return fields;
    }

    private FlowRuleTable ReadRules(SnapshotEntry entry, FlowRuleTable usual, string device)
    {
        FlowRuleTable rules = usual;
        foreach (string text in entry.Words("ntuple"))
        {
            if (FlowRule.TryParse(text, out FlowRule? rule, out string fault) && rules.TryAdd(rule, out FlowRuleTable? added, out fault))
            {
                rules = added;
            }
            else
            {
                _limitations.Add($"ethtool: {device}: the flow rule '{text}' is left out: {fault}");
            }
        }

        return rules;
    }
}
