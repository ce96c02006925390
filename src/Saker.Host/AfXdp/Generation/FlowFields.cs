namespace Saker.Host.AfXdp;

/// <summary>Which fields of generated frames differ from flow to flow. A flow's number is taken apart in this order: ports take 14 bits of it, addresses 24.</summary>
[Flags]
public enum FlowFields
{
    /// <summary>None: there is one flow.</summary>
    None = 0,

    /// <summary>The source port.</summary>
    SourcePort = 1 << 0,

    /// <summary>The low bits of the source address.</summary>
    Source = 1 << 1,

    /// <summary>The destination port.</summary>
    DestinationPort = 1 << 2,

    /// <summary>The low bits of the destination address.</summary>
    Destination = 1 << 3,
}
