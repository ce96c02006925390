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
/// A host of two CPUs that gets datagrams of many flows by two cards, one on each CPU, while RPS spreads the flows over both. Each datagram bears its number in
/// its flow, and sockets' readers look whether any comes out of order. Whoever lets frames arrive is one thread.
/// </summary>
internal sealed class TwoCpus : IDisposable
{
    public const int Flows = 32;
    public const int Sockets = 4;
    private const ushort FirstPort = 7000;
    private const ushort FirstSource = 30_000;
    private const int DataOffset = 14 + 20 + 8;

    private readonly byte[][] _frames = new byte[Flows][];
    private readonly ulong[] _sent = new ulong[Flows];
    private readonly long[] _received = new long[Flows];
    private readonly UdpSocket[] _sockets = new UdpSocket[Sockets];
    private readonly byte[] _buffer = new byte[2048];
    private readonly NetworkCard[] _cards;

    public TwoCpus(
        IClock clock, ReceiveSettings? settings = null, AllocationFaults? faults = null, ulong rps = 3, ulong seed = 1, int receiveBuffer = 100_000, int memory = 2048)
    {
        Devices = [.. Enumerable.Range(0, 2).Select(i => new NetworkDevice(i + 2, $"eth{i}", MacAddress.Parse("02:00:00:00:00:01"))
        {
            IPv4 = new IPv4Interface([new IPv4InterfaceAddress(new IPv4Address(10, 0, (byte)i, 1), 24)], [], new IPv4InterfaceSettings()),
        })];
        Stack = new NetworkStack(new NetworkOptions
        {
            Devices = Devices,
            Routes = [.. Devices.SelectMany(AddressRoutes.Of)],
            Clock = clock,
            CpuCount = 2,
            Cpu = new CpuOptions { Seed = seed, Faults = faults, PacketCapacity = memory, FrameCapacity = memory },
            Receive = settings ?? new ReceiveSettings(),
            Rps = [.. Devices.Select(device => new RpsSetting(device, 0, rps))],
        });
        _cards = [.. Devices.Select(Stack.CardOf)];
        InterruptVector vector = _cards[1].Interrupts[0].Vector;

        // Where an interrupt goes changes when it is let in again.
        vector.MoveTo(Stack.Cpus[1]);
        vector.Raise(clock.Now);
        Stack.Cpus[0].Softirq.RunUntilIdle();
        for (int i = 0; i < Sockets; i++)
        {
            _sockets[i] = new UdpSocket(new ReceiveQueue(Stack.Cpus, receiveBuffer)) { LocalPort = (ushort)(FirstPort + i), Reader = ReaderMode.Application };
            Stack.UdpSockets.Add(_sockets[i]);
        }

        for (int flow = 0; flow < Flows; flow++)
        {
            byte[] datagram = Frames.Udp((ushort)(FirstPort + (flow % Sockets)), (ushort)(FirstSource + flow), 8);
            _frames[flow] = Frames.IPv4(datagram, IPProtocol.Udp, new IPv4Address(10, 0, (byte)CpuOf(flow), 2), new IPv4Address(10, 0, (byte)CpuOf(flow), 1));
        }
    }

    public NetworkStack Stack { get; }

    public NetworkDevice[] Devices { get; }

    /// <summary>Frames that found room in a ring.</summary>
    public long Arrived { get; private set; }

    /// <summary>Frames that did not.</summary>
    public long Missed { get; private set; }

    /// <summary>Datagrams that readers got.</summary>
    public long Read { get; private set; }

    /// <summary>The packets that ended with a reason.</summary>
    public long Dropped => Enum.GetValues<DropReason>().Where(reason => reason != DropReason.None).Distinct().Sum(reason => Stack.Counters[reason]);

    /// <summary>What was received, as a number that tells orders apart.</summary>
    public ulong Digest { get; private set; }

    /// <summary>The CPU by which a flow comes in.</summary>
    public static int CpuOf(int flow) => flow & 1;

    /// <summary>The next datagram of a flow arrives.</summary>
    public bool Arrive(int flow)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_frames[flow].AsSpan(DataOffset), ++_sent[flow]);
        bool hasRoom = _cards[CpuOf(flow)].TryArrive(_frames[flow], 0, 1);
        Arrived += hasRoom ? 1 : 0;
        Missed += hasRoom ? 0 : 1;
        return hasRoom;
    }

    /// <summary>Another frame arrives at a CPU's card and is worked on.</summary>
    public void Receive(int cpu, byte[] frame)
    {
        Assert.True(_cards[cpu].TryArrive(frame, 0, 1));
        _cards[cpu].Interrupt();
        Finish();
    }

    /// <summary>The card of a CPU raises its interrupt if frames wait.</summary>
    public void Interrupt(int cpu) => _cards[cpu].Interrupt();

    /// <summary>Reads what is there, so much at most of each socket.</summary>
    public int ReadAll(int most = int.MaxValue)
    {
        int count = 0;
        foreach (UdpSocket socket in _sockets)
        {
            for (int i = 0; i < most && socket.TryReceive(_buffer, out ReceivedDatagram datagram); i++)
            {
                int flow = datagram.RemotePort - FirstSource;
                long number = BinaryPrimitives.ReadInt64LittleEndian(_buffer);
                Assert.True(number > _received[flow], $"flow {flow}: {number} after {_received[flow]}");
                _received[flow] = number;
                Digest = (Digest * 0x100_0000_01b3) ^ ((ulong)flow << 32) ^ (ulong)number;
                Read++;
                count++;
            }
        }

        return count;
    }

    /// <summary>Works on all that is left, on this thread.</summary>
    public void Finish()
    {
        bool isIdle;
        do
        {
            isIdle = true;
            foreach (Cpu cpu in Stack.Cpus)
            {
                isIdle &= cpu.Step().IsIdle;
            }
        }
        while (!isIdle);
        ReadAll();
    }

    /// <summary>Every frame is accounted for, and all memory is at home; then this is disposed.</summary>
    public void AssertBalance()
    {
        Assert.Equal(Arrived, Read + Dropped);
        Assert.Equal(Missed, Devices.Sum(device => device.Counters[DeviceCounter.RxMissedErrors]));
        Assert.Equal(Arrived, Devices.Sum(device => device.Counters[DeviceCounter.RxPackets]) + Stack.Counters[DropReason.CardNoMemory]);
        Stack.Dispose();
    }

    public void Dispose() => Stack.Dispose();
}
