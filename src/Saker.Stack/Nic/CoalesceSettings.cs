namespace Saker.Stack.Nic;

/// <summary>When a card raises its interrupts (<c>ethtool -c</c>, <c>-C</c>). Times are in microseconds.</summary>
public sealed record CoalesceSettings
{
    /// <summary>The longest interval of an i40e (<c>I40E_MAX_ITR</c>).</summary>
    public const int MaximumMicroseconds = 8160;

    internal static readonly SettingTable<CoalesceSettings> Names = new(
        "setting of coalescing",
        new("adaptive-rx", settings => settings.AdaptiveRx ? 1 : 0, (settings, value) => settings with { AdaptiveRx = value != 0 }, IsSwitch: true),
        new("adaptive-tx", settings => settings.AdaptiveTx ? 1 : 0, (settings, value) => settings with { AdaptiveTx = value != 0 }, IsSwitch: true),
        new("rx-usecs", settings => settings.RxMicroseconds, (settings, value) => settings with { RxMicroseconds = value }),
        new("rx-frames", settings => settings.RxFrames, (settings, value) => settings with { RxFrames = value }),
        new("rx-usecs-irq", settings => settings.RxMicrosecondsInInterrupt, (settings, value) => settings with { RxMicrosecondsInInterrupt = value }),
        new("rx-frames-irq", settings => settings.RxFramesInInterrupt, (settings, value) => settings with { RxFramesInInterrupt = value }),
        new("tx-usecs", settings => settings.TxMicroseconds, (settings, value) => settings with { TxMicroseconds = value }),
        new("tx-frames", settings => settings.TxFrames, (settings, value) => settings with { TxFrames = value }),
        new("tx-usecs-irq", settings => settings.TxMicrosecondsInInterrupt, (settings, value) => settings with { TxMicrosecondsInInterrupt = value }),
        new("tx-frames-irq", settings => settings.TxFramesInInterrupt, (settings, value) => settings with { TxFramesInInterrupt = value }),
        new("rx-usecs-high", settings => settings.RxMicrosecondsHigh, (settings, value) => settings with { RxMicrosecondsHigh = value }));

    /// <summary>Whether the driver chooses the interval by the traffic.</summary>
    public bool AdaptiveRx { get; init; }

    /// <summary>The same for sending.</summary>
    public bool AdaptiveTx { get; init; }

    /// <summary>How long after a frame the interrupt comes; 0: at once.</summary>
    public int RxMicroseconds { get; init; }

    /// <summary>After how many frames the interrupt comes, whatever the time; 0: frames do not count.</summary>
    public int RxFrames { get; init; }

    /// <summary>The same while the interrupt is being served.</summary>
    public int RxMicrosecondsInInterrupt { get; init; }

    /// <summary>The same while the interrupt is being served; with i40e, the most descriptors cleaned by one interrupt's transmit work.</summary>
    public int RxFramesInInterrupt { get; init; }

    /// <summary>How long after a frame was sent the interrupt comes.</summary>
    public int TxMicroseconds { get; init; }

    /// <summary>After how many sent frames the interrupt comes.</summary>
    public int TxFrames { get; init; }

    /// <summary>The same while the interrupt is being served.</summary>
    public int TxMicrosecondsInInterrupt { get; init; }

    /// <summary>The same while the interrupt is being served.</summary>
    public int TxFramesInInterrupt { get; init; }

    /// <summary>The least time between two interrupts of a vector, whatever else is set (i40e's rate limit); 0: none.</summary>
    public int RxMicrosecondsHigh { get; init; }

    /// <summary>The same with a value that was read somewhere by ethtool's name; a name or a value that is none is passed over.</summary>
    public CoalesceSettings TakeOver(string name, string value) => Names.TakeOver(this, name, value);

    /// <summary>Why a card cannot be so, in one line; null if it can.</summary>
    internal string? Fault => FaultOf("rx-usecs", RxMicroseconds) ?? FaultOf("tx-usecs", TxMicroseconds) ?? FaultOf("rx-usecs-irq", RxMicrosecondsInInterrupt)
        ?? FaultOf("tx-usecs-irq", TxMicrosecondsInInterrupt);

    private static string? FaultOf(string name, int value) =>
        value <= MaximumMicroseconds ? null : $"{name} takes at most {MaximumMicroseconds} microseconds, not {value}.";
}
