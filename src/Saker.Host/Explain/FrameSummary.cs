using Saker.Wire;

namespace Saker.Host.Explain;

/// <summary>A frame in one line: who sends what to whom.</summary>
public static class FrameSummary
{
    /// <summary>Describes an Ethernet frame by its innermost headers.</summary>
    public static string Describe(ReadOnlySpan<byte> frame)
    {
        if (!EthernetView.TryParse(frame, out EthernetView ethernet))
        {
            return "shorter than an Ethernet header";
        }

        FlowDissection flow = FlowDissector.Dissect(frame, FlowDissectorOptions.EnterVxlan);
        string summary = Describe(ethernet, flow, frame[Math.Min(flow.NetworkOffset, frame.Length)..], frame[Math.Min(flow.TransportOffset, frame.Length)..]);
        return flow.Key.OuterVlan is { } vlan ? $"VLAN {vlan.Identifier}, {summary}" : summary;
    }

    private static string Describe(EthernetView ethernet, in FlowDissection flow, ReadOnlySpan<byte> network, ReadOnlySpan<byte> transport)
    {
        switch (flow.Key.NetworkProtocol)
        {
            case EtherType.Arp when ArpView.TryParse(network, out ArpView arp) && arp.IsEthernetIPv4:
                return Describe(arp);
            case EtherType.IPv4 when IPv4View.TryParse(network, out IPv4View ip):
                string later = ip.IsFragment ? $", fragment from byte {ip.FragmentOffset}" : string.Empty;
                return $"{Describe(flow.Key, $"{ip.Source}", $"{ip.Destination}", transport, ip.Protocol)}{later}";
            case EtherType.IPv6 when IPv6View.TryParse(network, out IPv6View ip):
                string part = flow.Key.Traits.HasFlag(FlowTraits.Fragment) ? ", fragment" : string.Empty;
                return $"{Describe(flow.Key, $"{ip.Source}", $"{ip.Destination}", transport, flow.Key.Protocol)}{part}";
            default:
                EtherType type = flow.Key.NetworkProtocol == EtherType.None ? ethernet.Type : flow.Key.NetworkProtocol;
                return $"{ethernet.Source} > {ethernet.Destination}  {ProtocolNames.Of(type)}";
        }
    }

    private static string Describe(ArpView arp) => arp.Operation switch
    {
        ArpOperation.Request when arp.SenderAddress == arp.TargetAddress => $"ARP {arp.SenderAddress} is at {arp.SenderMac} (gratuitous)",
        ArpOperation.Request => $"ARP who has {arp.TargetAddress}? tell {arp.SenderAddress}",
        ArpOperation.Reply => $"ARP {arp.SenderAddress} is at {arp.SenderMac}",
        _ => $"ARP {Text.Words(arp.Operation) ?? $"operation {(int)arp.Operation}"} {arp.SenderAddress} > {arp.TargetAddress}",
    };

    private static string Describe(in FlowKey key, string source, string destination, ReadOnlySpan<byte> transport, IPProtocol protocol)
    {
        bool isFragment = key.Traits.HasFlag(FlowTraits.Fragment);
        switch (protocol)
        {
            case IPProtocol.Udp or IPProtocol.UdpLite when !isFragment && (key.SourcePort | key.DestinationPort) != 0:
                return $"{End(key, source, key.SourcePort)} > {End(key, destination, key.DestinationPort)}  {ProtocolNames.Of(protocol)}";
            case IPProtocol.Tcp when !isFragment && TcpView.TryParse(transport, out TcpView tcp):
                return $"{End(key, source, tcp.SourcePort)} > {End(key, destination, tcp.DestinationPort)}  TCP {TcpHeaders.Describe(tcp.Flags)}";
            case IPProtocol.IcmpV4 when !isFragment && IcmpV4View.TryParse(transport, out IcmpV4View icmp):
                string? code = IcmpV4Headers.DescribeCode(icmp.Type, icmp.Code);
                return $"{source} > {destination}  ICMP {Text.Words(icmp.Type) ?? $"type {(int)icmp.Type}"}{(code is null ? string.Empty : $" ({code})")}";
            case IPProtocol.IcmpV6 when !isFragment && IcmpV6View.TryParse(transport, out IcmpV6View icmp):
                string? codeV6 = IcmpV6Headers.DescribeCode(icmp.Type, icmp.Code);
                return $"{source} > {destination}  ICMPv6 {Text.Words(icmp.Type) ?? $"type {(int)icmp.Type}"}{(codeV6 is null ? string.Empty : $" ({codeV6})")}";
            default:
                return $"{source} > {destination}  {ProtocolNames.Of(protocol)}";
        }
    }

    private static string End(in FlowKey key, string address, ushort port) => key.Family == FlowAddressFamily.IPv6 ? $"[{address}]:{port}" : $"{address}:{port}";
}
