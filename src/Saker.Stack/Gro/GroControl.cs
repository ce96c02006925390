using Saker.Wire;

namespace Saker.Stack.Gro;

/// <summary>What is kept with a held packet (<c>struct napi_gro_cb</c>). Offsets are counted from where the packet's data begins.</summary>
internal struct GroControl
{
    /// <summary>In which tick it was held.</summary>
    public long Tick;

    /// <summary>Where the IP header begins: behind the VLAN tags that are in the frame.</summary>
    public ushort NetworkOffset;

    /// <summary>Where the transport header begins.</summary>
    public ushort TransportOffset;

    /// <summary>Where the transport's payload begins.</summary>
    public ushort PayloadOffset;

    /// <summary>How many segments it has.</summary>
    public ushort Segments;

    /// <summary>Bytes of payload in each segment but the last.</summary>
    public ushort SegmentSize;

    /// <summary>The transport protocol.</summary>
    public IPProtocol Protocol;

    /// <summary>The network protocol is IPv6.</summary>
    public bool IsIPv6;

    /// <summary>The segments all have the same identification, not consecutive ones.</summary>
    public bool HasFixedId;

    /// <summary>The segments hang behind one another whole.</summary>
    public bool KeepsSegments;

    /// <summary>The observer was told that it waits.</summary>
    public bool WasTold;
}
