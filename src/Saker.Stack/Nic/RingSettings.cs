using System.Numerics;

namespace Saker.Stack.Nic;

/// <summary>How many descriptors a card's rings have (<c>ethtool -g</c>, <c>-G</c>).</summary>
public sealed record RingSettings
{
    internal static readonly SettingTable<RingSettings> Names = new(
        "ring",
        new("rx", settings => Available(settings.Rx, settings.MaximumRx), (settings, value) => settings with { Rx = value }),
        new("tx", settings => Available(settings.Tx, settings.MaximumTx), (settings, value) => settings with { Tx = value }));

    internal static readonly SettingTable<RingSettings> MaximumNames = new(
        "ring",
        new("rx", settings => Available(settings.MaximumRx, settings.MaximumRx), (settings, value) => settings with { MaximumRx = value }),
        new("tx", settings => Available(settings.MaximumTx, settings.MaximumTx), (settings, value) => settings with { MaximumTx = value }));

    /// <summary>Descriptors of a receive ring.</summary>
    public int Rx { get; init; } = 512;

    /// <summary>Descriptors of a transmit ring.</summary>
    public int Tx { get; init; } = 512;

    /// <summary>The most of <see cref="Rx"/>; 0: the card has no receive rings that can be set.</summary>
    public int MaximumRx { get; init; } = 4096;

    /// <summary>The most of <see cref="Tx"/>; 0: the card has no transmit rings that can be set.</summary>
    public int MaximumTx { get; init; } = 4096;

    /// <summary>The least of either.</summary>
    public int Minimum { get; init; } = 64;

    /// <summary>What a size is rounded up to a multiple of, as the i40e driver does.</summary>
    public int Multiple { get; init; } = 32;

    /// <summary>Whether a size must be a power of two, as many other cards want it; it is not rounded then.</summary>
    public bool IsPowerOfTwo { get; init; }

    /// <summary>The same with a value that was read somewhere by ethtool's name; a name or a value that is none is passed over.</summary>
    public RingSettings TakeOver(string name, string value) => Names.TakeOver(this, name, value);

    /// <summary>The same with a maximum that was read so.</summary>
    public RingSettings TakeOverMaximum(string name, string value) => MaximumNames.TakeOver(this, name, value);

    /// <summary>The same with sizes rounded as the driver rounds them.</summary>
    internal RingSettings Rounded() => IsPowerOfTwo ? this : this with { Rx = Round(Rx), Tx = Round(Tx) };

    /// <summary>Why a card cannot be so, in one line; null if it can.</summary>
    internal string? Fault => FaultOf("rx", Rx, MaximumRx) ?? FaultOf("tx", Tx, MaximumTx);

    private static int? Available(int value, int maximum) => maximum == 0 ? null : value;

    private int Round(int size) => Multiple <= 1 || size > int.MaxValue - Multiple ? size : (size + Multiple - 1) / Multiple * Multiple;

    private string? FaultOf(string name, int size, int maximum) => maximum == 0 ? null
        : size < Minimum || size > maximum ? $"{name} takes {Minimum} to {maximum} descriptors, not {size}."
        : IsPowerOfTwo && !BitOperations.IsPow2(size) ? $"{name} takes a power of two; the next ones to {size} are {BitOperations.RoundUpToPowerOf2((uint)size) / 2} and {BitOperations.RoundUpToPowerOf2((uint)size)}."
        : null;
}
