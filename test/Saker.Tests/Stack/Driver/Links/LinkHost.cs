using Saker.Packets;
using Saker.Stack;
using Saker.Stack.Core;
using Saker.Stack.Devices;
using Saker.Stack.Driver.Links;
using Saker.Stack.Ip.V4;
using Saker.Stack.Routing;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Tests.Stack.Driver.Links;

/// <summary>A host (10.0.0.1/24) on a link, and a tap that sees what comes; each test ends with every buffer and chunk back in its place.</summary>
internal sealed class LinkHost : IPacketTap, IDisposable
{
    private readonly Queue<PacketBuffer> _held = new();

    public LinkHost(LinkOptions? options = null, int queues = 1, int cpuCount = 1, int chunks = 256, int fillSize = 64, CpuOptions? cpu = null, ReceiveOffload? offload = null)
    {
        Queues = [.. Enumerable.Range(0, queues).Select(_ => new SharedMemoryQueue(chunks, fillSize))];
        Device = new NetworkDevice(2, "eth0", MacAddress.Parse("02:00:00:00:00:01"))
        {
            IPv4 = new IPv4Interface([new IPv4InterfaceAddress(Frames.Target, 24) { Broadcast = new IPv4Address(10, 0, 0, 255) }], [], new IPv4InterfaceSettings()),
            Offload = offload ?? new ReceiveOffload(),
        };
        Clock.AdvanceTo(1_000_000_000);
        Stack = new NetworkStack(new NetworkOptions
        {
            Devices = [Device],
            Routes = [.. AddressRoutes.Of(Device)],
            Neighbors = [new Neighbor<IPv4Address>(Device, Frames.Sender, MacAddress.Parse("02:00:00:00:00:02"), NeighborState.Permanent)],
            IPv4 = new IPv4Settings { IcmpRateLimit = 0, IcmpMessagesPerSecond = int.MaxValue, IcmpMessagesBurst = int.MaxValue },
            Clock = Clock,
            CpuCount = cpuCount,
            Cpu = cpu ?? new CpuOptions(),
        });
        Stack.AddTap(this);
        Stack.Attach(Device, Queues, options);
    }

    public SharedMemoryQueue[] Queues { get; }

    public SharedMemoryQueue Queue => Queues[0];

    public NetworkDevice Device { get; }

    public VirtualClock Clock { get; } = new();

    public NetworkStack Stack { get; }

    public LinkQueueStatistics Statistics => Stack.LinkStatisticsOf(Device)[0];

    /// <summary>The frames that came out above, from the link header on.</summary>
    public List<byte[]> Seen { get; } = [];

    /// <summary>Clones that a slow reader keeps.</summary>
    public int HeldAtMost { get; set; }

    public Action<PacketBuffer>? Look { get; set; }

    /// <summary>Delivers a frame and lets the first CPU take it.</summary>
    public void Receive(ReadOnlySpan<byte> frame, LinkFrame told = default, int partLength = 1792)
    {
        Assert.True(Queue.Deliver(frame, told, partLength));
        Run();
    }

    /// <summary>Looks at the links and lets all CPUs do what there is to do.</summary>
    public void Run()
    {
        foreach (Cpu cpu in Stack.Cpus)
        {
            Stack.LookAtLinks(cpu);
            cpu.Softirq.RunUntilIdle();
        }
    }

    public DropReason See(PacketBuffer packet, NetworkDevice original, PacketContext context)
    {
        Look?.Invoke(packet);
        int link = packet.LinkHeaderLength;
        byte[] frame = new byte[link + packet.Length];
        packet.LinkHeader[..link].CopyTo(frame);
        packet.CopyTo(0, frame.AsSpan(link));
        Seen.Add(frame);
        if (_held.Count < HeldAtMost && packet.TryClone(out PacketBuffer clone))
        {
            _held.Enqueue(clone);
        }

        return DropReason.Consumed;
    }

    public void FreeHeld()
    {
        while (_held.TryDequeue(out PacketBuffer packet))
        {
            packet.Free();
        }
    }

    public void Dispose()
    {
        FreeHeld();
        Stack.Dispose();
        Assert.All(Queues, queue => Assert.True(queue.IsClosed));
        Array.ForEach(Queues, queue => queue.Dispose());
    }
}
