using System.Buffers.Binary;
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

/// <summary>
/// A host of two CPUs with one card of four queues. The flows are spread by the card: half of each queue's are datagrams to sockets, the others echo requests, which are
/// answered by the transmit rings to a link that has no room now and then. The first two queues stay with their CPUs, the third one's packets are spread over both by RPS,
/// and the interrupt of the fourth one moves. Each frame bears its flow and its number there.
/// </summary>
internal sealed class QueueHost : IFrameTransmitter
{
    public const int Queues = 4;
    public const int Flows = Queues * FlowsOfQueue;
    private const int FlowsOfQueue = 16;
    private const int Sockets = 4;
    private const int SpreadQueue = 2;
    private const int MovingQueue = 3;
    private const ushort FirstPort = 7000;
    private const int MessageOffset = 14 + 20;
    private const int DataOffset = MessageOffset + 8;
    private const int DataLength = 16;

    private readonly IClock _clock;
    private readonly byte[][] _frames = new byte[Flows][];
    private readonly long[] _sent = new long[Flows];
    private readonly long[] _received = new long[Flows];
    private readonly UdpSocket[] _sockets = new UdpSocket[Sockets];
    private readonly byte[] _buffer = new byte[2048];
    private readonly Random _linkRandom;
    private readonly Lock _link = new();
    private long _linkDigest;
    private bool _linkHasRoom = true;

    public QueueHost(IClock clock, ReceiveSettings receive, AllocationFaults faults, int seed = 1, int receiveBuffer = 100_000)
    {
        _clock = clock;
        _linkRandom = new Random(seed);
        CardSettings card = new CardSettings { Rings = new RingSettings { Rx = 256, Tx = 64 } }.WithQueues(Queues);
        Device = new NetworkDevice(2, "eth0", MacAddress.Parse("02:00:00:00:00:01"))
        {
            IPv4 = new IPv4Interface([new IPv4InterfaceAddress(Frames.Target, 16)], [], new IPv4InterfaceSettings()),
            Card = card,
            Transmitter = this,
        };
        IPv4Address[] stations = MakeFlows(card);
        Stack = new NetworkStack(new NetworkOptions
        {
            Devices = [Device],
            Routes = [.. AddressRoutes.Of(Device)],
            Neighbors = [.. stations.Distinct().Select(station => new Neighbor(Device, station, MacAddress.Parse("02:00:00:00:00:02"), NeighborState.Permanent))],
            IPv4 = new IPv4Settings { IcmpRateMask = 0 },
            Clock = clock,
            CpuCount = 2,
            Cpu = new CpuOptions { Seed = (ulong)seed, Faults = faults, PacketCapacity = 4096, FrameCapacity = 2048 },
            Receive = receive,
            Rps = [new RpsSetting(Device, SpreadQueue, 3)],
        });
        Card = Stack.CardOf(Device);
        for (int i = 0; i < Sockets; i++)
        {
            _sockets[i] = new UdpSocket(new ReceiveQueue(Stack.Cpus, receiveBuffer)) { LocalPort = (ushort)(FirstPort + i), Reader = ReaderMode.Application };
            Stack.UdpSockets.Add(_sockets[i]);
        }
    }

    public NetworkStack Stack { get; }

    public NetworkDevice Device { get; }

    public NetworkCard Card { get; }

    /// <summary>Frames that found room in a ring, and frames that did not.</summary>
    public long Arrived { get; private set; }

    public long Missed { get; private set; }

    /// <summary>Datagrams that readers got.</summary>
    public long Read { get; private set; }

    /// <summary>Answers of the queue whose interrupt moves that left behind a later one: while the link had no room they waited in another CPU's ring.</summary>
    public long OvertakenAnswers { get; private set; }

    /// <summary>Answers that the link took, and how often it did not.</summary>
    public long Taken { get; private set; }

    public long Refusals { get; private set; }

    public long Moves { get; private set; }

    public long Dropped => Enum.GetValues<DropReason>().Where(reason => reason != DropReason.None).Distinct().Sum(reason => Stack.Counters[reason]);

