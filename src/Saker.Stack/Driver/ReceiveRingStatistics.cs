namespace Saker.Stack.Driver;

/// <summary>What a driver counts of a receive ring (<c>struct i40e_rx_queue_stats</c>, <c>ethtool -S</c>). Its CPU writes.</summary>
public sealed class ReceiveRingStatistics
{
    /// <summary>Packets passed up.</summary>
    public long Packets { get; internal set; }

    /// <summary>Bytes of them.</summary>
    public long Bytes { get; internal set; }

    /// <summary>Descriptors that held a part of a frame which went on in the next.</summary>
    public long ContinuedDescriptors { get; internal set; }

    /// <summary>Pages taken for empty buffers.</summary>
    public long PagesTaken { get; internal set; }

    /// <summary>Pages that could not be had.</summary>
    public long PageFailures { get; internal set; }

    /// <summary>Frames lost because there was no memory for a packet.</summary>
    public long PacketFailures { get; internal set; }

    /// <summary>Pages used again.</summary>
    public long PagesReused { get; internal set; }

    /// <summary>Pages given up since both halves were in use.</summary>
    public long PagesGivenUp { get; internal set; }

    /// <summary>Frames with a checksum that the card found wrong.</summary>
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
