using System.Globalization;
using Saker.Wire;

namespace Saker.Host.Snapshots.Reading;

/// <summary>One end of a socket, as in <c>10.0.0.1:53</c> or <c>[::1]:53</c>.</summary>
/// <param name="IPv4">The address of IPv4, the one in an IPv4-mapped address included; 0.0.0.0: any.</param>
/// <param name="IPv6">The address as it is written, where that is one of IPv6.</param>
/// <param name="Port">The port in host order.</param>
internal readonly record struct SocketEnd(IPv4Address IPv4, IPv6Address? IPv6, ushort Port)
{
    /// <summary>Reads an end; null: it is missing though required, or none, which is a fault.</summary>
    public static SocketEnd? Read(SnapshotEntry entry, string member, bool isRequired)
    {
        if ((isRequired ? entry.RequiredText(member) : entry.Text(member)) is not { } text || (!isRequired && text.Length == 0))
        {
            return isRequired ? null : default(SocketEnd);
        }

        if (TryParse(text, out SocketEnd end))
        {
            return end;
        }

        entry.FaultValue(member, "which is no address and port such as 10.0.0.1:53 or [::1]:53");
        return null;
    }

    private static bool TryParse(string text, out SocketEnd end)
    {
        end = default;
        int colon = text.LastIndexOf(':');
        if (colon < 0 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
        {
            return false;
        }

        ReadOnlySpan<char> address = text.AsSpan(0, colon);
        if (IPv4Address.TryParse(address, out IPv4Address ipv4))
        {
            end = new SocketEnd(ipv4, null, port);
            return true;
        }

        if (address is ['[', .. var inner, ']'] && IPv6Address.TryParse(inner, out IPv6Address ipv6))
        {
            end = new SocketEnd(ipv6.IsV4Mapped ? ipv6.EmbeddedIPv4 : IPv4Address.Any, ipv6, port);
            return true;
        }

        return false;
    }
}
