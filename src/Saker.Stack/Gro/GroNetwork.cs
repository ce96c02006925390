using System.Buffers.Binary;
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
    private const int VersionShift = 56;
    private const int LengthShift = 32;
    private const int TimeToLiveOffset = 8;
    private const int ProtocolOffset = 9;
    private const int IdentificationShift = 16;
    private const ulong ServiceAndFlags = 0x00ff_0000_0000_4000;
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
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool IsSameFlow(PacketBuffer held, in GroCandidate candidate)
    {
        PacketBuffer packet = candidate.Packet;
        ref GroControl control = ref held.Control<GroControl>();
        int network = candidate.NetworkOffset;
        int transport = candidate.TransportOffset;
        if (held.Device != packet.Device
            || control.TransportOffset != transport
            || control.NetworkOffset != network
            || control.IsIPv6 != candidate.IsIPv6
            || control.Protocol != candidate.Protocol
            || !held.HasSameVlanTag(packet)
            || !held.HasSameLinkHeader(packet))
        {
            return false;
        }

        ReadOnlySpan<byte> theirs = held.Linear;
        ReadOnlySpan<byte> ours = candidate.Bytes;
        return transport == IPv4View.FixedLength && !candidate.IsIPv6
            ? HasSameAddressesAndPorts(theirs, ours)
            : theirs[..network].SequenceEqual(ours[..network])
                && HasSameAddresses(theirs[network..transport], ours[network..transport], candidate.IsIPv6)
                && MemoryMarshal.Read<uint>(theirs[transport..]) == MemoryMarshal.Read<uint>(ours[transport..]);
    }

    /// <summary>Of packets that begin with an IPv4 header without options: addresses and ports follow one another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool HasSameAddressesAndPorts(ReadOnlySpan<byte> theirs, ReadOnlySpan<byte> ours)
    {
        const int Length = sizeof(ulong) + sizeof(uint);
        theirs = theirs.Slice(AddressesOffset, Length);
        ours = ours.Slice(AddressesOffset, Length);
        return MemoryMarshal.Read<ulong>(theirs) == MemoryMarshal.Read<ulong>(ours)
            && MemoryMarshal.Read<uint>(theirs[sizeof(ulong)..]) == MemoryMarshal.Read<uint>(ours[sizeof(ulong)..]);
    }

    /// <summary>
    /// Whether the network headers of two packets of a flow forbid merging (<c>inet_gro_flush</c>, <c>ipv6_gro_flush</c>). The second packet decides whether the
    /// identification is to stay the same or to go up.
    /// </summary>
    public static bool Differs(PacketBuffer held, ref GroControl control, in GroCandidate candidate)
    {
        if (candidate.IsIPv6)
        {
            return !IPv6View.TryParse(held.Linear[control.NetworkOffset..], out IPv6View held6)
                || !IPv6View.TryParse(candidate.Bytes[candidate.NetworkOffset..], out IPv6View packet6)
                || held6.TrafficClass != packet6.TrafficClass
                || held6.HopLimit != packet6.HopLimit;
        }

        ReadOnlySpan<byte> theirs = held.Linear.Slice(control.NetworkOffset, IPv4View.FixedLength);
        ReadOnlySpan<byte> ours = candidate.Bytes.Slice(candidate.NetworkOffset, IPv4View.FixedLength);

        // The header's first eight octets at once: of these only length and identification may differ.
        ulong ourStart = BinaryPrimitives.ReadUInt64BigEndian(ours);
        ulong theirStart = BinaryPrimitives.ReadUInt64BigEndian(theirs);
        if (((ourStart ^ theirStart) & ServiceAndFlags) != 0 || ours[TimeToLiveOffset] != theirs[TimeToLiveOffset])
        {
            return true;
        }

        ushort distance = (ushort)((ourStart >> IdentificationShift) - (theirStart >> IdentificationShift));
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
        Span<byte> bytes = packet.Linear;
        if (bytes.Length < offset + IPv4View.FixedLength)
        {
            if (!packet.TryMakeLinear(offset + IPv4View.FixedLength))
            {
                return false;
            }

            bytes = packet.Linear;
        }

        ReadOnlySpan<byte> header = bytes.Slice(offset, IPv4View.FixedLength);
        ulong start = BinaryPrimitives.ReadUInt64BigEndian(header);
        IPProtocol protocol = (IPProtocol)header[ProtocolOffset];
        ushort fragment = (ushort)start;
        if ((protocol != IPProtocol.Tcp && protocol != IPProtocol.Udp)
            || (byte)(start >> VersionShift) != PlainIPv4
            || (fragment & 0x3fff) != 0
            || !InternetChecksum.VerifyIPv4Header(header))
        {
            return false;
        }

        candidate.Bytes = bytes;
        candidate.Protocol = protocol;
        candidate.NetworkOffset = offset;
        candidate.TransportOffset = offset + IPv4View.FixedLength;
        candidate.MustFlush = (ushort)(start >> LengthShift) != packet.Length - offset || (fragment & ~DontFragment) != 0;
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
            return MemoryMarshal.Read<ulong>(theirs[AddressesOffset..]) == MemoryMarshal.Read<ulong>(ours[AddressesOffset..]);
        }

        return (theirs[0] & 0xf0) == (ours[0] & 0xf0)
            && (theirs[1] & 0x0f) == (ours[1] & 0x0f)
            && theirs.Slice(2, 2).SequenceEqual(ours.Slice(2, 2))
            && theirs[6] == ours[6]
            && theirs[IPv6AddressesOffset..].SequenceEqual(ours[IPv6AddressesOffset..]);
    }
}
