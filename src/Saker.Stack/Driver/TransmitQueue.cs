using Saker.Packets;
using Saker.Stack.Softirq;

namespace Saker.Stack.Driver;

/// <summary>Where a CPU leaves frames that a device is to send (<c>struct netdev_queue</c>): a ring of a card, or a link's queue.</summary>
public abstract class TransmitQueue
{
    private protected TransmitQueue()
    {
    }

    /// <summary>Whether a frame has room.</summary>
    internal abstract bool HasRoomFor(PacketBuffer frame);

    /// <summary>Whether whoever takes the frame finishes it: fills in its checksum, and cuts it if it stands for several.</summary>
    internal virtual bool Finishes(PacketBuffer frame) => false;

    /// <summary>Posts a frame that has room; it is the queue's.</summary>
    internal abstract void Post(PacketBuffer frame);

    /// <summary>Tells the hardware of what was posted.</summary>
    internal abstract void Flush(long now);
}

/// <summary>A device's transmit queues.</summary>
internal interface ITransmitQueues
{
    /// <summary>The queue by which a CPU sends a frame (<c>netdev_pick_tx</c>).</summary>
    TransmitQueue Select(Cpu cpu, PacketBuffer frame);
}
