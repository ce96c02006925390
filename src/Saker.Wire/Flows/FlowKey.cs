namespace Saker.Wire;

/// <summary>What kind of addresses a flow has.</summary>
public enum FlowAddressFamily : byte
{
    /// <summary>None: no network header was reached.</summary>
    None,

    /// <summary>IPv4.</summary>
    IPv4,

    /// <summary>IPv6.</summary>
    IPv6,
}

/// <summary>What a dissection noticed about a packet.</summary>
[Flags]
public enum FlowTraits : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The packet is a fragment, the first or a later one; its ports are not part of the key.</summary>
    Fragment = 1,

    /// <summary>It is the first fragment.</summary>
    FirstFragment = 2,

    /// <summary>A tunnel was seen.</summary>
    Encapsulation = 4,

    /// <summary>Labels of multiprotocol label switching were seen; what they carry is not told.</summary>
    Mpls = 8,
}

/// <summary>
/// What the packets of a flow have in common: the innermost headers that a dissection reached (the kernel's <c>flow_keys</c>). Numbers are in host order.
/// </summary>
public readonly record struct FlowKey
{
    /// <summary>What the innermost frame carries.</summary>
    public EtherType NetworkProtocol { get; init; }

    /// <summary>The transport protocol, or where there is none the last header reached.</summary>
    public IPProtocol Protocol { get; init; }

    /// <summary>What the addresses are.</summary>
    public FlowAddressFamily Family { get; init; }

    /// <summary>Fragment, tunnel, labels.</summary>
    public FlowTraits Traits { get; init; }

    /// <summary>The source address; one of IPv4 is mapped into IPv6.</summary>
    public IPv6Address Source { get; init; }

    /// <summary>The destination address; one of IPv4 is mapped into IPv6.</summary>
    public IPv6Address Destination { get; init; }

    /// <summary>The source port; of IPsec the upper half of the security parameters index.</summary>
    public ushort SourcePort { get; init; }

    /// <summary>The destination port; of IPsec the lower half of the security parameters index.</summary>
    public ushort DestinationPort { get; init; }

    /// <summary>The flow label of IPv6.</summary>
    public uint FlowLabel { get; init; }

    /// <summary>The first VLAN tag, if any.</summary>
    public VlanTag? OuterVlan { get; init; }

    /// <summary>The second VLAN tag, if any; further ones are passed over.</summary>
    public VlanTag? InnerVlan { get; init; }

    /// <summary>How many tunnels were entered, or noticed where they are not to be entered.</summary>
    public byte TunnelDepth { get; init; }

    /// <summary>The key of the last GRE header, or the network identifier of the last VXLAN header.</summary>
    public uint TunnelKey { get; init; }
}

/// <summary>Where a dissection goes, as the kernel's <c>FLOW_DISSECTOR_F_</c> flags.</summary>
[Flags]
public enum FlowDissectorOptions : byte
{
    /// <summary>Through everything, but not past the network header of a fragment, and not into UDP.</summary>
    None = 0,

    /// <summary>Past the network header of a first fragment too.</summary>
    ParseFirstFragment = 1,

    /// <summary>Stop at an IPv6 header whose flow label is not zero: it tells the flow well enough.</summary>
    StopAtFlowLabel = 2,

    /// <summary>Stop behind the header of a tunnel.</summary>
    StopAtEncapsulation = 4,

    /// <summary>Stop in front of the header of a tunnel.</summary>
    StopBeforeEncapsulation = 8,

    /// <summary>Into VXLAN on its port, which the kernel's dissector does not do.</summary>
    EnterVxlan = 16,
}

/// <summary>What a dissection found and where.</summary>
public readonly record struct FlowDissection
{
    /// <summary>The flow.</summary>
    public FlowKey Key { get; init; }

    /// <summary>Where the innermost network header begins that was reached, in octets from the start of the frame.</summary>
    public int NetworkOffset { get; init; }

    /// <summary>Where the dissection ended: at the transport header if one was reached. Never beyond the end of the frame.</summary>
    public int TransportOffset { get; init; }

    /// <summary>Whether all headers on the way were there and understood.</summary>
    public bool IsComplete { get; init; }
}
