namespace Saker.KernelTests.Bridge;

/// <summary>What became of one frame that came to a bridge.</summary>
/// <param name="Sent">The frames that left, each with its port in front, without VLAN tags, in no order.</param>
/// <param name="Drops">Why packets were dropped, in no order.</param>
/// <param name="Counters">What moved of the statistics of the bridge and its ports.</param>
/// <param name="WentUp">How often the bridge's own device received it.</param>
internal sealed record BridgeOutcome(IReadOnlyList<string> Sent, IReadOnlyList<string> Drops, IReadOnlyDictionary<string, long> Counters, int WentUp)
{
    public override string ToString() =>
        $"sent [{string.Join(", ", Sent.Select(frame => frame.Length > 48 ? frame[..48] + "…" : frame))}] up {WentUp} drops [{string.Join(", ", Drops)}] "
        + string.Join(' ', Counters.OrderBy(counter => counter.Key, StringComparer.Ordinal).Select(counter => $"{counter.Key}={counter.Value}"));
}

/// <summary>Something that happens to a bridge.</summary>
internal abstract record BridgeStep
{
    /// <summary>The one setting of a port that the command <c>bridge</c> does not know.</summary>
    public const string PortMask = "group_fwd_mask";

    /// <summary>A frame comes in by a port.</summary>
    public sealed record Receive(int Port, byte[] Frame) : BridgeStep;

    /// <summary>This host sends a frame by the bridge's own device.</summary>
    public sealed record Send(byte[] Frame) : BridgeStep;

    /// <summary>A port is set, by the words of <c>ip link … type bridge_slave</c>.</summary>
    public sealed record SetPort(int Port, string Setting, string Value) : BridgeStep;

    /// <summary>The bridge is set, by the words of <c>ip link … type bridge</c>.</summary>
    public sealed record SetBridge(string Setting, string Value) : BridgeStep;

    /// <summary>The ageing time is set.</summary>
    public sealed record SetAgeing(int Milliseconds) : BridgeStep;

    /// <summary>A station is configured, by the words of <c>bridge fdb</c>.</summary>
    public sealed record Station(string Verb, string Address, int Port, string Kind) : BridgeStep;

    /// <summary>Time goes on.</summary>
    public sealed record Wait(int Milliseconds) : BridgeStep;
}
