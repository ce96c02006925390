using System.Net;
using System.Net.Sockets;
using Saker.Host.Links;
using Saker.Host.Workers;
using Saker.Stack;
using Saker.Stack.Devices;
using Saker.Stack.Devices.Bridge;
using Saker.Stack.Driver.Links;
using Saker.Stack.Ip.V4;
using Saker.Stack.Routing;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.KernelTests.Links;

/// <summary>
/// Two kernels, and between them a host of ours that passes on what comes: a router, to whose nets 10.0.0.0/24 and 10.0.1.0/24 they belong, or a bridge. The near kernel is 10.0.0.1, the far
/// one 10.0.1.1 or 10.0.0.3; over IPv6, by the bridge, fd00::1 and fd00::3. Its disposal asserts that every buffer and chunk is back.
/// </summary>
internal sealed class HostBetween : IDisposable
{
    private readonly CpuWorker _worker;

    public HostBetween(string near, string far, bool routes, bool isIPv6 = false)
    {
        Near = LinkSetup.Of(near, isQuiet: !isIPv6);
        Far = LinkSetup.Of(far, isQuiet: !isIPv6);
        FarAddress = IPAddress.Parse(isIPv6 ? "fd00::3" : routes ? "10.0.1.1" : "10.0.0.3");
        Near.RunInside(routes ? ["ip route add 10.0.1.0/24 via 10.0.0.2"] : []);
        Far.RunInside(
        [
            $"ip link set {Far.Device} down",
            $"ip link set {Far.Device} address 02:00:00:00:00:03 up",
            $"ip address flush dev {Far.Device}",
            $"ip address add {FarAddress}{(isIPv6 ? "/64" : "/24")} dev {Far.Device}{(isIPv6 ? " nodad" : "")}",
            .. routes ? ["ip route add 10.0.0.0/24 via 10.0.1.2"] : Array.Empty<string>(),
        ]);
        NearDevice = Device(2, Near.Link, new IPv4Address(10, 0, 0, 2));
        FarDevice = Device(3, Far.Link, new IPv4Address(10, 0, 1, 2));
        NetworkDevice own = new(4, "br0", MacAddress.Parse("02:00:00:00:02:01"));
        EthernetBridge bridge = new(own);
        if (!routes)
        {
            bridge.Add(NearDevice);
            bridge.Add(FarDevice);
        }

        Stack = new NetworkStack(new NetworkOptions
        {
            Devices = routes ? [NearDevice, FarDevice] : [NearDevice, FarDevice, own],
            Bridges = routes ? [] : [bridge],
            Routes = routes ? [.. AddressRoutes.Of(NearDevice), .. AddressRoutes.Of(FarDevice)] : [],
            Clock = new MonotonicClock(),
            Cpu = new CpuOptions { PacketCapacity = 1 << 14, FrameCapacity = 1 << 13 },
        });
        Stack.Attach(NearDevice, Near.Link.Queues, Near.Link.Options);
        Stack.Attach(FarDevice, Far.Link.Queues, Far.Link.Options);
        _worker = new CpuWorker(Stack.Cpus[0], new CpuWorkerOptions
        {
            Feed = Stack.LookAtLinks,
            Sleep = new LinkSleep([.. Near.Link.Queues.OfType<IDescriptorQueue>(), .. Far.Link.Queues.OfType<IDescriptorQueue>()]),
        });
    }

    public LinkSetup Near { get; }

    public LinkSetup Far { get; }

    public IPAddress FarAddress { get; }

    public NetworkDevice NearDevice { get; }

    public NetworkDevice FarDevice { get; }

    public NetworkStack Stack { get; }

    /// <summary>What the links have counted.</summary>
    public LinkQueueStatistics NearCounts => Stack.LinkStatisticsOf(NearDevice)[0];

    public LinkQueueStatistics FarCounts => Stack.LinkStatisticsOf(FarDevice)[0];

    /// <summary>A socket of a kernel, which waits for three seconds at most.</summary>
    public static Socket Open(LinkSetup setup, SocketType type, int port = 0, bool isIPv6 = false) => setup.Kernel.Enter(() =>
    {
        Socket socket = new(isIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork, type, type == SocketType.Dgram ? ProtocolType.Udp : ProtocolType.Tcp) { ReceiveTimeout = 3000, SendTimeout = 3000 };
        socket.Bind(new IPEndPoint(isIPv6 ? IPAddress.IPv6Any : IPAddress.Any, port));
        return socket;
    });

    public void Dispose()
    {
        _worker.Dispose();
        Stack.Dispose();
        Near.Dispose();
        Far.Dispose();
        Assert.Null(_worker.Fault);
    }

    private static NetworkDevice Device(int index, ILink link, IPv4Address address) => new(index, $"eth{index}", link.Address)
    {
        Mtu = link.Mtu,
        IPv4 = new IPv4Interface([new IPv4InterfaceAddress(address, 24)], [], new IPv4InterfaceSettings { Forwarding = true }),
    };
}
