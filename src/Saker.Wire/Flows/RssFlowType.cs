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

    /// <summary>The IPsec authentication header over IPv4.</summary>
    IPv4Ah,

    /// <summary>The IPsec encapsulating security payload over IPv4.</summary>
    IPv4Esp,

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

    /// <summary>The IPsec authentication header over IPv6.</summary>
    IPv6Ah,

    /// <summary>The IPsec encapsulating security payload over IPv6.</summary>
    IPv6Esp,
}
