using Saker.Stack;
using Saker.Stack.Devices;
using Saker.Stack.Devices.Bridge;
using Saker.Stack.Driver.Links;
using Saker.Stack.Ip.V4;
using Saker.Stack.Routing;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Tests.Stack.Driver.Links;

/// <summary>A host with two links, which passes on what comes by the first: a router to 10.0.1.0/24, or a bridge. Each test ends with every buffer and chunk back in its place.</summary>
internal sealed class PassingHost : IDisposable
{
    /// <summary>Who is behind the second link.</summary>
    public static readonly IPv4Address Beyond = new(10, 0, 1, 2);

    private const string StationBeyond = "02:00:00:00:01:02";

    private readonly bool _routes;

    public PassingHost(bool routes)
    {
        _routes = routes;
        IPv4Interface Interface(IPv4Address address) => new([new IPv4InterfaceAddress(address, 24)], [], new IPv4InterfaceSettings { Forwarding = true });
        NetworkDevice near = new(2, "eth0", MacAddress.Parse("02:00:00:00:00:01")) { IPv4 = Interface(Frames.Target) };
        Far = new NetworkDevice(3, "eth1", MacAddress.Parse("02:00:00:00:01:01")) { IPv4 = Interface(new IPv4Address(10, 0, 1, 1)) };
        NetworkDevice own = new(4, "br0", MacAddress.Parse("02:00:00:00:02:01"));
        EthernetBridge bridge = new(own);
        if (!routes)
        {
            bridge.Add(near);
            bridge.Add(Far);
        }

        Stack = new NetworkStack(new NetworkOptions
        {
            Devices = routes ? [near, Far] : [near, Far, own],
            Bridges = routes ? [] : [bridge],
            Routes = [.. AddressRoutes.Of(near), .. AddressRoutes.Of(Far)],
            Neighbors = [new Neighbor<IPv4Address>(Far, Beyond, MacAddress.Parse(StationBeyond), NeighborState.Permanent)],
            Clock = Clock,
        });
        Stack.Attach(near, [In]);
        Stack.Attach(Far, [Out]);
    }

    public SharedMemoryQueue In { get; } = new();

    public SharedMemoryQueue Out { get; } = new();

    public NetworkDevice Far { get; }

    public VirtualClock Clock { get; } = new();

    public NetworkStack Stack { get; }

    public LinkQueueStatistics Sent => Stack.LinkStatisticsOf(Far)[0];

    /// <summary>A frame from 10.0.0.2 to the other side.</summary>
    public byte[] Frame(ReadOnlySpan<byte> payload, IPProtocol protocol, int id = 1) =>
        Frames.IPv4(payload, protocol, destination: Beyond, to: _routes ? "02:00:00:00:00:01" : StationBeyond, id: (ushort)id);

    /// <summary>Frames that come together.</summary>
    public void Receive(LinkFrame told, params ReadOnlySpan<byte[]> frames)
    {
        foreach (byte[] frame in frames)
        {
            Assert.True(In.Deliver(frame, told));
        }

        foreach (Cpu cpu in Stack.Cpus)
        {
            Stack.LookAtLinks(cpu);
            cpu.Softirq.RunUntilIdle();
        }
    }

    public void Dispose()
    {
        Stack.Dispose();
        In.Dispose();
        Out.Dispose();
    }
}
