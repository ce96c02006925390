using Saker.Wire;

namespace Saker.Host.Explain;

/// <summary>
/// Takes an Ethernet frame apart, header by header and field by field, with what each field says in words. Whatever the bytes are, it ends and does not
/// fail: what is cut or malformed is told in <see cref="DecodedHeader.Problems"/>.
/// </summary>
public static class FrameDecoder
{
    /// <summary>Takes a frame apart.</summary>
    /// <param name="frame">The frame from its Ethernet header on. The fields refer to it: it is not to be changed any more.</param>
    /// <param name="isCut">Whether more of it was on the wire than is here.</param>
    public static IReadOnlyList<DecodedHeader> Decode(byte[] frame, bool isCut = false)
    {
        ArgumentNullException.ThrowIfNull(frame);
        FrameReader reader = new(frame, isCut);
        LinkHeaders.ReadEthernet(reader, 0, frame.Length);
        return reader.Headers;
    }

    /// <summary>Reads what an EtherType announces.</summary>
    internal static void ReadNetwork(FrameReader frame, EtherType type, int offset, int end)
    {
        if (!frame.HasRoom || offset >= end)
        {
            return;
        }

        switch (type)
        {
            case EtherType.IPv4:
                IPv4Headers.Read(frame, offset, end);
                break;
            case EtherType.IPv6:
                IPv6Headers.Read(frame, offset, end);
                break;
            case EtherType.Arp or EtherType.ReverseArp:
                ArpHeaders.Read(frame, offset, end);
                break;
            case EtherType.Vlan or EtherType.ServiceVlan or EtherType.LegacyVlan1 or EtherType.LegacyVlan2 or EtherType.LegacyVlan3:
                LinkHeaders.ReadVlan(frame, offset, end);
                break;
            case EtherType.PppoeSession:
                LinkHeaders.ReadPppoe(frame, offset, end);
                break;
            case EtherType.TransparentEthernetBridging:
                LinkHeaders.ReadEthernet(frame, offset, end);
                break;
            default:
                DataRows.Read(frame, $"{ProtocolNames.Of(type)} (not taken apart)", offset, end);
                break;
        }
    }

    /// <summary>Reads what an IP protocol number announces.</summary>
    internal static void ReadTransport(FrameReader frame, IPProtocol protocol, int offset, int end, in PacketScope scope)
    {
        if (!frame.HasRoom || offset >= end)
        {
            return;
        }

        switch (protocol)
        {
            case IPProtocol.Udp:
                UdpHeaders.Read(frame, offset, end, scope);
                break;
            case IPProtocol.UdpLite:
                UdpHeaders.ReadLite(frame, offset, end, scope);
                break;
            case IPProtocol.Tcp:
                TcpHeaders.Read(frame, offset, end, scope);
                break;
            case IPProtocol.IcmpV4:
                IcmpV4Headers.Read(frame, offset, end, scope);
                break;
            case IPProtocol.IcmpV6:
                IcmpV6Headers.Read(frame, offset, end, scope);
                break;
            case IPProtocol.Igmp:
                IgmpHeaders.Read(frame, offset, end, scope);
                break;
            case IPProtocol.IPv4:
                IPv4Headers.Read(frame, offset, end);
                break;
            case IPProtocol.IPv6:
                IPv6Headers.Read(frame, offset, end);
                break;
            case IPProtocol.Gre:
                TunnelHeaders.ReadGre(frame, offset, end);
                break;
            case IPProtocol.Esp:
                SecurityHeaders.ReadEsp(frame, offset, end);
                break;
            case IPProtocol.AuthenticationHeader:
                SecurityHeaders.ReadAuthentication(frame, offset, end, scope);
                break;
            default:
                DataRows.Read(frame, $"{ProtocolNames.Of(protocol)} (not taken apart)", offset, end);
                break;
        }
    }
}