    /// <summary>What was read and answered, as a number that tells orders apart.</summary>
    public string Digest => $"{_readDigest:x}/{_linkDigest:x}";

    private long _readDigest;

    /// <summary>The next frame of a flow arrives.</summary>
    public void Arrive(int flow)
    {
        byte[] frame = _frames[flow];
        BinaryPrimitives.WriteInt64LittleEndian(frame.AsSpan(DataOffset + 8), ++_sent[flow]);
        if (IsEcho(flow))
        {
            Span<byte> message = frame.AsSpan(MessageOffset);
            BinaryPrimitives.WriteUInt16BigEndian(message[2..], 0);
            BinaryPrimitives.WriteUInt16BigEndian(message[2..], InternetChecksum.Compute(message));
        }

        bool hasRoom = Card.TryArrive(frame, 0, 1);
        Arrived += hasRoom ? 1 : 0;
        Missed += hasRoom ? 0 : 1;
    }

    /// <summary>The interrupt of the fourth queue is sent to the other CPU.</summary>
    public void MoveInterrupt()
    {
        InterruptVector vector = Card.Interrupts[MovingQueue].Vector;
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
        Span<byte> data = stackalloc byte[DataLength];
        Assert.Equal(DataLength, frame.CopyTo(DataOffset, data));
        int flow = (int)BinaryPrimitives.ReadInt64LittleEndian(data);
        long number = BinaryPrimitives.ReadInt64LittleEndian(data[8..]);
        lock (_link)
        {
            _linkHasRoom &= _linkRandom.Next(2000) != 0;
            if (!_linkHasRoom)
            {
                Refusals++;
                return false;
            }

            OvertakenAnswers += Note(ref _linkDigest, flow, number, mayBeOvertaken: QueueOf(flow) == MovingQueue) ? 1 : 0;
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
                int flow = (int)BinaryPrimitives.ReadInt64LittleEndian(_buffer);
                Note(ref _readDigest, flow, BinaryPrimitives.ReadInt64LittleEndian(_buffer.AsSpan(8)), mayBeOvertaken: false);
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

    private static bool IsEcho(int flow) => flow % 2 == 1;

    private static int QueueOf(int flow) => flow / FlowsOfQueue;

    /// <summary>Finds stations whose flows the card gives to the queues that are wanted.</summary>
    private IPv4Address[] MakeFlows(CardSettings card)
    {
        ReceiveSteering steering = new(card);
        IPv4Address[] stations = new IPv4Address[Flows];
        for (int flow = 0; flow < Flows; flow++)
        {
            byte[] data = new byte[DataLength];
            BinaryPrimitives.WriteInt64LittleEndian(data, flow);
            byte[] message = [.. IsEcho(flow) ? Frames.Message(8, 0, [0, 0, 0, 0, .. data]) : [.. Frames.Udp((ushort)(FirstPort + (flow / 2 % Sockets)), 5000, DataLength)[..8], .. data]];
            for (int station = flow * 64; ; station++)
            {
                stations[flow] = new IPv4Address(10, 0, (byte)(1 + (station >> 8)), (byte)station);
                _frames[flow] = Frames.IPv4(message, IsEcho(flow) ? IPProtocol.IcmpV4 : IPProtocol.Udp, stations[flow], Frames.Target);
                if (steering.Classify(_frames[flow]).Queue == QueueOf(flow))
                {
                    break;
                }
            }
        }

        return stations;
    }

    /// <summary>A frame of a flow has come out.</summary>
    /// <returns>Whether it was.</returns>
    private bool Note(ref long digest, int flow, long number, bool mayBeOvertaken)
    {
        bool isBehind = number <= _received[flow];
        Assert.False(isBehind && !mayBeOvertaken, $"flow {flow}: {number} after {_received[flow]}");
        _received[flow] = Math.Max(_received[flow], number);
        digest = (digest * 0x100_0000_01b3) ^ ((long)flow << 32) ^ number;
        return isBehind;
    }
}
