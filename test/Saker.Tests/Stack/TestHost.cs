using Saker.Packets;
using Saker.Stack;
using Saker.Stack.Devices;
using Saker.Stack.Ip.V4;
using Saker.Stack.Ip.V6;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Sockets;
using Saker.Stack.Softirq;
using Saker.Stack.Transport.Raw;
using Saker.Stack.Transport.Tcp;
using Saker.Stack.Transport.Udp;
using Saker.Wire;

namespace Saker.Tests.Stack;

/// <summary>What became of one frame.</summary>
/// <param name="Verdict">As <c>saker replay</c> names it.</param>
/// <param name="Reason">Why it was dropped, by the kernel's name; null if it was not.</param>
/// <param name="Sockets">Who got it.</param>
/// <param name="Counters">What moved, by the kernel's names.</param>
/// <param name="Sent">The frames sent because of it, in hexadecimal.</param>
internal sealed record FrameResult(
    string Verdict, string? Reason, IReadOnlyList<string> Sockets, IReadOnlyDictionary<string, long> Counters, IReadOnlyList<string> Sent);

/// <summary>
/// A host for tests: <c>eth0</c> (02:00:00:00:00:01, 10.0.0.1/24, fd00::1/64) on a link with 10.0.0.2, 10.0.0.9 and fd00::2, whose link addresses are known. When it is disposed,
/// every packet buffer must be back in its pool.
/// </summary>
internal sealed class TestHost : PacketObserver, IFrameTransmitter, IDisposable
{
    private readonly List<DropReason> _drops = [];
    private readonly List<string> _sockets = [];
    private readonly List<string> _sent = [];
    private readonly HashSet<string> _ends = [];
    private uint _frames;

    public TestHost(
        IPv4InterfaceSettings? settings = null,
        bool observeDetails = true,
        ProtocolOptions? protocols = null,
        IPv4Settings? ipv4 = null,
        bool hasSecondNetwork = false,
        IPv6Settings? ipv6 = null,
        params IPv4Address[] furtherAddresses)
    {
        Loopback = new NetworkDevice(1, "lo", default)
        {
            Flags = DeviceFlags.Up | DeviceFlags.Loopback,
            Mtu = 65536,
            IPv4 = new IPv4Interface([new IPv4InterfaceAddress(IPv4Address.Loopback, 8) { Scope = (byte)RouteScope.Host }], [], new IPv4InterfaceSettings()),
        };
        IPv4InterfaceAddress[] addresses =
        [
            new(new IPv4Address(10, 0, 0, 1), 24) { Broadcast = new IPv4Address(10, 0, 0, 255) },
            .. furtherAddresses.Select(address => new IPv4InterfaceAddress(address, 24) { IsSecondary = true }),
        ];
        Ethernet = new NetworkDevice(2, "eth0", MacAddress.Parse("02:00:00:00:00:01"))
        {
            IPv4 = new IPv4Interface(addresses, [IPv4Address.Parse("239.1.2.3"), IPv4Address.Parse("224.0.0.251")], settings ?? new IPv4InterfaceSettings()),
            IPv6 = new IPv6Interface(
                [new IPv6InterfaceAddress(IPv6Address.LinkLocalFor(MacAddress.Parse("02:00:00:00:00:01")), 64), new IPv6InterfaceAddress(IPv6Address.Parse("fd00::1"), 64)],
                [],
                new IPv6InterfaceSettings()),
            Transmitter = this,
        };
        SecondEthernet = new NetworkDevice(3, "eth1", MacAddress.Parse("02:00:00:00:01:01"))
        {
            Mtu = 1400,
            IPv4 = new IPv4Interface(
                [new IPv4InterfaceAddress(new IPv4Address(10, 0, 1, 1), 24) { Broadcast = new IPv4Address(10, 0, 1, 255) }],
                [],
                settings ?? new IPv4InterfaceSettings()),
            Transmitter = this,
        };
        NetworkDevice[] devices = hasSecondNetwork ? [Loopback, Ethernet, SecondEthernet] : [Loopback, Ethernet];
        Clock.AdvanceTo(1_700_000_000_000_000_000);
        Stack = new NetworkStack(new NetworkOptions
        {
            Devices = devices,
            Routes = [.. devices.SelectMany(AddressRoutes.Of)],
            Neighbors =
            [
                new Neighbor<IPv4Address>(Ethernet, new IPv4Address(10, 0, 0, 2), MacAddress.Parse("02:00:00:00:00:02"), NeighborState.Permanent),
                new Neighbor<IPv4Address>(Ethernet, new IPv4Address(10, 0, 0, 9), MacAddress.Parse("02:00:00:00:00:09"), NeighborState.Permanent),
            ],
            IPv6Routes = [.. devices.SelectMany(AddressRoutes.OfIPv6)],
            IPv6Neighbors = [new Neighbor<IPv6Address>(Ethernet, IPv6Address.Parse("fd00::2"), MacAddress.Parse("02:00:00:00:00:02"), NeighborState.Permanent)],
            IPv6 = ipv6 ?? new IPv6Settings { IcmpRateLimit = 0 },
            IPv4 = ipv4 ?? new IPv4Settings { IcmpRateLimit = 0, IcmpMessagesPerSecond = int.MaxValue, IcmpMessagesBurst = int.MaxValue },
            Protocols = protocols ?? new ProtocolOptions(),
            Clock = Clock,
            Observer = this,
            ObserveDetails = observeDetails,
        });
    }

