using System.Diagnostics.CodeAnalysis;
using Saker.Kernel;
using Saker.Kernel.AfXdp;
using Saker.Packets.AfXdp;

namespace Saker.Host.AfXdp;

/// <summary>Sockets of the running kernel at a device, and workers that receive, send, or send back by them: <c>rxdrop</c>, <c>txonly</c> and <c>l2fwd</c>.</summary>
public sealed class XdpTraffic : IDisposable
{
    private readonly List<XdpSocket> _sockets = [];
    private readonly List<XdpPort> _ports = [];
    private readonly List<TrafficWorker> _workers = [];

    private XdpTraffic(XdpTrafficOptions options, Umem umem)
    {
        Options = options;
        Umem = umem;
    }

    /// <summary>What is done.</summary>
    public XdpTrafficOptions Options { get; }

    /// <summary>The memory that all sockets share.</summary>
    public Umem Umem { get; }

    /// <summary>The program that gives packets to the sockets; null: there is none.</summary>
    public XdpSocketProgram? Program { get; private set; }

    /// <summary>The sockets, by queue.</summary>
    public IReadOnlyList<XdpSocket> Sockets => _sockets;

    /// <summary>The sockets with what they have counted, in the order of <see cref="Sockets"/>.</summary>
    public IReadOnlyList<XdpPort> Ports => _ports;

    /// <summary>What the work has cost, once it has ended.</summary>
    public TrafficCost Cost => _workers.Aggregate(default(TrafficCost), (sum, worker) => sum + worker.Cost);

    /// <summary>Opens the sockets and attaches the program.</summary>
    /// <param name="options">What is done.</param>
    /// <param name="traffic">What is ready to begin.</param>
    /// <param name="refusal">Why it cannot.</param>
    public static bool TryOpen(XdpTrafficOptions options, [NotNullWhen(true)] out XdpTraffic? traffic, [NotNullWhen(false)] out KernelRefusal? refusal)
    {
        ArgumentNullException.ThrowIfNull(options);
        traffic = null;
        if (options.FindFault() is { } fault)
        {
            refusal = new KernelRefusal(fault, 0);
            return false;
        }

        if (!Umem.TryCreate(options.Umem, out Umem? umem, out refusal))
        {
            return false;
        }

        XdpTraffic opened = new(options, umem);
        try
        {
            traffic = opened.TryOpenSockets(out refusal) && opened.TryAttach(out refusal) ? opened : null;
        }
        finally
        {
            if (traffic is null)
            {
                opened.Dispose();
            }
        }

        return traffic is not null;
    }

    /// <summary>Lets the workers work until they are told to stop, or have done what they were to do.</summary>
    public void Run(CancellationToken cancellationToken)
    {
        _workers.ForEach(worker => worker.Start());
        using CancellationTokenRegistration registration = cancellationToken.Register(() => _workers.ForEach(worker => worker.Stop()));
        _workers.ForEach(worker => worker.Join());
    }

    /// <summary>Detaches the program, closes the sockets, and gives the memory back.</summary>
    public void Dispose()
    {
        Program?.Dispose();
        _sockets.ForEach(socket => socket.Dispose());
        Umem.Dispose();
    }

    private bool TryOpenSockets([NotNullWhen(false)] out KernelRefusal? refusal)
    {
        refusal = null;
        XdpTrafficOptions options = Options;
        List<XdpPort>[] ports = [.. Enumerable.Range(0, options.Workers).Select(_ => new List<XdpPort>())];
        FrameAllocator[] frames = [.. Enumerable.Range(0, options.Workers).Select(index => Umem.AllocateFrames(FramesOf(index)))];
        for (int i = 0; i < options.Queues.Length; i++)
        {
            int worker = i % options.Workers;
            int sockets = SocketsOf(worker);
            for (int turn = 0; turn < options.SocketsPerQueue; turn++)
            {
                XdpSocketOptions own = options.Socket with { Queue = options.Queues[i] };
                own = options.Kind switch
                {
                    TrafficKind.ReceiveDrop => own with { TransmitRingSize = 0 },
                    TrafficKind.TransmitOnly => own with { ReceiveRingSize = 0 },
                    _ => own,
                };
                if (!XdpSocket.TryOpen(Umem, own, out XdpSocket? socket, out refusal))
                {
                    return false;
                }

                _sockets.Add(socket);
                _ports.Add(new XdpPort(socket, frames[worker], frames[worker].Available / sockets, turn == 0 ? null : _ports[^1]));
                ports[worker].Add(_ports[^1]);
            }
        }

        for (int i = 0; i < ports.Length; i++)
        {
            _workers.Add(new TrafficWorker(ports[i], MakeLoop(i), options, i < options.Processors.Length ? options.Processors[i] : null));
        }

        return true;
    }

    private bool TryAttach([NotNullWhen(false)] out KernelRefusal? refusal)
    {
        refusal = null;
        if (Options.Program is not { } wanted || Options.Kind == TrafficKind.TransmitOnly)
        {
            return true;
        }

        wanted = wanted with { SocketsPerQueue = Options.SocketsPerQueue, MaximumQueues = Options.Queues.Max() + 1, SupportsFragments = wanted.SupportsFragments || Options.Socket.IsMultiBuffer };
        if (!XdpSocketProgram.TryAttach(_sockets[0].Device, wanted, out XdpSocketProgram? program, out refusal))
        {
            return false;
        }

        Program = program;
        for (int i = 0; i < _sockets.Count; i++)
        {
            program.Add(_sockets[i].Options.Queue, _sockets[i].Descriptor, i % Options.SocketsPerQueue);
        }

        return true;
    }

    private TrafficLoop MakeLoop(int worker) => Options.Kind switch
    {
        TrafficKind.ReceiveDrop => new ReceiveDrop(Options.Batch, Options.Touches),
        TrafficKind.TransmitOnly => new TransmitOnly(Options.Packet.AsSpan(), Options.Batch, Options.Count is { } count ? (count / Options.Workers) + (worker < count % Options.Workers ? 1 : 0) : null, Umem.Layout),
        _ => new EchoForward(Options.Batch, Options.Destination, Options.Source),
    };

    private int SocketsOf(int worker) => ((Options.Queues.Length - worker + Options.Workers - 1) / Options.Workers) * Options.SocketsPerQueue;

    private int FramesOf(int worker) => (int)((long)Umem.Layout.ChunkCount * SocketsOf(worker) / (Options.Queues.Length * Options.SocketsPerQueue));
}
