using System.Buffers.Binary;
using Saker.Packets;
using Saker.Stack;
using Saker.Stack.Devices;
using Saker.Stack.Driver;
using Saker.Stack.Ip.V4;
using Saker.Stack.Nic;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Tests.Stack.Driver;

/// <summary>Frames that the stack sends go by the rings of the card. Each test ends with every buffer back in its pool.</summary>
public class TransmitRingTests
{
    [Fact]
    public void Frames_leave_at_the_doorbell_in_order_and_are_freed_by_the_poll_that_sent_them()
    {
        using EchoHost host = new();
        for (int i = 0; i < 10; i++)
        {
            host.Echo(30);
            host.Work();
        }

        Assert.Equal(Enumerable.Range(1, 300), host.Link.Sent);
        TransmitRing ring = host.Rings[0];
        Assert.Equal((63, false), (ring.UnusedCount, ring.IsStopped));
        Assert.Equal(0, host.Stack.Cpus[0].Packets.OutstandingCount);
        Assert.Equal((300, host.Device.Counters[DeviceCounter.TxBytes]), (host[QueueCounter.TxPackets], host[QueueCounter.TxBytes]));
        Assert.Equal(300, host.Device.Counters[DeviceCounter.TxPackets]);
        Assert.Equal(10, host.Card.Interrupts[0].Vector.Counts[0]);
    }

    [Fact]
    public void A_poll_that_sends_more_than_the_ring_holds_frees_what_is_sent_and_loses_nothing()
    {
        using EchoHost host = new();
        host.Echo(64);
        host.Work();
        Assert.Equal(Enumerable.Range(1, 64), host.Link.Sent);
        Assert.Equal((0, 1, 1), (host[QueueCounter.TxBusy], host[QueueCounter.TxStopped], host[QueueCounter.TxRestarted]));
        Assert.Equal(0, host.Device.Counters[DeviceCounter.TxDropped]);
    }

    [Fact]
    public void A_link_without_room_stops_the_queue_and_what_comes_then_is_dropped()
    {
        using EchoHost host = new();
        host.Link.Room = 3;
        host.Echo(60);
        host.Work();
        int posted = (int)host.Device.Counters[DeviceCounter.TxPackets];
        Assert.Equal([1, 2, 3], host.Link.Sent);
        Assert.True(host.Rings[0].IsStopped);
        Assert.InRange(posted, 64 - TransmitRing.NeededDescriptors, 64 - TransmitRing.NeededDescriptors + 4);
        Assert.Equal(60 - posted, host[QueueCounter.TxBusy]);
        Assert.Equal(60 - posted, host.Device.Counters[DeviceCounter.TxDropped]);
        Assert.Equal(60 - posted, host.Stack.Counters[DropReason.NotSpecified]);
        Assert.Equal(3, host[QueueCounter.TxPackets]);

        host.Link.Room = int.MaxValue;
        host.Card.ResumeTransmission();
        host.Work();
        Assert.Equal(Enumerable.Range(1, posted), host.Link.Sent);
        Assert.Equal((false, 1L, posted), (host.Rings[0].IsStopped, host[QueueCounter.TxRestarted], (int)host[QueueCounter.TxPackets]));

        host.Echo(1);
        host.Work();
        Assert.Equal(61, host.Link.Sent[^1]);
    }

    [Fact]
    public void What_was_never_sent_is_freed_with_the_stack()
    {
        using EchoHost host = new();
        host.Link.Room = 0;
        host.Echo(20);
        host.Work();
        Assert.Equal(44 - 1, host.Rings[0].UnusedCount);
        host.Stack.Dispose();
        Assert.Equal(20, host.Device.Counters[DeviceCounter.TxDropped]);
    }

    [Fact]
    public void A_frame_in_pieces_takes_a_descriptor_for_each()
    {
        using EchoHost host = new();
        host.Link.Room = 0;
        host.Echo(1, 5000);
        host.Work();
        TransmitRing ring = host.Rings[0];
        int pieces = ring.Descriptors.Length - 1 - ring.UnusedCount;
        Assert.Equal(3, pieces);
        Assert.Equal(14 + 20 + 8 + 5000, ring.Descriptors.Descriptors[..pieces].ToArray().Sum(descriptor => descriptor.Length));
        Assert.Equal([false, false, true], ring.Descriptors.Descriptors[..pieces].ToArray().Select(descriptor => descriptor.IsEndOfFrame));
        host.Link.Room = 1;
        host.Card.ResumeTransmission();
        host.Work();
        Assert.True(ring.Descriptors.Descriptors[pieces - 1].IsDone);
        Assert.Equal([1], host.Link.Sent);
        Assert.Equal(63, ring.UnusedCount);
    }

    [Fact]
    public void What_is_sent_outside_of_the_queues_poll_is_freed_by_an_interrupt()
    {
        using EchoHost host = new(cpus: 2, queues: 2, rps: 2);
        host.Echo(5);
        host.Work();
        Assert.Equal(Enumerable.Range(1, 5), host.Link.Sent);
        Assert.Equal(5, host.Card.Statistics[1, QueueCounter.TxPackets]);
        Assert.Equal((63, 0), (host.Rings[1].UnusedCount, host.Stack.Cpus[1].Packets.OutstandingCount));
        Assert.Equal(1, host.Card.Interrupts[1].Vector.Counts[1]);
        Assert.False(host.Card.Interrupts[1].Vector.IsMasked);
    }

