using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Saker.Packets;
using Saker.Wire;

namespace Saker.Stack.Gro;

/// <summary>
/// What the headers up to the network layer say about merging: <c>vlan_gro_receive</c>, <c>inet_gro_receive</c>, <c>ipv6_gro_receive</c>, and the comparison
/// with a held packet's.
/// </summary>
internal static class GroNetwork
{
    private const int VlanTagLength = 4;
    private const int MostVlanTags = 14;
    private const byte PlainIPv4 = 0x45;
    private const int AddressesOffset = 12;
    private const int IPv6AddressesOffset = 8;
    private const ushort DontFragment = 0x4000;

    /// <summary>
    /// Reads the headers up to the transport's.
    /// </summary>
    /// <returns>False if the packet is none of those that are merged: it goes up, and what is held stays held.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ref GroCandidate candidate, bool readsVlan)
    {
        ushort type = candidate.Packet.Protocol;
        return type == (ushort)EtherType.IPv4 ? TryReadIPv4(ref candidate, 0)
            : type == (ushort)EtherType.IPv6 ? TryReadIPv6(ref candidate, 0)
            : readsVlan && ((EtherType)type).IsVlan && TryReadBehindTags(ref candidate);
    }

    /// <summary>Whether a held packet is of the candidate's flow, down to the ports (<c>gro_list_prepare</c> and every layer's own comparison).</summary>
    public static bool IsSameFlow(PacketBuffer held, in GroCandidate candidate)
    {
        PacketBuffer packet = candidate.Packet;
        ref GroControl control = ref held.Control<GroControl>();
        if (held.Device != packet.Device
            || held.HasVlanTag != packet.HasVlanTag
            || held.VlanTag != packet.VlanTag
            || held.VlanProtocol != packet.VlanProtocol
            || control.TransportOffset != candidate.TransportOffset
            || control.NetworkOffset != candidate.NetworkOffset
            || control.IsIPv6 != candidate.IsIPv6
            || control.Protocol != candidate.Protocol)
        {
            return false;
        }

        int link = packet.LinkHeaderLength;
        ReadOnlySpan<byte> theirs = held.Linear;
        ReadOnlySpan<byte> ours = candidate.Bytes;
        int network = candidate.NetworkOffset;
        return held.LinkHeader[..link].SequenceEqual(packet.LinkHeader[..link])
            && theirs[..network].SequenceEqual(ours[..network])
            && HasSameAddresses(theirs[network..candidate.TransportOffset], ours[network..candidate.TransportOffset], candidate.IsIPv6)
            && theirs.Slice(candidate.TransportOffset, 4).SequenceEqual(ours.Slice(candidate.TransportOffset, 4));
    }

    /// <summary>
    /// Whether the network headers of two packets of a flow forbid merging (<c>inet_gro_flush</c>, <c>ipv6_gro_flush</c>). The second packet decides whether the
    /// identification is to stay the same or to go up.
    /// </summary>
    public static bool Differs(PacketBuffer held, ref GroControl control, in GroCandidate candidate)
    {
        ReadOnlySpan<byte> theirs = held.Linear[control.NetworkOffset..];
        ReadOnlySpan<byte> ours = candidate.Bytes[candidate.NetworkOffset..];
        if (candidate.IsIPv6)
        {
            return !IPv6View.TryParse(theirs, out IPv6View held6)
                || !IPv6View.TryParse(ours, out IPv6View packet6)
                || held6.TrafficClass != packet6.TrafficClass
                || held6.HopLimit != packet6.HopLimit;
        }

        if (!IPv4View.TryParse(theirs, out IPv4View held4) || !IPv4View.TryParse(ours, out IPv4View packet4))
        {
            return true;
        }

        bool mayNotFragment = (packet4.Flags & IPv4Flags.DontFragment) != IPv4Flags.None;
        if (held4.TimeToLive != packet4.TimeToLive
            || held4.TypeOfService != packet4.TypeOfService
            || mayNotFragment != ((held4.Flags & IPv4Flags.DontFragment) != IPv4Flags.None))
        {
            return true;
        }

        ushort distance = (ushort)(packet4.Identification - held4.Identification);
        if (control.Segments == 1 && distance == 0)
        {
            control.HasFixedId = true;
        }

        return distance != (control.HasFixedId ? 0 : control.Segments);
    }

