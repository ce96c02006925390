using System.Runtime.CompilerServices;

namespace Saker.Wire;

/// <summary>
/// What a network card finds to hash in a frame: the kind of packet, and where its addresses and its transport header are, in octets from the start of the
/// frame (Microsoft, "RSS hashing types"). It looks through two VLAN tags and IPv6 extension headers, not into tunnels.
/// </summary>
/// <remarks>Addresses are taken from the network header even where a routing header or a home address option tells others.</remarks>
/// <param name="Type">The kind of packet.</param>
/// <param name="Protocol">The transport protocol, or the header at which the search ended. Without meaning where <paramref name="Type"/> is none.</param>
/// <param name="AddressOffset">Where the source address begins; the destination address follows it. 0 if there is none.</param>
/// <param name="TransportOffset">Where the transport header begins, which may be behind the end of a frame that was cut. 0 of fragments, and where there is none.</param>
public readonly record struct RssFlow(RssFlowType Type, IPProtocol Protocol, ushort AddressOffset, ushort TransportOffset)
{
    private const ushort UsualAddresses = EthernetView.FixedLength + IPv4SourceOffset;
    private const ushort UsualTransport = EthernetView.FixedLength + IPv4View.FixedLength;
    private const int MaximumVlanTags = 2;
    private const int IPv4SourceOffset = 12;
    private const int IPv6SourceOffset = 8;

    private const uint KindsWithPorts =
        1u << (int)RssFlowType.IPv4Tcp | 1u << (int)RssFlowType.IPv4Udp | 1u << (int)RssFlowType.IPv4Sctp
        | 1u << (int)RssFlowType.IPv6Tcp | 1u << (int)RssFlowType.IPv6Udp | 1u << (int)RssFlowType.IPv6Sctp;

    /// <summary>Whether the packet is of IPv6.</summary>
    public bool IsIPv6 => Type >= RssFlowType.IPv6;

    /// <summary>Whether the packet has ports that can be hashed: it is no fragment, and its transport protocol is known to the card.</summary>
    public bool HasPorts => (KindsWithPorts >> (int)Type & 1) != 0;

    /// <summary>Where the source port begins; the destination port follows it. 0 if there is none.</summary>
    public int PortOffset => HasPorts ? TransportOffset : 0;

    /// <summary>Looks for a frame's flow. Where the ports are cut off, the packet counts as one of no known transport protocol.</summary>
    public static RssFlow Find(ReadOnlySpan<byte> frame) => TryFindUsual(frame, out IPProtocol protocol) ? Usual(protocol) : FindAny(frame);

    /// <summary>
    /// Hashes the addresses and ports of a usual frame: TCP or UDP over IPv4, without tags, options and fragments. The same as <see cref="Find"/> and <see cref="Hash"/>
    /// of all fields, which are for every frame.
    /// </summary>
    /// <param name="frame">The frame.</param>
    /// <param name="toeplitz">The hash with the card's key.</param>
    /// <param name="protocol">TCP or UDP; of other frames without meaning.</param>
    /// <param name="hash">The hash.</param>
    /// <returns>False if the frame is not of that kind.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryHashUsual(ReadOnlySpan<byte> frame, Toeplitz toeplitz, out IPProtocol protocol, out uint hash)
    {
        ArgumentNullException.ThrowIfNull(toeplitz);
        if (!TryFindUsual(frame, out protocol))
        {
            hash = 0;
            return false;
        }

        hash = toeplitz.HashIPv4(frame[UsualAddresses..]);
        return true;
    }

    /// <summary>Whether a frame is a usual one, with eight octets behind its network header.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryFindUsual(ReadOnlySpan<byte> frame, out IPProtocol protocol)
    {
        if (frame.Length < UsualTransport + sizeof(ulong)
            || Field.UInt32(frame, EthernetView.FixedLength - sizeof(ushort)) >> 8 != ((uint)EtherType.IPv4 << 8 | 0x45)
            || (Field.UInt16(frame, EthernetView.FixedLength + 6) & 0x3fff) != 0)
        {
            protocol = default;
            return false;
        }

        protocol = (IPProtocol)Field.Byte(frame, EthernetView.FixedLength + 9);
        return protocol is IPProtocol.Udp or IPProtocol.Tcp;
    }

    private static RssFlow Usual(IPProtocol protocol) =>
        new(protocol == IPProtocol.Udp ? RssFlowType.IPv4Udp : RssFlowType.IPv4Tcp, protocol, UsualAddresses, UsualTransport);

    /// <summary>The hash that a card computes over the flow that was found in <paramref name="frame"/>.</summary>
    /// <param name="frame">The frame that this flow was found in.</param>
    /// <param name="toeplitz">The hash with the card's key.</param>
    /// <param name="fields">What the card is set up to hash of this kind of packet. Ports count only where the packet has some.</param>
    /// <param name="symmetric">
    /// Whether source and destination are joined by exclusive or before they are hashed, both places getting the result, so that the two directions of a
    /// flow have one hash (<c>symmetric-xor</c>).
    /// </param>
    /// <returns>The hash; 0 of a frame that has nothing to hash.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The frame is a shorter one.</exception>
    public uint Hash(ReadOnlySpan<byte> frame, Toeplitz toeplitz, RssFields fields = RssFields.All, bool symmetric = false)
    {
        ArgumentNullException.ThrowIfNull(toeplitz);
        return HashParts(this, frame, toeplitz, fields, symmetric);
    }

    // Static, as is whatever is not inlined: a member would take the flow's address, and so keep it in memory.
    private static uint HashParts(RssFlow flow, ReadOnlySpan<byte> frame, Toeplitz toeplitz, RssFields fields, bool symmetric)
    {
        if (flow.Type == RssFlowType.None)
        {
            return 0;
        }

        uint ports = 0;
        if (flow.HasPorts)
        {
            ports = Field.UInt32(frame.Slice(flow.TransportOffset, sizeof(uint)), 0)
                & (Mask(fields, RssFields.SourcePort) << 16 | (ushort)Mask(fields, RssFields.DestinationPort));
        }

        if (flow.IsIPv6)
        {
            return HashIPv6(frame.Slice(flow.AddressOffset, 2 * IPv6Address.Size), toeplitz, fields, symmetric, ports);
        }

        ReadOnlySpan<byte> addresses = frame.Slice(flow.AddressOffset, 2 * IPv4Address.Size);
        uint source = Field.UInt32(addresses, 0) & Mask(fields, RssFields.SourceAddress);
        uint destination = Field.UInt32(addresses, IPv4Address.Size) & Mask(fields, RssFields.DestinationAddress);
        if (symmetric)
        {
            source ^= destination;
            destination = source;
            ports = Join(ports);
        }

        return toeplitz.Hash(new IPv4Address(source), new IPv4Address(destination), (ushort)(ports >> 16), (ushort)ports);
    }

    private static uint HashIPv6(ReadOnlySpan<byte> addresses, Toeplitz toeplitz, RssFields fields, bool symmetric, uint ports)
    {
        IPv6Address source = (fields & RssFields.SourceAddress) != RssFields.None ? Field.IPv6(addresses, 0) : default;
        IPv6Address destination = (fields & RssFields.DestinationAddress) != RssFields.None ? Field.IPv6(addresses, IPv6Address.Size) : default;
        if (symmetric)
        {
            source = new IPv6Address(source.Upper ^ destination.Upper, source.Lower ^ destination.Lower);
            destination = source;
            ports = Join(ports);
        }

        return toeplitz.Hash(source, destination, (ushort)(ports >> 16), (ushort)ports);
    }

    /// <summary>All bits where the field is hashed, none where it is not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Mask(RssFields fields, RssFields field) => (fields & field) != RssFields.None ? uint.MaxValue : 0;

    private static uint Join(uint ports)
    {
        uint joined = (ports >> 16) ^ (ports & 0xffff);
        return joined << 16 | joined;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static RssFlowType KindOfIPv4(IPProtocol protocol) => protocol switch
    {
        IPProtocol.Udp => RssFlowType.IPv4Udp,
        IPProtocol.Tcp => RssFlowType.IPv4Tcp,
        _ => OtherKindOfIPv4(protocol),
    };

    private static RssFlowType OtherKindOfIPv4(IPProtocol protocol) => protocol switch
    {
        IPProtocol.Sctp => RssFlowType.IPv4Sctp,
        IPProtocol.AuthenticationHeader => RssFlowType.IPv4Ah,
        IPProtocol.Esp => RssFlowType.IPv4Esp,
        _ => RssFlowType.IPv4,
    };

    private static RssFlow FindAny(ReadOnlySpan<byte> frame)
    {
        if (!EthernetView.TryParse(frame, out EthernetView ethernet))
        {
            return default;
        }

        EtherType type = ethernet.Type;
        int offset = EthernetView.FixedLength;
        for (int tags = 0; tags < MaximumVlanTags && type.IsVlan && VlanView.TryParse(frame[offset..], out VlanView vlan); tags++)
        {
            type = vlan.Type;
            offset += VlanView.FixedLength;
        }

        return type switch
        {
            EtherType.IPv4 => FindIPv4(frame, offset),
            EtherType.IPv6 => FindIPv6(frame, offset),
            _ => default,
        };
    }

    private static RssFlow FindIPv4(ReadOnlySpan<byte> frame, int offset)
    {
        if (!IPv4View.TryParse(frame[offset..], out IPv4View packet) || packet.HeaderLength < IPv4View.FixedLength)
        {
            return default;
        }

        ushort addresses = (ushort)(offset + IPv4SourceOffset);
        return packet.IsFragment
            ? new RssFlow(RssFlowType.IPv4Fragment, packet.Protocol, addresses, 0)
            : Complete(frame, new RssFlow(KindOfIPv4(packet.Protocol), packet.Protocol, addresses, (ushort)(offset + packet.HeaderLength)), RssFlowType.IPv4);
    }

    private static RssFlow FindIPv6(ReadOnlySpan<byte> frame, int offset)
    {
        if (!IPv6View.TryParse(frame[offset..], out IPv6View packet))
        {
            return default;
        }

        int payload = offset + IPv6View.FixedLength;
        var walker = new IPv6ExtensionWalker(frame[payload..], packet.NextHeader);
        while (walker.NextHeader != IPProtocol.AuthenticationHeader && walker.MoveNext())
        {
        }

        ushort addresses = (ushort)(offset + IPv6SourceOffset);
        int transport = payload + walker.Offset;
        RssFlowType type = walker.NextHeader switch
        {
            _ when walker.IsFragment => RssFlowType.IPv6Fragment,
            IPProtocol.Tcp => RssFlowType.IPv6Tcp,
            IPProtocol.Udp => RssFlowType.IPv6Udp,
            IPProtocol.Sctp => RssFlowType.IPv6Sctp,
            IPProtocol.AuthenticationHeader => RssFlowType.IPv6Ah,
            IPProtocol.Esp => RssFlowType.IPv6Esp,
            _ => RssFlowType.IPv6,
        };
        return type == RssFlowType.IPv6Fragment || transport > ushort.MaxValue
            ? new RssFlow(type == RssFlowType.IPv6Fragment ? type : RssFlowType.IPv6, walker.NextHeader, addresses, 0)
            : Complete(frame, new RssFlow(type, walker.NextHeader, addresses, (ushort)transport), RssFlowType.IPv6);
    }

    /// <summary>A flow whose ports are cut off is of no kind that has ports.</summary>
    private static RssFlow Complete(ReadOnlySpan<byte> frame, RssFlow flow, RssFlowType withoutPorts) =>
        flow.HasPorts && frame.Length < flow.TransportOffset + sizeof(uint) ? flow with { Type = withoutPorts } : flow;
}
