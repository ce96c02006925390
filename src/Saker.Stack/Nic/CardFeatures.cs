namespace Saker.Stack.Nic;

/// <summary>What a card and its driver do by themselves (<c>ethtool -k</c>, <c>-K</c>).</summary>
[Flags]
public enum CardFeatures
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary><c>rx-checksumming</c>: the card verifies checksums.</summary>
    RxChecksumming = 1 << 0,

    /// <summary><c>receive-hashing</c>: the driver passes the card's hash on.</summary>
    ReceiveHashing = 1 << 1,

    /// <summary><c>rx-vlan-offload</c>: the card takes the outer VLAN tag out of the frame and puts it in the descriptor.</summary>
    RxVlanOffload = 1 << 2,

    /// <summary><c>generic-receive-offload</c>: neighbouring segments of a flow are merged.</summary>
    GenericReceiveOffload = 1 << 3,

    /// <summary><c>rx-gro-list</c>: datagrams that are no socket's of this host are chained rather than merged.</summary>
    RxGroList = 1 << 4,

    /// <summary><c>rx-udp-gro-forwarding</c>: datagrams to be forwarded are merged.</summary>
    RxUdpGroForwarding = 1 << 5,

    /// <summary><c>rx-gro-hw</c>: the card merges.</summary>
    RxGroHardware = 1 << 6,

    /// <summary><c>large-receive-offload</c>.</summary>
    LargeReceiveOffload = 1 << 7,

    /// <summary><c>ntuple-filters</c>: flow rules can be set.</summary>
    NtupleFilters = 1 << 8,

    /// <summary><c>rx-vlan-filter</c>: the card drops frames of VLANs that no device wants.</summary>
    RxVlanFilter = 1 << 9,

    /// <summary><c>rx-fcs</c>: the frame check sequence stays on the frame.</summary>
    RxFrameCheckSequence = 1 << 10,

    /// <summary><c>rx-all</c>: frames with errors are received, too.</summary>
    RxAll = 1 << 11,

    /// <summary><c>tcp-segmentation-offload</c>.</summary>
    TcpSegmentationOffload = 1 << 12,

    /// <summary><c>generic-segmentation-offload</c>.</summary>
    GenericSegmentationOffload = 1 << 13,

    /// <summary><c>scatter-gather</c>.</summary>
    ScatterGather = 1 << 14,

    /// <summary><c>tx-checksumming</c>.</summary>
    TxChecksumming = 1 << 15,

    /// <summary><c>tx-vlan-offload</c>: the card puts the VLAN tag into the frame, so that taps see it beside the frame.</summary>
    TxVlanOffload = 1 << 16,

    /// <summary>What an i40e has on when its driver has set it up.</summary>
    Usual = RxChecksumming | ReceiveHashing | RxVlanOffload | GenericReceiveOffload | NtupleFilters | RxVlanFilter
        | TcpSegmentationOffload | GenericSegmentationOffload | ScatterGather | TxChecksumming | TxVlanOffload,
}

/// <summary>The names of <see cref="CardFeatures"/>.</summary>
public static class CardFeatureNames
{
    // The second name is the short one of ethtool -K.
    private static readonly (CardFeatures Feature, string Name, string? Short)[] Table =
    [
        (CardFeatures.RxChecksumming, "rx-checksumming", "rx"), (CardFeatures.TxChecksumming, "tx-checksumming", "tx"),
        (CardFeatures.ScatterGather, "scatter-gather", "sg"), (CardFeatures.TcpSegmentationOffload, "tcp-segmentation-offload", "tso"),
        (CardFeatures.GenericSegmentationOffload, "generic-segmentation-offload", "gso"),
        (CardFeatures.GenericReceiveOffload, "generic-receive-offload", "gro"), (CardFeatures.LargeReceiveOffload, "large-receive-offload", "lro"),
        (CardFeatures.RxVlanOffload, "rx-vlan-offload", "rxvlan"),
        (CardFeatures.TxVlanOffload, "tx-vlan-offload", "txvlan"), (CardFeatures.NtupleFilters, "ntuple-filters", "ntuple"),
        (CardFeatures.ReceiveHashing, "receive-hashing", "rxhash"), (CardFeatures.RxVlanFilter, "rx-vlan-filter", null),
        (CardFeatures.RxFrameCheckSequence, "rx-fcs", null), (CardFeatures.RxAll, "rx-all", null), (CardFeatures.RxGroHardware, "rx-gro-hw", null),
        (CardFeatures.RxUdpGroForwarding, "rx-udp-gro-forwarding", null), (CardFeatures.RxGroList, "rx-gro-list", null),
    ];

    internal static readonly SettingTable<CardFeatures> Names = new("feature", [.. Table.SelectMany(entry => Both(entry.Feature, entry.Name, entry.Short))]);

    /// <summary>Each feature's name and whether it is <c>on</c> or <c>off</c>, in ethtool's order.</summary>
    public static IEnumerable<SettingText> Read(CardFeatures features) =>
        Table.Select(entry => new SettingText(entry.Name, (features & entry.Feature) != CardFeatures.None ? "on" : "off"));

    /// <summary>Takes over a feature that was read somewhere: <c>on</c> or <c>off</c>; a name that is none of them is passed over.</summary>
    public static CardFeatures TakeOver(CardFeatures features, string name, string value) => Names.TakeOver(features, name, value);

    private static IEnumerable<Setting<CardFeatures>> Both(CardFeatures feature, string name, string? shortName)
    {
        yield return Of(name);
        if (shortName is not null)
        {
            yield return Of(shortName);
        }

        Setting<CardFeatures> Of(string spelled) => new(
            spelled,
            features => (features & feature) != CardFeatures.None ? 1 : 0,
            (features, value) => value != 0 ? features | feature : features & ~feature,
            IsSwitch: true);
    }
}
