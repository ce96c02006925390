using Saker.Wire;

namespace Saker.Stack.Ip.V4;

/// <summary>What IPv4 keeps with a packet while it holds it (<c>struct inet_skb_parm</c>).</summary>
internal struct IPv4Control
{
    /// <summary>The device that the packet came in by.</summary>
    public int InputDevice;

    /// <summary>What the options ask for.</summary>
    public IPv4OptionFlags Options;

    /// <summary>Where the source route option begins in the header; 0: there is none.</summary>
    public byte SourceRoute;

    /// <summary>Where the record route option begins in the header; 0: there is none.</summary>
    public byte RecordRoute;

    /// <summary>Where the timestamp option begins in the header; 0: there is none.</summary>
    public byte Timestamp;

    /// <summary>Where the CIPSO option begins in the header; 0: there is none.</summary>
    public byte Cipso;

    /// <summary>Length of the options in bytes.</summary>
    public byte OptionLength;

    /// <summary>Whether the sender is to be told that another gateway is nearer (<c>IPSKB_DOREDIRECT</c>).</summary>
    public bool TellOfBetterGateway;

    /// <summary>The next address of a source route.</summary>
    public IPv4Address NextHop;
}

/// <summary>What was found in the options, and what is left to do in them.</summary>
[Flags]
internal enum IPv4OptionFlags : byte
{
    None = 0,

    /// <summary>The source route is strict.</summary>
    StrictRoute = 1 << 0,

    /// <summary>The source route's next address is to be put in place of the destination.</summary>
    SourceRouteHit = 1 << 1,

    /// <summary>The options were changed, so the header checksum must be.</summary>
    Changed = 1 << 2,

    /// <summary>The record route option has a place for our address.</summary>
    RecordRouteNeedsAddress = 1 << 3,

    /// <summary>The timestamp option has a place for the time.</summary>
    TimestampNeedsTime = 1 << 4,

    /// <summary>The timestamp option has a place for our address.</summary>
    TimestampNeedsAddress = 1 << 5,

    /// <summary>Routers are to look at the packet.</summary>
    RouterAlert = 1 << 6,
}
