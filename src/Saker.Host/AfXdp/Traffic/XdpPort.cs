using Saker.Packets.AfXdp;

namespace Saker.Host.AfXdp;

/// <summary>A socket in the hand of a worker, with the frames that it may use, and what it has counted. Sockets of the kernel and of a stack in user space are the same here.</summary>
public sealed class XdpPort
{
    private readonly XdpPort _queue;
    private int _outstanding;
    private long _received;
    private long _receivedBytes;
    private long _sent;

    /// <summary>Makes a port.</summary>
    /// <param name="socket">The socket; its rings belong to the worker from now on.</param>
    /// <param name="frames">The frames that it may use: the worker's, or in common with its other sockets.</param>
    /// <param name="share">How many of these it may have in FILL.</param>
    /// <param name="neighbor">Another socket of the same memory on the same queue: FILL and COMPLETION are theirs in common, so that both belong to one worker. Null: there is none.</param>
    public XdpPort(IXdpSocket socket, FrameAllocator frames, int share, XdpPort? neighbor = null)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentNullException.ThrowIfNull(frames);
        Socket = socket;
        Memory = socket.Memory;
        Fill = socket.Fill;
        Completion = socket.Completion;
        Receive = socket.Receive;
        Transmit = socket.Transmit;
        Frames = frames;
        Share = share;
        _queue = neighbor?._queue ?? this;
    }

    /// <summary>The socket.</summary>
    public IXdpSocket Socket { get; }

    /// <summary>The socket's memory.</summary>
    public UmemMemory Memory { get; }

    /// <summary>The socket's FILL ring.</summary>
    public FillRing Fill { get; }

    /// <summary>The socket's COMPLETION ring.</summary>
    public CompletionRing Completion { get; }

    /// <summary>The socket's RX ring; null: it only sends.</summary>
    public ReceiveRing? Receive { get; }

    /// <summary>The socket's TX ring; null: it only receives.</summary>
    public TransmitRing? Transmit { get; }

    /// <summary>Frames that nobody has.</summary>
    public FrameAllocator Frames { get; }

    /// <summary>How many frames it may have in FILL.</summary>
    public int Share { get; }

    /// <summary>Packets received so far. For any thread.</summary>
    public long Received => Volatile.Read(ref _received);

    /// <summary>Bytes received so far. For any thread.</summary>
    public long ReceivedBytes => Volatile.Read(ref _receivedBytes);

    /// <summary>Packets sent so far: those that were completed. Sockets that have a queue in common count what each of them took out of COMPLETION. For any thread.</summary>
    public long Sent => Volatile.Read(ref _sent);

    /// <summary>Packets of the queue that are in TX, or on their way back.</summary>
    public int Outstanding => _queue._outstanding;

    /// <summary>Counts a batch of packets that came.</summary>
    public void CountReceived(int packets, long bytes)
    {
        _received += packets;
        _receivedBytes += bytes;
    }

    /// <summary>Packets were put into TX.</summary>
    public void CountSubmitted(int packets) => _queue._outstanding += packets;

    /// <summary>Packets were sent, and came back.</summary>
    public void CountCompleted(int packets)
    {
        _queue._outstanding -= packets;
        _sent += packets;
    }
}
