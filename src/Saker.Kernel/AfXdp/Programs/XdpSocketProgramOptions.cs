using Saker.Bpf;
using Saker.Kernel.Bpf;
using Saker.Packets.AfXdp;

namespace Saker.Kernel.AfXdp;

/// <summary>How a program that gives frames to AF_XDP sockets is made and attached.</summary>
public sealed record XdpSocketProgramOptions
{
    /// <summary>Where it is run. <see cref="XdpMode.Any"/>: by the driver, and where that is refused in front of the stack.</summary>
    public XdpMode Mode { get; init; } = XdpMode.Any;

    /// <summary>By what it is attached.</summary>
    public XdpAttachWay Way { get; init; }

    /// <summary>Which frames go to the sockets; not asked where <see cref="Object"/> is given.</summary>
    public XdpSteering Steering { get; init; } = XdpSteering.All;

    /// <summary>An object of the user's own in the place of Saker's program; null: Saker's. It must have a map of sockets (<c>BPF_MAP_TYPE_XSKMAP</c>).</summary>
    public ObjectSpec? Object { get; init; }

    /// <summary>The XDP program of <see cref="Object"/>; null: the only one.</summary>
    public string? Program { get; init; }

    /// <summary>The map of sockets of <see cref="Object"/>; null: the only one.</summary>
    public string? Map { get; init; }

    /// <summary>For how many queues there is room in the map; an object of the user's own says that itself, unless it leaves it open (0).</summary>
    public int MaximumQueues { get; init; } = 64;

    /// <summary>How many sockets a queue has, which share its UMEM and take turns; an object of the user's own knows that itself.</summary>
    public int SocketsPerQueue { get; init; } = 1;

    /// <summary>Whether it takes frames of several buffers (<c>xdp.frags</c>), as drivers want it where the MTU is longer than a buffer.</summary>
    public bool SupportsFragments { get; init; }

    /// <summary>Whether it is bound to the device, so that it may ask the driver for metadata of frames (Linux 6.3); it is then run by the driver or not at all.</summary>
    public bool IsBoundToDevice { get; init; }

    /// <summary>
    /// Whether Saker's program puts what the device tells of each packet in front of it, as <see cref="ReceiveMetadata"/> (Linux 6.8): it is bound to the device then. An object
    /// of the user's own does that itself.
    /// </summary>
    public bool PutsMetadata { get; init; }

    /// <summary>Whether the program is loaded for the device alone.</summary>
    internal bool IsForDevice => IsBoundToDevice || (PutsMetadata && Object is null);
}

/// <summary>By what an XDP program is attached.</summary>
public enum XdpAttachWay
{
    /// <summary>By a link where the kernel has those (Linux 5.9), else by netlink.</summary>
    Any,

    /// <summary>By a link: the program is gone when the process ends, however it ends.</summary>
    Link,

    /// <summary>By netlink: the program stays when the process is killed, until <c>saker xsk detach</c> takes it away.</summary>
    Netlink,
}
