namespace Saker.Stack.Driver;

/// <summary>What the driver counts of a ring beside <see cref="Nic.QueueCounter"/>. Its CPU writes.</summary>
public sealed class ReceiveRingStatistics
{
    /// <summary>Descriptors that held a part of a frame which went on in the next (<c>non_eop_descs</c>).</summary>
    public long ContinuedDescriptors { get; internal set; }

    /// <summary>Frames with a checksum that the card found wrong (<c>hw_csum_rx_error</c>).</summary>
    public long ChecksumErrors { get; internal set; }

    /// <summary>Bad frames that the driver dropped.</summary>
    public long BadFrames { get; internal set; }

    /// <summary>Frames that the XDP hook dropped.</summary>
    public long XdpDrops { get; internal set; }

    /// <summary>Frames that the XDP hook sent elsewhere.</summary>
    public long XdpTaken { get; internal set; }

    /// <summary>Answers to changes of the flow rules.</summary>
    public long ProgrammingStatuses { get; internal set; }
}
