namespace Saker.Wire;

/// <summary>The kinds of packets that a network card tells apart before it hashes.</summary>
public enum RssFlowType : byte
{
    /// <summary>Neither IPv4 nor IPv6: there is nothing to hash.</summary>
    None,

    /// <summary>IPv4 that is none of the others.</summary>
    IPv4,

    /// <summary>A fragment of IPv4, the first or a later one.</summary>
    IPv4Fragment,

    /// <summary>TCP over IPv4.</summary>
    IPv4Tcp,

    /// <summary>UDP over IPv4.</summary>
    IPv4Udp,

    /// <summary>SCTP over IPv4.</summary>
    IPv4Sctp,

    /// <summary>IPv6 that is none of the others.</summary>
    IPv6,

    /// <summary>A fragment of IPv6, the first or a later one.</summary>
    IPv6Fragment,

    /// <summary>TCP over IPv6.</summary>
    IPv6Tcp,

    /// <summary>UDP over IPv6.</summary>
    IPv6Udp,

    /// <summary>SCTP over IPv6.</summary>
    IPv6Sctp,
}

/// <summary>
/// What a network card finds to hash in a frame: the kind of packet, and where its addresses and ports are, in octets from the start of the frame
/// (Microsoft, "RSS hashing types"). It looks through two VLAN tags and IPv6 extension headers, not into tunnels.
/// </summary>
/// <remarks>Addresses are taken from the network header even where a routing header or a home address option tells others.</remarks>
/// <param name="Type">The kind of packet.</param>
/// <param name="AddressOffset">Where the source address begins; the destination address follows it. 0 if there is none.</param>
/// <param name="PortOffset">Where the source port begins; the destination port follows it. 0 if the kind has no ports.</param>
public readonly record struct RssFlow(RssFlowType Type, int AddressOffset, int PortOffset)
{
    private const int MaximumVlanTags = 2;
    private const int IPv4SourceOffset = 12;
    private const int IPv6SourceOffset = 8;

    /// <summary>Whether the packet is of IPv6.</summary>
    public bool IsIPv6 => Type >= RssFlowType.IPv6;

    /// <summary>Whether the packet has ports that can be hashed: it is no fragment, and its transport protocol is known to the card.</summary>
    public bool HasPorts => PortOffset != 0;

    /// <summary>Looks for a frame's flow. Where the ports are cut off, the packet counts as one of no known transport protocol.</summary>
    public static RssFlow Find(ReadOnlySpan<byte> frame)
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

    /// <summary>The hash that a card computes over the flow that was found in <paramref name="frame"/>.</summary>
    /// <param name="frame">The frame that this flow was found in.</param>
    /// <param name="toeplitz">The hash with the card's key.</param>
    /// <param name="withPorts">Whether the card is set up to hash the ports of this kind of packet, if it has some.</param>
    /// <returns>The hash; 0 of a frame that has nothing to hash.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The frame is a shorter one.</exception>
    public uint Hash(ReadOnlySpan<byte> frame, Toeplitz toeplitz, bool withPorts = true)
    {
        ArgumentNullException.ThrowIfNull(toeplitz);
        if (Type == RssFlowType.None)
        {
            return 0;
        }

        ushort sourcePort = 0;
        ushort destinationPort = 0;
        if (withPorts && HasPorts)
        {
            ReadOnlySpan<byte> ports = frame.Slice(PortOffset, sizeof(uint));
            sourcePort = Field.UInt16(ports, 0);
            destinationPort = Field.UInt16(ports, sizeof(ushort));
        }

        if (IsIPv6)
        {
            ReadOnlySpan<byte> addresses = frame.Slice(AddressOffset, 2 * IPv6Address.Size);
            return toeplitz.Hash(Field.IPv6(addresses, 0), Field.IPv6(addresses, IPv6Address.Size), sourcePort, destinationPort);
        }
        else
        {
            ReadOnlySpan<byte> addresses = frame.Slice(AddressOffset, 2 * IPv4Address.Size);
            return toeplitz.Hash(Field.IPv4(addresses, 0), Field.IPv4(addresses, IPv4Address.Size), sourcePort, destinationPort);
        }
    }

    private static RssFlow FindIPv4(ReadOnlySpan<byte> frame, int offset)
    {
        if (!IPv4View.TryParse(frame[offset..], out IPv4View packet) || packet.HeaderLength < IPv4View.FixedLength)
        {
            return default;
        }

        if (packet.IsFragment)
        {
            return new RssFlow(RssFlowType.IPv4Fragment, offset + IPv4SourceOffset, 0);
        }

        int ports = offset + packet.HeaderLength;
        RssFlowType type = packet.Protocol switch
        {
            IPProtocol.Tcp => RssFlowType.IPv4Tcp,
            IPProtocol.Udp => RssFlowType.IPv4Udp,
            IPProtocol.Sctp => RssFlowType.IPv4Sctp,
            _ => RssFlowType.IPv4,
        };
        return type == RssFlowType.IPv4 || frame.Length < ports + sizeof(uint)
            ? new RssFlow(RssFlowType.IPv4, offset + IPv4SourceOffset, 0)
            : new RssFlow(type, offset + IPv4SourceOffset, ports);
    }

    private static RssFlow FindIPv6(ReadOnlySpan<byte> frame, int offset)
    {
        if (!IPv6View.TryParse(frame[offset..], out IPv6View packet))
        {
            return default;
        }

        int payload = offset + IPv6View.FixedLength;
        var walker = new IPv6ExtensionWalker(frame[payload..], packet.NextHeader);
        walker.Finish();
        if (walker.IsFragment)
        {
            return new RssFlow(RssFlowType.IPv6Fragment, offset + IPv6SourceOffset, 0);
        }

        int ports = payload + walker.Offset;
        RssFlowType type = walker.NextHeader switch
        {
            IPProtocol.Tcp => RssFlowType.IPv6Tcp,
            IPProtocol.Udp => RssFlowType.IPv6Udp,
            IPProtocol.Sctp => RssFlowType.IPv6Sctp,
            _ => RssFlowType.IPv6,
        };
        return type == RssFlowType.IPv6 || frame.Length < ports + sizeof(uint)
            ? new RssFlow(RssFlowType.IPv6, offset + IPv6SourceOffset, 0)
            : new RssFlow(type, offset + IPv6SourceOffset, ports);
    }
}
