namespace Saker.Bpf;

/// <summary>Where a program has sent its packet. It holds where the program's verdict says so (<c>XDP_REDIRECT</c>, <c>TC_ACT_REDIRECT</c>).</summary>
/// <param name="Kind">What the target is.</param>
/// <param name="Device">The index of the device; of an entry of a map, what the map has there.</param>
/// <param name="Map">The map, where the target is an entry of one.</param>
/// <param name="Key">The entry's key.</param>
/// <param name="Flags">The flags that remain to be heeded (<c>BPF_F_INGRESS</c>, <c>BPF_F_BROADCAST</c>, <c>BPF_F_EXCLUDE_INGRESS</c>).</param>
public readonly record struct BpfRedirect(RedirectKind Kind, uint Device, BpfMap? Map = null, uint Key = 0, ulong Flags = 0)
{
    /// <summary>Enter the device as if received there (<c>BPF_F_INGRESS</c>), with <see cref="RedirectKind.Device"/>.</summary>
    public const ulong Ingress = 1;

    /// <summary>To all devices of the map (<c>BPF_F_BROADCAST</c>).</summary>
    public const ulong Broadcast = 8;

    /// <summary>To all but the one that received it (<c>BPF_F_EXCLUDE_INGRESS</c>).</summary>
    public const ulong ExcludeIngress = 16;

    /// <summary>The next hop, with <see cref="RedirectKind.Neighbor"/>.</summary>
    public NextHopAddress NextHop { get; init; }
}

/// <summary>What a packet is redirected to.</summary>
public enum RedirectKind : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A device (<c>bpf_redirect</c>).</summary>
    Device,

    /// <summary>The other end of a device, in its network namespace (<c>bpf_redirect_peer</c>).</summary>
    Peer,

    /// <summary>A device, with the link addresses that neighbour resolution gives (<c>bpf_redirect_neigh</c>).</summary>
    Neighbor,

    /// <summary>An entry of a device, CPU or AF_XDP map (<c>bpf_redirect_map</c>).</summary>
    Map,

    /// <summary>Every entry of a device map.</summary>
    Broadcast,
}