    private static bool TryReadBehindTags(ref GroCandidate candidate)
    {
        int offset = 0;
        ushort type = candidate.Packet.Protocol;
        for (int tags = 0; tags < MostVlanTags && ((EtherType)type).IsVlan; tags++)
        {
            if (!candidate.Packet.TryMakeLinear(offset + VlanTagLength))
            {
                return false;
            }

            ReadOnlySpan<byte> tag = candidate.Packet.Linear[offset..];
            type = (ushort)((tag[2] << 8) | tag[3]);
            offset += VlanTagLength;
        }

        return type == (ushort)EtherType.IPv4 ? TryReadIPv4(ref candidate, offset) : type == (ushort)EtherType.IPv6 && TryReadIPv6(ref candidate, offset);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryReadIPv4(ref GroCandidate candidate, int offset)
    {
        PacketBuffer packet = candidate.Packet;
        if (!packet.TryMakeLinear(offset + IPv4View.FixedLength))
        {
            return false;
        }

        Span<byte> bytes = packet.Linear;
        ReadOnlySpan<byte> header = bytes.Slice(offset, IPv4View.FixedLength);
        if (header[0] != PlainIPv4 || !IPv4View.TryParse(header, out IPv4View view))
        {
            return false;
        }

        IPProtocol protocol = view.Protocol;
        ushort fragment = (ushort)((header[6] << 8) | header[7]);
        if ((protocol != IPProtocol.Tcp && protocol != IPProtocol.Udp)
            || (fragment & 0x3fff) != 0
            || !InternetChecksum.VerifyIPv4Header(header))
        {
            return false;
        }

        candidate.Bytes = bytes;
        candidate.Protocol = protocol;
        candidate.NetworkOffset = offset;
        candidate.TransportOffset = offset + IPv4View.FixedLength;
        candidate.MustFlush = view.TotalLength != packet.Length - offset || (fragment & ~DontFragment) != 0;
        candidate.Digest = MemoryMarshal.Read<ulong>(header[AddressesOffset..]);
        return true;
    }

    private static bool TryReadIPv6(ref GroCandidate candidate, int offset)
    {
        PacketBuffer packet = candidate.Packet;
        if (!packet.TryMakeLinear(offset + IPv6View.FixedLength) || !IPv6View.TryParse(packet.Linear[offset..], out IPv6View view))
        {
            return false;
        }

        IPProtocol protocol = view.NextHeader;
        bool mustFlush = view.PayloadLength != packet.Length - offset - IPv6View.FixedLength;
        int end = offset + IPv6View.FixedLength;
        while (IsSkipped(protocol))
        {
            if (!packet.TryMakeLinear(end + 2))
            {
                return false;
            }

            ReadOnlySpan<byte> extension = packet.Linear[end..];
            int length = (extension[1] + 1) * 8;
            protocol = (IPProtocol)extension[0];
            if (!packet.TryMakeLinear(end + length))
            {
                return false;
            }

            end += length;
        }

        if (protocol != IPProtocol.Tcp && protocol != IPProtocol.Udp)
        {
            return false;
        }

        candidate.Bytes = packet.Linear;
        candidate.IsIPv6 = true;
        candidate.Protocol = protocol;
        candidate.NetworkOffset = offset;
        candidate.TransportOffset = end;
        candidate.MustFlush = mustFlush;
        ReadOnlySpan<ulong> addresses = MemoryMarshal.Cast<byte, ulong>(candidate.Bytes.Slice(offset + IPv6AddressesOffset, 2 * IPv6Address.Size));
        candidate.Digest = addresses[0] ^ addresses[1] ^ (addresses[2] + (addresses[3] << 1));
        return true;
    }

    /// <summary>The extension headers behind which merging goes on (<c>INET6_PROTO_GSO_EXTHDR</c>).</summary>
    private static bool IsSkipped(IPProtocol protocol) =>
        protocol is IPProtocol.HopByHop or IPProtocol.Routing or IPProtocol.DestinationOptions;

    /// <summary>The fields that tell flows apart: of IPv6 the flow label and the extension headers are among them, the traffic class is not.</summary>
    private static bool HasSameAddresses(ReadOnlySpan<byte> theirs, ReadOnlySpan<byte> ours, bool isIPv6)
    {
        if (!isIPv6)
        {
            return theirs.Slice(AddressesOffset, 2 * IPv4Address.Size).SequenceEqual(ours.Slice(AddressesOffset, 2 * IPv4Address.Size));
        }

        return (theirs[0] & 0xf0) == (ours[0] & 0xf0)
            && (theirs[1] & 0x0f) == (ours[1] & 0x0f)
            && theirs.Slice(2, 2).SequenceEqual(ours.Slice(2, 2))
            && theirs[6] == ours[6]
            && theirs[IPv6AddressesOffset..].SequenceEqual(ours[IPv6AddressesOffset..]);
    }
}
