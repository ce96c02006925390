using System.Collections.Frozen;
using Saker.Stack;
using Saker.Wire;

namespace Saker.Host.Snapshots.Reading;

/// <summary>Reads <c>protocols</c>: which handlers the kernel has, and whether it sees through VLAN tags.</summary>
internal static class ProtocolReader
{
    private const string Llc = "0004";
    private const string IPv6 = "86dd";

    /// <summary>What IPv6 deals with itself, and no protocol above it.</summary>
    private static readonly IPProtocol[] ExtensionHeaders =
        [IPProtocol.HopByHop, IPProtocol.Routing, IPProtocol.Fragment, IPProtocol.NoNextHeader, IPProtocol.DestinationOptions];

    /// <summary>Types whose handlers the receive path has; <c>ALL</c> is for packet sockets, which <c>sockets</c> lists.</summary>
    private static readonly string[] Evaluated = ["0800", "0806", IPv6, Llc, "ALL"];

    public static ProtocolOptions Read(SnapshotDocument snapshot, SnapshotLimitations limitations)
    {
        ProtocolOptions options = new();
        if (snapshot.Object(SnapshotPart.Protocols) is not { } part)
        {
            return options;
        }

        if (part.Has("packetTypes"))
        {
            options = ReadPacketTypes(part, options, limitations);
        }

        // As a module, too: what sees through tags is built in with it (vlan_core.c).
        if (part.Object("build")?.Text("CONFIG_VLAN_8021Q") is { } vlan)
        {
            options = options with { Vlan = vlan != "n" };
        }

        if (part.Has("internet6"))
        {
            options = options with
            {
                IPv6Protocols = part.Numbers("internet6", byte.MinValue, byte.MaxValue).Select(number => (IPProtocol)number).Except(ExtensionHeaders).ToFrozenSet(),
            };
        }

        if (part.Has("internet"))
        {
            options = options with
            {
                InternetProtocols = part.Numbers("internet", byte.MinValue, byte.MaxValue).Select(number => (IPProtocol)number).ToFrozenSet(),
            };
        }

        return options;
    }

    private static ProtocolOptions ReadPacketTypes(SnapshotEntry part, ProtocolOptions options, SnapshotLimitations limitations)
    {
        HashSet<string> types = new(StringComparer.OrdinalIgnoreCase);
        foreach (SnapshotEntry handler in part.Entries("packetTypes"))
        {
            if (handler.RequiredText("type") is not { } type)
            {
                break;
            }

            // Packet sockets that ask for one type stand in the same table.
            string function = handler.Text("function") ?? "unnamed";
            if (function.Contains("packet_rcv", StringComparison.Ordinal) || !types.Add(type) || Evaluated.Contains(type, StringComparer.OrdinalIgnoreCase))
            {
                continue;
            }

            limitations.Add($"protocols: frames of type {type} have a handler ({function}) that is not evaluated");
        }

        return options with { Llc = types.Contains(Llc), IPv6 = types.Contains(IPv6) };
    }
}
