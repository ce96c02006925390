using System.Collections.Immutable;
using Saker.Kernel.AfXdp;
using Saker.Wire;

namespace Saker.Host.AfXdp;

/// <summary>What is done with packets.</summary>
public enum TrafficKind
{
    /// <summary>They are received and dropped.</summary>
    ReceiveDrop,

    /// <summary>They are sent.</summary>
    TransmitOnly,

    /// <summary>They are sent back.</summary>
    EchoForward,
}

/// <summary>What <see cref="XdpTraffic"/> does, and by which sockets.</summary>
public sealed record XdpTrafficOptions
{
    /// <summary>What is done with packets.</summary>
    public required TrafficKind Kind { get; init; }

    /// <summary>The sockets; each gets its own queue.</summary>
    public required XdpSocketOptions Socket { get; init; }

    /// <summary>The queues.</summary>
    public ImmutableArray<int> Queues { get; init; } = [0];

    /// <summary>How many sockets each queue has, which take turns.</summary>
    public int SocketsPerQueue { get; init; } = 1;

    /// <summary>How many threads there are; queues are dealt out to them.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Which processor each worker is bound to; one that has none stays free.</summary>
    public ImmutableArray<int> Processors { get; init; } = [];

    /// <summary>The memory that all sockets share.</summary>
    public UmemOptions Umem { get; init; } = new();

    /// <summary>The program that gives packets to the sockets; null: none is attached.</summary>
    public XdpSocketProgramOptions? Program { get; init; } = new();

    /// <summary>How many packets are handled at once.</summary>
    public int Batch { get; init; } = 64;

    /// <summary>Whether a worker that has nothing to do sleeps until there is something; else it looks again at once.</summary>
    public bool Sleeps { get; init; }

    /// <summary>How many packets are handled in all; null: no end.</summary>
    public long? Count { get; init; }

    /// <summary>What <see cref="TrafficKind.TransmitOnly"/> sends.</summary>
    public ImmutableArray<byte> Packet { get; init; } = [];

    /// <summary>Where <see cref="TrafficKind.EchoForward"/> sends packets; null: to where each came from.</summary>
    public MacAddress? Destination { get; init; }

    /// <summary>By which address <see cref="TrafficKind.EchoForward"/> sends packets; null: the one that each was for.</summary>
    public MacAddress? Source { get; init; }

    /// <summary>Whether <see cref="TrafficKind.ReceiveDrop"/> reads a byte of each packet, so that it comes into the processor's cache.</summary>
    public bool Touches { get; init; }

    /// <summary>Whether the time is taken that this process spends on packets.</summary>
    public bool MeasuresTime { get; init; }

    /// <summary>Finds what makes no sense.</summary>
    internal string? FindFault() =>
        Queues.IsDefaultOrEmpty || Queues.Distinct().Count() != Queues.Length ? "at least one queue is wanted, and each once"
        : SocketsPerQueue < 1 ? $"a queue has at least one socket, not {SocketsPerQueue}"
        : Workers < 1 || Workers > Queues.Length ? $"{Queues.Length} queues take 1 to {Queues.Length} workers, not {Workers}"
        : Batch < 1 ? $"a batch has at least one packet, not {Batch}"
        : Kind == TrafficKind.TransmitOnly && Packet.Length > Umem.Layout.ChunkSize - Umem.Layout.TransmitMetadataLength ? $"a packet of {Packet.Length} bytes does not fit a chunk of {Umem.Layout.ChunkSize}"
        : Umem.Layout.ChunkCount < Queues.Length * SocketsPerQueue * Batch ? $"{Umem.Layout.ChunkCount} chunks are too few for {Queues.Length * SocketsPerQueue} sockets with batches of {Batch}"
        : null;
}
