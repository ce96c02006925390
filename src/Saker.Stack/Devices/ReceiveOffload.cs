namespace Saker.Stack.Devices;

/// <summary>How a device's packets are merged on their way up, by the names of <c>ethtool -k</c> and <c>ip link</c>. Immutable; swapped whole.</summary>
public sealed record ReceiveOffload
{
    /// <summary>The size that no merged packet reaches, whatever is set.</summary>
    public const int LargestSize = 65536;

    private readonly bool _keepSegments;
    private readonly bool _mergeForwardedUdp;
    private readonly int _maximumSize = LargestSize;
    private readonly int _maximumIPv4Size = LargestSize;

    /// <summary>Neighbouring segments of a flow are merged (<c>generic-receive-offload</c>).</summary>
    public bool IsOn { get; init; } = true;

    /// <summary>
    /// Segments that no socket of this host waits for are hung behind one another whole, so that they can be forwarded as they came (<c>rx-gro-list</c>).
    /// </summary>
    public bool KeepSegments
    {
        get => _keepSegments;
        init => TakesAnyUdp = (_keepSegments = value) || _mergeForwardedUdp;
    }

    /// <summary>UDP datagrams that no socket of this host waits for are merged, too (<c>rx-udp-gro-forwarding</c>).</summary>
    public bool MergeForwardedUdp
    {
        get => _mergeForwardedUdp;
        init => TakesAnyUdp = (_mergeForwardedUdp = value) || _keepSegments;
    }

    /// <summary>Whether datagrams are merged although no socket has asked for it.</summary>
    internal bool TakesAnyUdp { get; private init; }

    /// <summary>The length in bytes, from the network header on, that a merged IPv6 packet must stay below (<c>gro_max_size</c>).</summary>
    /// <remarks>Sizes above 64 KiB (jumbograms, RFC 2675) are taken as <see cref="LargestSize"/>.</remarks>
    public int MaximumSize
    {
        get => _maximumSize;
        init => _maximumSize = Math.Clamp(value, 0, LargestSize);
    }

    /// <summary>The same for IPv4 (<c>gro_ipv4_max_size</c>).</summary>
    public int MaximumIPv4Size
    {
        get => _maximumIPv4Size;
        init => _maximumIPv4Size = Math.Clamp(value, 0, LargestSize);
    }
}
