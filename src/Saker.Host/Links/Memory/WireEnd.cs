using Saker.Stack.Driver.Links;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Host.Links.Memory;

/// <summary>One end of a <see cref="MemoryWire"/>: a link to be attached to a stack, or a place where a test sends and takes frames itself.</summary>
public sealed class WireEnd : ILink
{
    private readonly IClock _clock;
    private readonly WireDirection _incoming;
    private readonly WireDirection _outgoing;
    private readonly WireQueue[] _queues;

    internal WireEnd(string name, IClock clock, WireDirection incoming, WireDirection outgoing, MemoryWireOptions options)
    {
        Name = name;
        Mtu = options.Mtu;
        _clock = clock;
        _incoming = incoming;
        _outgoing = outgoing;
        _queues = [.. Enumerable.Range(0, options.Queues).Select(number => new WireQueue(incoming, outgoing, number, options.Memory))];
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public MacAddress Address { get; init; }

    /// <inheritdoc/>
    public int Mtu { get; }

    /// <inheritdoc/>
    public IReadOnlyList<ILinkQueue> Queues => _queues;

    /// <inheritdoc/>
    public LinkOptions Options { get; } = new();

    /// <inheritdoc/>
    public IReadOnlyList<LinkLoss> Losses =>
    [
        new("lost on the wire", Incoming.Lost),
        new("too many frames on the wire", Incoming.Refused),
        new("no chunk free", _queues.Sum(queue => queue.Overflows)),
    ];

    /// <inheritdoc/>
    public string? Fault => null;

    /// <summary>What became of the frames to this end.</summary>
    public WireStatistics Incoming => _incoming.Statistics;

    /// <summary>What became of the frames from this end.</summary>
    public WireStatistics Outgoing => _outgoing.Statistics;

    /// <summary>Frames on their way to this end.</summary>
    public int Waiting => _incoming.Waiting;

    /// <summary>Sends a frame, where no stack has this end. From its link header on.</summary>
    public void Send(ReadOnlySpan<byte> frame, int queue = 0) => _outgoing.Send(frame, queue);

    /// <summary>Takes a frame that has arrived, where no stack has this end.</summary>
    /// <returns>Null: none has.</returns>
    public byte[]? TryReceive(int queue = 0)
    {
        if (!_incoming.TryTake(queue, _clock.Now, out WireFrame frame))
        {
            return null;
        }

        byte[] bytes = frame.Bytes.AsSpan(0, frame.Length).ToArray();
        _incoming.Return(frame);
        return bytes;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
