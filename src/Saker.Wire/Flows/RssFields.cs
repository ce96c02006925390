namespace Saker.Wire;

/// <summary>Which parts of a packet a network card hashes (kernel documentation: networking/scaling.rst; <c>ethtool -N DEV rx-flow-hash</c>).</summary>
/// <remarks>A part that is not hashed counts as zero at its place, so that the other parts contribute what they always do.</remarks>
[Flags]
public enum RssFields : byte
{
    /// <summary>Nothing: the packet has no hash.</summary>
    None = 0,

    /// <summary>The source address.</summary>
    SourceAddress = 1 << 0,

    /// <summary>The destination address.</summary>
    DestinationAddress = 1 << 1,

    /// <summary>The first two octets of the transport header: the source port.</summary>
    SourcePort = 1 << 2,

    /// <summary>The next two octets of the transport header: the destination port.</summary>
    DestinationPort = 1 << 3,

    /// <summary>Both addresses.</summary>
    Addresses = SourceAddress | DestinationAddress,

    /// <summary>Both ports.</summary>
    Ports = SourcePort | DestinationPort,

    /// <summary>Addresses and ports.</summary>
    All = Addresses | Ports,
}