    public NetworkStack Stack { get; }

    public NetworkDevice Ethernet { get; }

    /// <summary>02:00:00:00:01:01, 10.0.1.1/24, packets of 1400 bytes; a part of the host only where asked for.</summary>
    public NetworkDevice SecondEthernet { get; }

    public NetworkDevice Loopback { get; }

    public VirtualClock Clock { get; } = new();

    /// <summary>Opens a socket that is read at once, named as in verdicts: <c>tcp 10.0.0.1:90 10.0.0.2:5000</c>, with <c>%eth0</c> behind the local address if it is bound.</summary>
    public void Open(string name, bool takesMerged = false)
    {
        string[] parts = name.Split(' ');
        (IPv4Address local, ushort localPort, int device) = ParseEnd(parts[1]);
        (IPv4Address remote, ushort remotePort, _) = parts.Length > 2 ? ParseEnd(parts[2]) : default;
        switch (parts[0])
        {
            case "udp" or "udplite":
                Stack.UdpSockets.Add(new UdpSocket
                {
                    LocalAddress = local,
                    LocalPort = localPort,
                    RemoteAddress = remote,
                    RemotePort = remotePort,
                    Device = device,
                    Reader = ReaderMode.Immediate,
                    IsLite = parts[0] == "udplite",
                    TakesMerged = takesMerged,
                });
                break;
            case "tcp":
                Stack.TcpSockets.Add(new TcpSocket
                {
                    LocalAddress = local,
                    LocalPort = localPort,
                    RemoteAddress = remote,
                    RemotePort = remotePort,
                    Device = device,
                    State = remotePort == 0 ? TcpState.Listen : TcpState.Established,
                });
                break;
            default:
                Stack.RawSockets.Add(new RawSocket
                {
                    LocalAddress = local,
                    LocalPort = localPort,
                    RemoteAddress = remote,
                    Device = device,
                    Reader = ReaderMode.Immediate,
                });
                break;
        }
    }

    /// <summary>Receives a frame on <c>eth0</c>.</summary>
    public FrameResult Receive(ReadOnlySpan<byte> frame)
    {
        Dictionary<string, long> before = Begin();
        Assert.True(Stack.ReceiverOf(Ethernet).TryArrive(frame, Clock.Now, ++_frames));
        Stack.ReceiverOf(Ethernet).Interrupt();
        Stack.Cpus[0].Softirq.RunUntilIdle();
        return End(before);
    }

