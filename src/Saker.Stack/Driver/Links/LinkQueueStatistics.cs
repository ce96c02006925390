namespace Saker.Stack.Driver.Links;

/// <summary>What the driver has counted of a link's queue. Written by the CPU that polls; read by anybody, a little behind.</summary>
public sealed class LinkQueueStatistics
{
    /// <summary>Frames that were received.</summary>
    public long Received { get; internal set; }

    /// <summary>Their bytes.</summary>
    public long ReceivedBytes { get; internal set; }

    /// <summary>Frames that were sent, or given to the link to be sent.</summary>
    public long Sent { get; internal set; }

    /// <summary>Their bytes.</summary>
    public long SentBytes { get; internal set; }

    /// <summary>Of these, frames that the link then did not take.</summary>
    public long SendingFailed { get; internal set; }

    /// <summary>Frames that were sent with the checksum left to the other side.</summary>
    public long SentUnfilled { get; internal set; }

    /// <summary>Of these, frames that stood for several and were left to be cut.</summary>
    public long SentMerged { get; internal set; }

    /// <summary>Frames that were too short for an Ethernet header.</summary>
    public long Runts { get; internal set; }

    /// <summary>Frames for which there was no packet memory.</summary>
    public long WithoutMemory { get; internal set; }

    /// <summary>Frames that were copied, since too few chunks were free.</summary>
    public long CopiedOut { get; internal set; }

    /// <summary>Packets whose checksum the link said was not filled in, or verified.</summary>
    public long ChecksumsTold { get; internal set; }

    /// <summary>Packets whose checksum was found not to be filled in, and believed (<see cref="UnfilledChecksums.Accept"/>).</summary>
    public long ChecksumsUnfilled { get; internal set; }

    /// <summary>Frames that stood for several.</summary>
    public long Merged { get; internal set; }
}
