using Saker.Packets;
using Saker.Stack;
using Saker.Stack.Devices;
using Saker.Stack.Ip.V4;
using Saker.Stack.Nic;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Sockets;
using Saker.Stack.Softirq;
using Saker.Stack.Transport.Udp;
using Saker.Wire;

namespace Saker.Tests.Stack.Softirq;

/// <summary>What a <see cref="QueueHost"/> is made with.</summary>
internal sealed record QueueHostOptions
{
    /// <summary>The card's queues, which begin on the two CPUs by turns.</summary>
    public int Queues { get; init; } = 1;

    /// <summary>The CPUs that each queue's packets are spread over, from the first queue on.</summary>
    public ulong[] Rps { get; init; } = [];

    /// <summary>Whether half of the flows are echo requests, which are answered to a link that has no room now and then.</summary>
    public bool HasEchoes { get; init; }

    public ReceiveSettings Receive { get; init; } = new();

    public AllocationFaults? Faults { get; init; }

    public int Seed { get; init; } = 1;

    public int ReceiveBuffer { get; init; } = 100_000;
}

/// <summary>
/// A host of two CPUs and one card, which gets numbered frames of many flows (<see cref="NumberedFlows"/>), and of which can be told what became of each. Whoever lets frames
/// arrive is one thread, whoever reads another.
/// </summary>
internal sealed class QueueHost : IFrameTransmitter, IDisposable
{
    private readonly IClock _clock;
    private readonly NumberedFlows _flows;
    private readonly UdpSocket[] _sockets = new UdpSocket[NumberedFlows.Ports];
    private readonly byte[] _buffer = new byte[2048];
    private readonly bool[] _hasMoved;
    private readonly Random _linkRandom;
    private readonly Lock _link = new();
    private long _readDigest;
    private long _linkDigest;
    private bool _linkHasRoom = true;

    public QueueHost(IClock clock, QueueHostOptions options)
    {
        _clock = clock;
        _linkRandom = new Random(options.Seed);
        _hasMoved = new bool[options.Queues];
        CardSettings card = new CardSettings { Rings = new RingSettings { Rx = 256, Tx = 64 } }.WithQueues(options.Queues);
        _flows = new NumberedFlows(card, options.HasEchoes);
        Device = new NetworkDevice(2, "eth0", MacAddress.Parse("02:00:00:00:00:01"))
        {
            IPv4 = new IPv4Interface([new IPv4InterfaceAddress(Frames.Target, 16)], [], new IPv4InterfaceSettings()),
            Card = card,
            Transmitter = options.HasEchoes ? this : null,
        };
        Stack = new NetworkStack(new NetworkOptions
        {
            Devices = [Device],
            Routes = [.. AddressRoutes.Of(Device)],
            Neighbors = [.. _flows.Stations.Distinct().Select(station => new Neighbor<IPv4Address>(Device, station, MacAddress.Parse("02:00:00:00:00:02"), NeighborState.Permanent))],
            IPv4 = new IPv4Settings { IcmpRateMask = 0 },
            Clock = clock,
            CpuCount = 2,
            Cpu = new CpuOptions { Seed = (ulong)options.Seed, Faults = options.Faults, PacketCapacity = 4096, FrameCapacity = 2048 },
            Receive = options.Receive,
            Rps = [.. options.Rps.Select((cpus, queue) => new RpsSetting(Device, queue, cpus))],
        });
        Card = Stack.CardOf(Device);
        for (int i = 0; i < _sockets.Length; i++)
        {
            _sockets[i] = new UdpSocket(new ReceiveQueue(Stack.Cpus, options.ReceiveBuffer)) { LocalPort = (ushort)(NumberedFlows.FirstPort + i), Reader = ReaderMode.Application };
            Stack.UdpSockets.Add(_sockets[i]);
        }
    }

    public NetworkStack Stack { get; }

    public NetworkDevice Device { get; }

    public NetworkCard Card { get; }

    /// <summary>How many flows there are; those of a queue follow each other.</summary>
    public int Flows => _flows.Count;

    /// <summary>Frames that found room in a ring, and frames that did not.</summary>
    public long Arrived { get; private set; }

    public long Missed { get; private set; }

    /// <summary>Datagrams that readers got.</summary>
    public long Read { get; private set; }

    /// <summary>Answers of a queue whose interrupt moves that left behind a later one: while the link had no room they waited in another CPU's ring.</summary>
    public long OvertakenAnswers { get; private set; }

    /// <summary>Answers that the link took, and how often it did not.</summary>
    public long Taken { get; private set; }

    public long Refusals { get; private set; }

    public long Moves { get; private set; }

    public long Dropped => Enum.GetValues<DropReason>().Where(reason => reason != DropReason.None).Distinct().Sum(reason => Stack.Counters[reason]);

    /// <summary>What was read and answered, as a number that tells orders apart.</summary>
    public string Digest => $"{_readDigest:x}/{_linkDigest:x}";

