using Saker.Host.Replay;
using Saker.Packets;
using Saker.Stack.Observation;
using Saker.Wire.Captures;

namespace Saker.Host.Explain;

/// <summary>All that there is to say about one frame of a capture before one host.</summary>
public sealed class FrameExplanation
{
    /// <summary>The frame's number in the capture, from one.</summary>
    public required long Number { get; init; }

    /// <summary>When it arrived, in nanoseconds since the Unix epoch.</summary>
    public required long Timestamp { get; init; }

    /// <summary>The frame from its Ethernet header on, as the host's device gets it.</summary>
    public required ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>How many bytes the capture kept.</summary>
    public required int CapturedLength { get; init; }

    /// <summary>How many bytes it had on the wire.</summary>
    public required int OriginalLength { get; init; }

    /// <summary>What the captured bytes begin with. Where it is no Ethernet header, one was made of what the capture says of the link.</summary>
    public required LinkType LinkType { get; init; }

    /// <summary>What somebody wrote to it in the capture.</summary>
    public string? Comment { get; init; }

    /// <summary>The frame in one line.</summary>
    public required string Summary { get; init; }

    /// <summary>Its headers.</summary>
    public required IReadOnlyList<DecodedHeader> Headers { get; init; }

    /// <summary>Its way from stage to stage; empty for a frame that was not received.</summary>
    public required IReadOnlyList<StageVisit> Way { get; init; }

    /// <summary>What became of it.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Why it was dropped; <see cref="DropReason.None"/> where the verdict is another.</summary>
    public required DropReason Reason { get; init; }

    /// <summary>Where its way ended.</summary>
    public required Stage Stage { get; init; }

    /// <summary>What the verdict or the reason means, in one sentence.</summary>
    public required string Meaning { get; init; }

    /// <summary>What an engineer would look at next, a sentence each; empty where nothing is amiss.</summary>
    public required IReadOnlyList<string> Hints { get; init; }

    /// <summary>The sockets that got it.</summary>
    public required IReadOnlyList<string> Sockets { get; init; }

    /// <summary>The counters that it moved, by their names, in the kernel's order.</summary>
    public required IReadOnlyList<(string Name, long Amount)> Counters { get; init; }

    /// <summary>The frames sent because of it.</summary>
    public required IReadOnlyList<SentFrame> Sent { get; init; }

    /// <summary>The frame that completed what it is a part of; 0: none.</summary>
    public long Into { get; init; }

    /// <summary>The receive queue that the card chose.</summary>
    public int Queue { get; init; }

    /// <summary>The hash that the card computed.</summary>
    public uint RxHash { get; init; }
}
