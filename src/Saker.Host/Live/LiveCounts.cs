using System.Collections.Immutable;
using Saker.Host.Links;

namespace Saker.Host.Live;

/// <summary>What has happened to a <see cref="LiveHost"/> since it was brought up.</summary>
public sealed record LiveCounts
{
    /// <summary>How long that is.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>Frames received by the link.</summary>
    public long Received { get; init; }

    /// <summary>Their bytes.</summary>
    public long ReceivedBytes { get; init; }

    /// <summary>Frames sent by the link.</summary>
    public long Sent { get; init; }

    /// <summary>Bytes that the link was given to send.</summary>
    public long SentBytes { get; init; }

    /// <summary>Frames of which the link said that their checksum was verified, or left to hardware by a sender on this machine.</summary>
    public long ChecksumsLeftToHardware { get; init; }

    /// <summary>Frames whose checksum was found not to be filled in, and believed.</summary>
    public long ChecksumsUnfilled { get; init; }

    /// <summary>Frames that stood for several.</summary>
    public long Merged { get; init; }

    /// <summary>Frames that were copied since the link's memory was short.</summary>
    public long CopiedOut { get; init; }

    /// <summary>Packets that came to a part that is not built; 0 where stages are not counted.</summary>
    public long Unsupported { get; init; }

    /// <summary>Frames received by each queue.</summary>
    public ImmutableArray<long> QueueReceived { get; init; } = [];

    /// <summary>What was lost on the link itself.</summary>
    public ImmutableArray<LinkLoss> Losses { get; init; } = [];

    /// <summary>Packets dropped by the stack, by the kernel's reasons, the most frequent first.</summary>
    public ImmutableArray<(string Reason, long Count)> Drops { get; init; } = [];

    /// <summary>The counters that have moved, by the kernel's names.</summary>
    public ImmutableArray<(string Name, long Value)> Counters { get; init; } = [];

    /// <summary>Packets that came to each stage, in the order of the way, by the kernel's functions; empty where stages are not counted.</summary>
    public ImmutableArray<(string Function, long Count)> Stages { get; init; } = [];
}
