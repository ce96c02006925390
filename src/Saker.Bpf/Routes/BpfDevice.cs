namespace Saker.Bpf;

/// <summary>What helpers want to know of a network device.</summary>
/// <param name="MaximumTransmissionUnit">Its MTU.</param>
/// <param name="HeaderLength">Bytes of its link header.</param>
/// <param name="IsUp">Whether it is up.</param>
public readonly record struct BpfDevice(uint MaximumTransmissionUnit, uint HeaderLength = 14, bool IsUp = true)
{
    private const uint VlanTagLength = 4;

    /// <summary>Its link address, 6 bytes; empty: zeros.</summary>
    public ReadOnlyMemory<byte> LinkAddress { get; init; }

    /// <summary>Whether it is the loopback.</summary>
    public bool IsLoopback { get; init; }

    /// <summary>Whether packets of IPv4 that it receives are forwarded (<c>net.ipv4.conf.NAME.forwarding</c>).</summary>
    public bool ForwardsIPv4 { get; init; } = true;

    /// <summary>The same for IPv6 (<c>net.ipv6.conf.NAME.forwarding</c>).</summary>
    public bool ForwardsIPv6 { get; init; } = true;

    /// <summary>The MTU for packets of IPv6 (<c>net.ipv6.conf.NAME.mtu</c>); 0: the device's.</summary>
    public uint MaximumTransmissionUnitOfIPv6 { get; init; }

    /// <summary>Whether it takes a packet that is forwarded to it, which may have a VLAN tag more than its MTU says (<c>is_skb_forwardable</c>).</summary>
    internal bool Takes(SkbContext packet) => IsUp && (packet.SegmentSize != 0 || (uint)packet.Length <= MaximumTransmissionUnit + HeaderLength + VlanTagLength);
}
