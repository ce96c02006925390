using System.Globalization;

namespace Saker.KernelTests.Core;

/// <summary>A packet socket as a tap: where it hangs, and whether it has room.</summary>
/// <param name="Device">Whose packets it sees; null: those of all devices.</param>
/// <param name="Protocol">Which protocol's; 3: all.</param>
/// <param name="IsFull">Whether its receive queue is full, so that it wants what it cannot take.</param>
/// <param name="TellsOriginal">Whether it tells the device by which a packet first came, and not the one that it is on.</param>
internal sealed record TapSetting(string? Device, ushort Protocol, bool IsFull, bool TellsOriginal)
{
    public const ushort All = 3;

    public string Name => $"{Device ?? "any"} {Protocol:x4}{(TellsOriginal ? " original" : string.Empty)}";

    /// <summary>Reads <c>eth0 88b5 full</c>: device or <c>any</c>, protocol in hexadecimal or <c>all</c>, and what else there is to say.</summary>
    public static TapSetting Parse(string text)
    {
        string[] words = text.Split(' ');
        return new TapSetting(
            words[0] == "any" ? null : words[0],
            words[1] == "all" ? All : ushort.Parse(words[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture),
            words.Contains("full"),
            words.Contains("original"));
    }

    /// <summary>Settings, with commas between.</summary>
    public static IReadOnlyList<TapSetting> ParseAll(string text) => text.Length == 0 ? [] : [.. text.Split(", ").Select(Parse)];
}

/// <summary>What became of a frame, as far as the receive core decides.</summary>
/// <param name="Seen">What each tap saw, in its order: its name, the device, to whom, the protocol, the tag beside the packet, and the bytes.</param>
/// <param name="Drops">The reasons of all drops.</param>
/// <param name="Counters">The devices' counters of drops that moved.</param>
internal sealed record CoreAnswer(IReadOnlyList<string> Seen, IReadOnlyList<string> Drops, IReadOnlyList<string> Counters)
{
    /// <summary>The counters that are compared.</summary>
    public static readonly string[] CounterNames = ["rx_dropped", "rx_nohandler", "rx_otherhost_dropped"];

    public override string ToString() => $"saw [{string.Join("; ", Seen)}] dropped [{string.Join(", ", Drops)}] counted [{string.Join(", ", Counters)}]";
}
