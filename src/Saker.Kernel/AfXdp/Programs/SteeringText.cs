using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Saker.Kernel.AfXdp;

/// <summary>Steering as a line of text, for command lines.</summary>
internal static class SteeringText
{
    private const string AllWord = "all";
    private const ushort LeastEtherType = 0x0600;

    private static readonly Dictionary<string, byte> ProtocolNames = new(StringComparer.Ordinal)
    {
        ["icmp"] = 1,
        ["igmp"] = 2,
        ["tcp"] = 6,
        ["udp"] = 17,
        ["gre"] = 47,
        ["icmp6"] = 58,
        ["ospf"] = 89,
        ["sctp"] = 132,
    };

    private static readonly Dictionary<string, ushort> EtherTypeNames = new(StringComparer.Ordinal)
    {
        ["ip"] = 0x0800,
        ["arp"] = 0x0806,
        ["ip6"] = 0x86dd,
        ["lldp"] = 0x88cc,
        ["ptp"] = 0x88f7,
    };

    public static bool TryParse(string text, [NotNullWhen(true)] out XdpSteering? steering, [NotNullWhen(false)] out string? fault)
    {
        ArgumentNullException.ThrowIfNull(text);
        XdpSteering found = new() { IsReversed = text.StartsWith('!') };
        steering = null;
        fault = null;
        if (text == AllWord)
        {
            steering = XdpSteering.All;
            return true;
        }

        foreach (string word in (found.IsReversed ? text[1..] : text).Split(',', StringSplitOptions.TrimEntries))
        {
            if (TryAdd(found, word) is not { } more)
            {
                fault = $"'{word}' steers nothing: udp:PORT, tcp:FIRST-LAST, protocol:NUMBER, ethertype:NUMBER, {string.Join(", ", ProtocolNames.Keys)}, {string.Join(", ", EtherTypeNames.Keys)} do, or '{AllWord}' alone";
                return false;
            }

            found = more;
        }

        steering = found;
        return true;
    }

    public static string Of(XdpSteering steering)
    {
        if (steering.IsEmpty)
        {
            return steering.IsReversed ? AllWord : "";
        }

        IEnumerable<string> words =
        [
            .. steering.UdpPorts.Select(range => $"udp:{range}"),
            .. steering.TcpPorts.Select(range => $"tcp:{range}"),
            .. steering.Protocols.Select(number => ProtocolNames.FirstOrDefault(known => known.Value == number).Key ?? string.Create(CultureInfo.InvariantCulture, $"protocol:{number}")),
            .. steering.EtherTypes.Select(number => EtherTypeNames.FirstOrDefault(known => known.Value == number).Key ?? string.Create(CultureInfo.InvariantCulture, $"ethertype:0x{number:x4}")),
        ];
        return (steering.IsReversed ? "!" : "") + string.Join(',', words);
    }

    private static XdpSteering? TryAdd(XdpSteering steering, string word)
    {
        if (ProtocolNames.TryGetValue(word, out byte protocol))
        {
            return steering with { Protocols = steering.Protocols.Add(protocol) };
        }

        if (EtherTypeNames.TryGetValue(word, out ushort type))
        {
            return steering with { EtherTypes = steering.EtherTypes.Add(type) };
        }

        int colon = word.IndexOf(':', StringComparison.Ordinal);
        string value = word[(colon + 1)..];
        return (colon < 0 ? "" : word[..colon]) switch
        {
            "udp" when TryPorts(value, out PortRange ports) => steering with { UdpPorts = steering.UdpPorts.Add(ports) },
            "tcp" when TryPorts(value, out PortRange ports) => steering with { TcpPorts = steering.TcpPorts.Add(ports) },
            "protocol" when TryNumber(value, byte.MaxValue, out ushort number) => steering with { Protocols = steering.Protocols.Add((byte)number) },
            "ethertype" when TryNumber(value, ushort.MaxValue, out ushort number) && number >= LeastEtherType => steering with { EtherTypes = steering.EtherTypes.Add(number) },
            _ => null,
        };
    }

    private static bool TryPorts(string text, out PortRange ports)
    {
        string[] ends = text.Split('-');
        ushort last = 0;
        bool isRange = TryNumber(ends[0], ushort.MaxValue, out ushort first) && ends.Length <= 2 && TryNumber(ends[^1], ushort.MaxValue, out last) && first <= last;
        ports = isRange ? new PortRange(first, last) : default;
        return isRange;
    }

    private static bool TryNumber(string text, ushort most, out ushort number)
    {
        bool isHex = text.StartsWith("0x", StringComparison.Ordinal);
        return ushort.TryParse(isHex ? text[2..] : text, isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= most;
    }
}
