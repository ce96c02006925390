namespace Saker.Stack.Nic;

/// <summary>How many queues a card has and may have (<c>ethtool -l</c>, <c>-L</c>). 0 as a maximum: the card has no such channels.</summary>
public sealed record ChannelSettings
{
    internal static readonly SettingTable<ChannelSettings> Names = new(
        "kind of channel",
        new("rx", settings => Available(settings.Rx, settings.MaximumRx), (settings, value) => settings with { Rx = value }),
        new("tx", settings => Available(settings.Tx, settings.MaximumTx), (settings, value) => settings with { Tx = value }),
        new("other", settings => Available(settings.Other, settings.MaximumOther), (settings, value) => settings with { Other = value }),
        new("combined", settings => Available(settings.Combined, settings.MaximumCombined), (settings, value) => settings with { Combined = value }));

    internal static readonly SettingTable<ChannelSettings> MaximumNames = new(
        "kind of channel",
        new("rx", settings => Available(settings.MaximumRx, settings.MaximumRx), (settings, value) => settings with { MaximumRx = value }),
        new("tx", settings => Available(settings.MaximumTx, settings.MaximumTx), (settings, value) => settings with { MaximumTx = value }),
        new("other", settings => Available(settings.MaximumOther, settings.MaximumOther), (settings, value) => settings with { MaximumOther = value }),
        new("combined", settings => Available(settings.MaximumCombined, settings.MaximumCombined), (settings, value) => settings with { MaximumCombined = value }));

    /// <summary>Queues that only receive.</summary>
    public int Rx { get; init; }

    /// <summary>Queues that only send.</summary>
    public int Tx { get; init; }

    /// <summary>Vectors for other purposes.</summary>
    public int Other { get; init; }

    /// <summary>Pairs of a receive and a transmit queue with one vector.</summary>
    public int Combined { get; init; } = 1;

    /// <summary>The most of <see cref="Rx"/>.</summary>
    public int MaximumRx { get; init; }

    /// <summary>The most of <see cref="Tx"/>.</summary>
    public int MaximumTx { get; init; }

    /// <summary>The most of <see cref="Other"/>.</summary>
    public int MaximumOther { get; init; }

    /// <summary>The most of <see cref="Combined"/>.</summary>
    public int MaximumCombined { get; init; } = 64;

    /// <summary>How many queues receive.</summary>
    public int ReceiveQueues => Rx + Combined;

    /// <summary>How many queues send.</summary>
    public int TransmitQueues => Tx + Combined;

    /// <summary>The same with a value that was read somewhere by ethtool's name; a name or a value that is none is passed over.</summary>
    public ChannelSettings TakeOver(string name, string value) => Names.TakeOver(this, name, value);

    /// <summary>The same with a maximum that was read so.</summary>
    public ChannelSettings TakeOverMaximum(string name, string value) => MaximumNames.TakeOver(this, name, value);

    /// <summary>Why a card cannot be so, in one line; null if it can.</summary>
    internal string? Fault =>
        Excess("rx", Rx, MaximumRx) ?? Excess("tx", Tx, MaximumTx) ?? Excess("other", Other, MaximumOther) ?? Excess("combined", Combined, MaximumCombined)
        ?? (ReceiveQueues == 0 || TransmitQueues == 0 ? "no queue would be left to receive or to send; give at least one combined channel, or rx and tx." : null);

    private static string? Excess(string name, int value, int maximum) => value <= maximum ? null
        : maximum == 0 ? $"the card has no {name} channels." : $"{name} takes at most {maximum} channels, not {value}.";

    private static int? Available(int value, int maximum) => maximum == 0 ? null : value;
}