    /// <summary>The next frame of a flow arrives.</summary>
    public bool Arrive(int flow)
    {
        bool hasRoom = Card.TryArrive(_flows.Next(flow), 0, 1);
        Arrived += hasRoom ? 1 : 0;
        Missed += hasRoom ? 0 : 1;
        return hasRoom;
    }

    /// <summary>Another frame arrives, and is worked on.</summary>
    public void Receive(byte[] frame)
    {
        Assert.True(Card.TryArrive(frame, 0, 1));
        Card.Interrupt();
        Finish();
    }

    /// <summary>The interrupt of a queue is sent to the other CPU.</summary>
    public void MoveInterrupt(int queue)
    {
        InterruptVector vector = Card.Interrupts[queue].Vector;
        Volatile.Write(ref _hasMoved[queue], true);
        vector.MoveTo(Stack.Cpus[1 - vector.Cpu.Index]);
        Moves++;
    }

    /// <summary>The link has room again.</summary>
    public void ClearLink()
    {
        lock (_link)
        {
            if (_linkHasRoom)
            {
                return;
            }

            _linkHasRoom = true;
        }

        Card.ResumeTransmission();
    }

    /// <inheritdoc/>
    public bool TryTransmit(PacketBuffer frame)
    {
        Span<byte> data = stackalloc byte[NumberedFlows.DataLength];
        Assert.Equal(data.Length, frame.CopyTo(NumberedFlows.DataOffset, data));
        lock (_link)
        {
            _linkHasRoom &= _linkRandom.Next(2000) != 0;
            if (!_linkHasRoom)
            {
                Refusals++;
                return false;
            }

            OvertakenAnswers += _flows.Note(data, ref _linkDigest, mayFollow: queue => Volatile.Read(ref _hasMoved[queue])) ? 1 : 0;
            Taken++;
            return true;
        }
    }

    /// <summary>Reads what is there, so much at most of each socket.</summary>
    public int ReadAll(int most = int.MaxValue)
    {
        int count = 0;
        foreach (UdpSocket socket in _sockets)
        {
            for (int i = 0; i < most && socket.TryReceive(_buffer, out _); i++)
            {
                _flows.Note(_buffer, ref _readDigest);
                count++;
            }
        }

        Read += count;
        return count;
    }

    /// <summary>Works on all that is left, on this thread.</summary>
    public void Finish()
    {
        ClearLink();
        Card.RaiseDue(_clock.Now);
        bool isIdle;
        do
        {
            isIdle = true;
            foreach (Cpu cpu in Stack.Cpus)
            {
                isIdle &= cpu.Step().IsIdle;
            }

            ClearLink();
        }
        while (!isIdle);
        ReadAll();
    }

    /// <summary>What became of the frames, in a line or two.</summary>
    public string Tell() =>
        $"arrived {Arrived}, missed {Missed}, read {Read}, echoes {Stack.Counters[Counter.IcmpInEchos.Source()]}, dropped {Dropped}; "
        + $"sent {Taken} (overtaken {OvertakenAnswers}), refused {Refusals}, tx_dropped {Device.Counters[DeviceCounter.TxDropped]}, tx_busy {Card.Statistics.Sum(QueueCounter.TxBusy)}, "
        + $"tx_stopped {Card.Statistics.Sum(QueueCounter.TxStopped)}, moves {Moves}, queues {string.Join(' ', Card.Queues.Select(queue => queue.Frames))}\n"
        + string.Join(' ', Enum.GetValues<DropReason>().Distinct().Where(reason => Stack.Counters[reason] != 0).Select(reason => $"{reason} {Stack.Counters[reason]}"))
        + $"\n{SoftnetData.Format(Stack.Cpus)}";

    /// <summary>Every frame and every answer is accounted for, and all memory is at home; then this is disposed.</summary>
    public void AssertBalance()
    {
        string told = Tell();
        long refusedAnswers = Stack.Counters[DropReason.NotSpecified];
        long posted = Device.Counters[DeviceCounter.TxPackets];
        Assert.True(Arrived == Read + Stack.Counters[Counter.IcmpInEchos.Source()] + Dropped - refusedAnswers, told);
        Assert.Equal(Missed, Device.Counters[DeviceCounter.RxMissedErrors]);
        Assert.Equal(Arrived, Card.Queues.Sum(queue => queue.Frames));
        Assert.Equal(Arrived, Device.Counters[DeviceCounter.RxPackets] + Stack.Counters[DropReason.CardNoMemory]);
        Assert.True(Stack.Counters[Counter.IcmpOutEchoReps.Source()] == posted + refusedAnswers, told);
        Assert.True(posted == Taken + Device.Counters[DeviceCounter.TxDropped] - refusedAnswers, told);
        Assert.Equal(Taken, Card.Statistics.Sum(QueueCounter.TxPackets));
        Stack.Dispose();
    }

    public void Dispose() => Stack.Dispose();
}
