using Saker.Kernel.AfXdp;
using Saker.Kernel.Bpf;
using Saker.Stack.Driver.Links;
using Saker.Wire;

namespace Saker.Host.Links.Kernel;

/// <summary>How an <see cref="XdpLink"/> is opened.</summary>
public sealed record XdpLinkOptions
{
    /// <summary>The device's name.</summary>
    public required string Device { get; init; }

    /// <summary>The device's queues that are taken, one for each CPU at least. What comes by others goes on to the kernel.</summary>
    public IReadOnlyList<int> Queues { get; init; } = [0];

    /// <summary>The address to have on the link; null: the device's own. With another one, the device is made promiscuous.</summary>
    public MacAddress? Address { get; init; }

    /// <summary>Chunks of each queue: what the kernel may receive into, what lies in sockets' queues, and what is being sent.</summary>
    public int ChunksPerQueue { get; init; } = 4096;

    /// <summary>Where the program is run that gives frames to the sockets.</summary>
    public XdpMode Mode { get; init; } = XdpMode.Any;

    /// <summary>Which frames are taken; others go on to the kernel.</summary>
    public XdpSteering Steering { get; init; } = XdpSteering.All;

    /// <summary>Whether frames are copied between device and memory.</summary>
    public XdpCopyMode Copy { get; init; }

    /// <summary>
    /// What becomes of checksums that are not filled in. A kernel at the other end of a veth leaves them so, and AF_XDP does not tell; from a wire none come. Null: they are accepted on a veth, and
    /// refused elsewhere.
    /// </summary>
    public UnfilledChecksums? Unfilled { get; init; }
}
