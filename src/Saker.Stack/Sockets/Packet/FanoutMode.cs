namespace Saker.Stack.Sockets.Packet;

/// <summary>How a fanout group shares packets among its sockets (<c>PACKET_FANOUT_*</c>; the numbers are those of <c>linux/if_packet.h</c>).</summary>
public enum FanoutMode : byte
{
    /// <summary>By the flow's hash, the same in both directions.</summary>
    Hash = 0,

    /// <summary>In turns.</summary>
    LoadBalance = 1,

    /// <summary>By the CPU that the packet is on.</summary>
    Cpu = 2,

    /// <summary>The first socket until it is full, then the next.</summary>
    Rollover = 3,

    /// <summary>By chance.</summary>
    Random = 4,

    /// <summary>By the queue that the packet came by.</summary>
    Queue = 5,

    /// <summary>By what a program of classic BPF says.</summary>
    ClassicBpf = 6,

    /// <summary>By what an eBPF program says.</summary>
    ExtendedBpf = 7,
}

/// <summary>
/// What a fanout group does beside (<c>PACKET_FANOUT_FLAG_*</c>). Putting fragments together first (<c>DEFRAG</c>) is not built; nobody needs a free number
/// (<c>UNIQUEID</c>), since a group is an object.
/// </summary>
[Flags]
public enum FanoutFlags : ushort
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Where the chosen socket is full, another gets the packet.</summary>
    Rollover = 0x1000,

    /// <summary>The group does not see what the host sends.</summary>
    IgnoreOutgoing = 0x4000,
}