    /// <summary>Receives frames on <c>eth0</c> that are polled together; the verdict is that of the frame that went farthest.</summary>
    public FrameResult ReceiveTogether(IEnumerable<byte[]> frames)
    {
        Dictionary<string, long> before = Begin();
        foreach (byte[] frame in frames)
        {
            Assert.True(Stack.ReceiverOf(Ethernet).TryArrive(frame, Clock.Now, ++_frames));
        }

        Stack.ReceiverOf(Ethernet).Interrupt();
        Stack.Cpus[0].Softirq.RunUntilIdle();
        return End(before);
    }

    /// <summary>Lets time go on, and what it brings happen.</summary>
    public FrameResult Wait(TimeSpan time)
    {
        Dictionary<string, long> before = Begin();
        long until = Clock.Now + (long)time.TotalNanoseconds;
        while (Stack.Cpus[0].Timers.NextDueAt <= until)
        {
            Clock.AdvanceTo(Stack.Cpus[0].Timers.NextDueAt);
            Stack.Cpus[0].RunTimers();
            Stack.Cpus[0].Softirq.RunUntilIdle();
        }

        Clock.AdvanceTo(until);
        return End(before);
    }

    public void Dispose() => Stack.Dispose();

    public bool TryTransmit(PacketBuffer frame)
    {
        byte[] bytes = new byte[frame.Length];
        frame.CopyTo(0, bytes);
        _sent.Add(Convert.ToHexStringLower(bytes));
        return true;
    }

    public override void Entered(PacketBuffer packet, Stage stage)
    {
    }

    public override void Dropped(PacketBuffer packet, Stage stage, DropReason reason)
    {
        _ends.Add("dropped");
        _drops.Add(reason);
    }

    public override void Delivered(PacketBuffer packet, Stage stage, Socket socket)
    {
        _ends.Add("delivered");
        _sockets.Add(socket.ToString());
    }

    public override void Consumed(PacketBuffer packet, Stage stage) => _ends.Add("consumed");

    public override void Held(PacketBuffer packet, Stage stage) => _ends.Add("held");

    public override void Merged(PacketBuffer packet, uint into) => _ends.Add("held");

    public override void Forwarded(PacketBuffer packet, Stage stage) => _ends.Add("forwarded");

    public override void Unsupported(PacketBuffer packet, Stage stage) => _ends.Add("unsupported");

    public override void Transmitted(PacketBuffer packet, NetworkDevice device)
    {
    }

    private Dictionary<string, long> Begin()
    {
        _drops.Clear();
        _sockets.Clear();
        _sent.Clear();
        _ends.Clear();
        return ReadCounters();
    }

    private FrameResult End(Dictionary<string, long> before)
    {
        Dictionary<string, long> moved = ReadCounters()
            .Where(counter => counter.Value != before[counter.Key])
            .ToDictionary(counter => counter.Key, counter => counter.Value - before[counter.Key], StringComparer.Ordinal);
        string verdict = ((string[])["delivered", "forwarded", "consumed", "held", "dropped", "unsupported"]).FirstOrDefault(_ends.Contains, "lost");
        return new FrameResult(verdict, verdict == "dropped" ? _drops[^1].KernelName() : null, [.. _sockets], moved, [.. _sent]);
    }

    private (IPv4Address Address, ushort Port, int Device) ParseEnd(string text)
    {
        int colon = text.LastIndexOf(':');
        string[] address = text[..colon].Split('%');
        int device = address.Length > 1 ? Stack.Devices.Find(address[1])!.Index : 0;
        return (IPv4Address.Parse(address[0]), ushort.Parse(text.AsSpan(colon + 1)), device);
    }

    private Dictionary<string, long> ReadCounters()
    {
        Dictionary<string, long> values = new(StringComparer.Ordinal);
        for (int i = 0; i < CounterNames.Count; i++)
        {
            values[((Counter)i).Name()] = Stack.Counters[((Counter)i).Source()];
        }

        for (int i = 0; i < DeviceCounterNames.Count; i++)
        {
            values["dev." + ((DeviceCounter)i).Name()] = Ethernet.Counters[(DeviceCounter)i];
        }

        return values;
    }
}
