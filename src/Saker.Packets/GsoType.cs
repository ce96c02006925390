namespace Saker.Packets;

/// <summary>How a packet that stands for several is to be cut (<c>skb_shared_info.gso_type</c>).</summary>
[Flags]
public enum GsoType : ushort
{
    /// <summary>The packet stands for itself alone.</summary>
    None = 0,

    /// <summary>TCP over IPv4.</summary>
    TcpIPv4 = 1 << 0,

    /// <summary>The first segment bears CWR, which those behind it must not (RFC 3168 section 6.1.2).</summary>
    TcpEcn = 1 << 1,

    /// <summary>All segments have the same IPv4 identification.</summary>
    TcpFixedId = 1 << 2,

    /// <summary>TCP over IPv6.</summary>
    TcpIPv6 = 1 << 3,

    /// <summary>UDP datagrams, each with a header of its own.</summary>
    UdpSegments = 1 << 4,

    /// <summary>The segments hang behind the first as they came, with their own headers in front of them.</summary>
    FragmentList = 1 << 5,
}
