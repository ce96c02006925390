using Saker.Kernel.Interop;
using Saker.Packets.AfXdp;

namespace Saker.Kernel.AfXdp;

/// <summary>A device's queue that sockets of one UMEM have: its FILL and COMPLETION rings, which they have in common.</summary>
internal sealed class XdpQueue(ulong network, int device, int queue, MappedRing fill, MappedRing completion, FrameLedger? ledger)
{
    /// <summary>The network namespace in which <see cref="Device"/> is the device's index.</summary>
    public ulong Network => network;

    public int Device => device;

    public int Queue => queue;

    public FillRing Fill { get; } = new(fill.Memory, ledger);

    public CompletionRing Completion { get; } = new(completion.Memory, ledger);

    /// <summary>How many sockets use it.</summary>
    public int Users { get; set; }

    /// <summary>The socket's descriptor through which the rings were made: it is open as long as they are mapped.</summary>
    public required SafeSocketDescriptor Descriptor { get; init; }

    /// <summary>Unmaps the rings: the last user has gone.</summary>
    public void Close()
    {
        fill.Dispose();
        completion.Dispose();
        Descriptor.Dispose();
    }
}
