using Saker.Host.Explain;
using Saker.Host.Inspection;
using Saker.Stack.Nic;
using Saker.Wire;

namespace Saker.Host.Spreading;

/// <summary>A card's flow as people read it.</summary>
public static class FlowName
{
    /// <summary>The kind as ethtool calls it, and the ends: <c>udp4 10.0.0.1:4000 > 10.0.0.2:53</c>.</summary>
    public static string Of(in CardFlow flow)
    {
        ReadOnlySpan<byte> frame = CardFlow.FrameOf(flow);
        RssFlow found = RssFlow.Find(frame);
        (string source, string destination) = EndsOf(frame, found);
        string fragment = found.Type is RssFlowType.IPv4Fragment or RssFlowType.IPv6Fragment ? " fragments" : string.Empty;
        return $"{found.Type.Name()}{fragment} {source} > {destination}";
    }

    /// <summary>What an EtherType that is not hashed stands for.</summary>
    public static string Of(EtherType type) => type == default ? "no EtherType" : ProtocolNames.Of(type);

    private static (string Source, string Destination) EndsOf(ReadOnlySpan<byte> frame, RssFlow found)
    {
        ReadOnlySpan<byte> addresses = frame[found.AddressOffset..];
        (IPv6Address source, IPv6Address destination) = found.IsIPv6
            ? (IPv6Address.ReadFrom(addresses), IPv6Address.ReadFrom(addresses[IPv6Address.Size..]))
            : (IPv6Address.Map(IPv4Address.ReadFrom(addresses)), IPv6Address.Map(IPv4Address.ReadFrom(addresses[IPv4Address.Size..])));
        if (!found.HasPorts)
        {
            return (FlowText.Of(source), FlowText.Of(destination));
        }

        ReadOnlySpan<byte> ports = frame[found.PortOffset..];
        return (FlowText.Of(source, (ushort)(ports[0] << 8 | ports[1])), FlowText.Of(destination, (ushort)(ports[2] << 8 | ports[3])));
    }
}