    [Fact]
    public void A_cpu_to_which_no_queue_interrupts_sends_by_a_ring_of_its_own()
    {
        using EchoHost host = new(cpus: 2, queues: 1, rps: 2);
        host.Echo(100);
        host.Work();
        Assert.Equal(Enumerable.Range(1, 100), host.Link.Sent);
        Assert.Equal((0, 100), (host.Card.Statistics[0, QueueCounter.TxPackets], host.Card.Statistics.Sum(QueueCounter.TxPackets)));
        Assert.Equal(0, host.Stack.Cpus[1].Packets.OutstandingCount);
    }

    [Fact]
    public void A_ring_goes_with_its_interrupt_and_leaves_no_packet_to_another_cpu()
    {
        using EchoHost host = new(cpus: 2, queues: 1);
        host.Link.Room = 2;
        host.Echo(5);
        host.Card.Interrupts[0].Vector.MoveTo(host.Stack.Cpus[1]);
        host.Work();
        Assert.Equal([1, 2], host.Link.Sent);
        Assert.Equal(3, host.Device.Counters[DeviceCounter.TxDropped]);
        Assert.Equal((63, 0), (host.Rings[0].UnusedCount, host.Stack.Cpus[0].Packets.OutstandingCount));

        host.Link.Room = 100;
        host.Echo(5);
        host.Work();
        Assert.Equal([1, 2, 6, 7, 8, 9, 10], host.Link.Sent);
        Assert.Equal((63, 7), (host.Rings[0].UnusedCount, host[QueueCounter.TxPackets]));
        Assert.Equal(5, host.Device.Counters.Of(host.Stack.Cpus[1])[DeviceCounter.TxPackets]);
    }

    /// <summary>A link that takes so many frames and remembers the numbers of the echoes in them.</summary>
    private sealed class EchoLink : IFrameTransmitter
    {
        public List<int> Sent { get; } = [];

        public int Room { get; set; } = int.MaxValue;

        public bool TryTransmit(PacketBuffer frame)
        {
            if (Room == 0)
            {
                return false;
            }

            Room--;
            byte[] bytes = new byte[frame.Length];
            Assert.Equal(bytes.Length, frame.CopyTo(0, bytes));
            Sent.Add(BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(14 + 20 + 6)));
            return true;
        }
    }

    /// <summary>A host that answers echo requests, by rings of 64 descriptors.</summary>
    private sealed class EchoHost : IDisposable
    {
        private readonly VirtualClock _clock = new();
        private int _number;

        public EchoHost(int cpus = 1, int queues = 1, ulong rps = 0)
        {
            CardSettings card = new CardSettings { Rings = new RingSettings { Tx = 64 } }.WithQueues(queues);
            card = card with { Rss = card.Rss with { Table = card.Rss.Table.ForQueues(1) } };
            Device = new NetworkDevice(2, "eth0", MacAddress.Parse("02:00:00:00:00:01"))
            {
                Mtu = 9000,
                IPv4 = new IPv4Interface([new IPv4InterfaceAddress(Frames.Target, 24)], [], new IPv4InterfaceSettings()),
                Transmitter = Link,
                Card = card,
            };
            Stack = new NetworkStack(new NetworkOptions
            {
                Devices = [Device],
                Routes = [.. AddressRoutes.Of(Device)],
                Neighbors = [new Neighbor<IPv4Address>(Device, Frames.Sender, MacAddress.Parse("02:00:00:00:00:02"), NeighborState.Permanent)],
                IPv4 = new IPv4Settings { IcmpRateMask = 0 },
                Clock = _clock,
                CpuCount = cpus,
                Rps = rps == 0 ? [] : [new RpsSetting(Device, 0, rps)],
            });
            Card = Stack.CardOf(Device);
        }

        public NetworkStack Stack { get; }

        public NetworkDevice Device { get; }

        public EchoLink Link { get; } = new();

        public NetworkCard Card { get; }

        public IReadOnlyList<TransmitRing> Rings => Stack.TransmitRingsOf(Device);

        public long this[QueueCounter counter] => Card.Statistics[0, counter];

        /// <summary>Echo requests arrive, to the first queue.</summary>
        public void Echo(int count, int length = 32)
        {
            for (int i = 0; i < count; i++)
            {
                byte[] rest = new byte[4 + length];
                BinaryPrimitives.WriteUInt16BigEndian(rest.AsSpan(2), (ushort)++_number);
                byte[] frame = Frames.IPv4(Frames.Message(8, 0, rest), IPProtocol.IcmpV4);
                Assert.Equal(DropReason.None, Card.Receive(frame, 0, (uint)_number));
            }
        }

        public void Work()
        {
            Card.Interrupt();
            for (int i = 0; i < 4; i++)
            {
                foreach (Cpu cpu in Stack.Cpus)
                {
                    cpu.Softirq.RunUntilIdle();
                }
            }
        }

        public void Dispose() => Stack.Dispose();
    }
}
