using Saker.Packets;
using Saker.Stack.Driver.Links;

namespace Saker.Host.Links;

/// <summary>How much memory each queue of a link has that copies frames.</summary>
public sealed record LinkMemoryOptions
{
    /// <summary>Chunks of a queue: what lies in sockets' queues holds them.</summary>
    public int ChunkCount { get; init; } = 4096;

    /// <summary>Bytes of a chunk; see <see cref="FrameRegion"/>. A frame that is longer lies in several.</summary>
    public int ChunkSize { get; init; } = FrameRegion.DefaultChunkSize;

    internal FrameRegion Make(in LinkOpening opening) => new(ChunkCount, ChunkSize, owner: opening.Cpu, cpuCount: opening.CpuCount);
}
