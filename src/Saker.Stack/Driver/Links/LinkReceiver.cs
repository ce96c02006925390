using Saker.Packets;

namespace Saker.Stack.Driver.Links;

/// <summary>A link's queue as its driver knows it: what is received of it, and the memory that it lies in.</summary>
internal sealed class LinkReceiver(ILinkQueue queue, int number, LinkOptions options)
{
    /// <summary>The queue.</summary>
    public ILinkQueue Queue { get; } = queue;

    /// <summary>Its number.</summary>
    public int Number { get; } = number;

    /// <summary>Its memory. Known when the queue has been opened.</summary>
    public FrameRegion Memory { get; private set; } = null!;

    /// <summary>What was counted.</summary>
    public LinkQueueStatistics Statistics { get; } = new();

    /// <summary>Where the link writes what it has received.</summary>
    public LinkFrame[] Parts { get; } = new LinkFrame[LinkFrame.MostParts + Softirq.NapiContext.DriverWeight];

    /// <summary>Whether checksums that are not filled in are believed, though the link does not tell of them.</summary>
    public bool AcceptsUnfilled { get; } = options.Unfilled == UnfilledChecksums.Accept;

    /// <summary>Whether chunks are so few that a frame must be copied.</summary>
    public bool IsShort => Memory.AvailableCount < options.FreeChunks;

    /// <summary>Takes the queue into use.</summary>
    public void Open(in LinkOpening opening) => Memory = Queue.Open(opening);

    /// <summary>Gives chunks back of which no packet was made.</summary>
    public void Return(ReadOnlySpan<LinkFrame> parts)
    {
        foreach (ref readonly LinkFrame part in parts)
        {
            Memory.ReturnChunk(part.Chunk);
        }
    }
}
