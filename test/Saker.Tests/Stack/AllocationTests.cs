using Saker.Host.Live;
using Saker.Stack;
using Saker.Stack.Devices;
using Saker.Stack.Driver;
using Saker.Stack.Ip.V4;
using Saker.Stack.Ip.V6;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Sockets;
using Saker.Stack.Softirq;
using Saker.Stack.Transport.Udp;
using Saker.Wire;

namespace Saker.Tests.Stack;

/// <summary>The packet path allocates nothing, answers included.</summary>
public sealed class AllocationTests
{
    public static TheoryData<string, byte[]> Answered => new()
    {
        { "ICMP echo", Frames.IPv4(Frames.Message(8, 0, new byte[100]), IPProtocol.IcmpV4) },
        { "ICMP echo that records its route", Frames.IPv4(Frames.Message(8, 0, new byte[4]), IPProtocol.IcmpV4, options: [7, 7, 4, 0, 0, 0, 0, 0]) },
        { "ICMP timestamp", Frames.IPv4(Frames.Message(13, 0, new byte[16]), IPProtocol.IcmpV4) },
        { "UDP to no socket", Frames.IPv4(Frames.Udp(), IPProtocol.Udp) },
        { "TCP to no socket", Frames.IPv4(Frames.Tcp(TcpFlags.Syn), IPProtocol.Tcp) },
        { "forwarded", Frames.IPv4(Frames.Udp(), IPProtocol.Udp, destination: new IPv4Address(10, 0, 0, 9)) },
        { "ARP request", Frames.Arp() },
        { "ICMPv6 echo", Frames.IcmpV6([128, 0, 0, 0, .. new byte[104]]) },
        { "ICMPv6 echo to all nodes", Frames.IcmpV6([128, 0, 0, 0, .. new byte[104]], destination: "ff02::1") },
        { "neighbour solicitation", Frames.IcmpV6([135, 0, 0, 0, 0, 0, 0, 0, 0xfd, .. new byte[14], 1, 1, 1, 2, 0, 0, 0, 0, 2], destination: "ff02::1:ff00:1", hopLimit: 255) },
        { "UDP over IPv6 to no socket", Frames.UdpOverIPv6() },
        { "UDP over IPv6 to a service", Frames.UdpOverIPv6(7, 100) },
        { "IPv6 with an unknown option", Frames.IPv6([59, 0, 0x9e, 0, 1, 2, 0, 0], IPProtocol.DestinationOptions) },
        { "IPv6 to nowhere", Frames.IPv6([], IPProtocol.NoNextHeader, destination: "fd09::1") },
    };

    [Theory]
    [MemberData(nameof(Answered))]
    public void Answering_allocates_nothing(string name, byte[] frame)
    {
        NetworkDevice loopback = new(1, "lo", default) { Flags = DeviceFlags.Up | DeviceFlags.Loopback };
        NetworkDevice device = new(2, "eth0", MacAddress.Parse("02:00:00:00:00:01"))
        {
            IPv4 = new IPv4Interface(
                [new IPv4InterfaceAddress(Frames.Target, 24) { Broadcast = new IPv4Address(10, 0, 0, 255) }],
                [],
                new IPv4InterfaceSettings { Forwarding = true }),
            IPv6 = new IPv6Interface([new IPv6InterfaceAddress(IPv6Address.Parse("fd00::1"), 64)], [], new IPv6InterfaceSettings()),
        };
        using NetworkStack stack = new(new NetworkOptions
        {
            Devices = [loopback, device],
            Routes = [.. AddressRoutes.Of(device)],
            Neighbors =
            [
                new Neighbor<IPv4Address>(device, Frames.Sender, MacAddress.Parse("02:00:00:00:00:02"), NeighborState.Permanent),
                new Neighbor<IPv4Address>(device, new IPv4Address(10, 0, 0, 9), MacAddress.Parse("02:00:00:00:00:09"), NeighborState.Permanent),
            ],
            IPv6Routes = [.. AddressRoutes.OfIPv6(device)],
            IPv6Neighbors = [new Neighbor<IPv6Address>(device, IPv6Address.Parse("fd00::2"), MacAddress.Parse("02:00:00:00:00:02"), NeighborState.Permanent)],
            IPv4 = new IPv4Settings { IcmpRateMask = 0 },
            IPv6 = new IPv6Settings { IcmpRateMask = [0, 0, 0, 0] },
            Clock = new VirtualClock(),
        });
        stack.UdpSockets.Add(new UdpSocket { LocalPort = 7, LocalIPv6 = IPv6Address.Unspecified, Reader = ReaderMode.Service, Service = new EchoService() });
        IFrameReceiver receiver = stack.ReceiverOf(device);
        long rounds = 0;

        Allocation.AssertNone(() =>
        {
            rounds++;
            Run(stack, receiver, frame, 1000);
        });

        Assert.True(device.Counters[DeviceCounter.TxPackets] >= rounds * 1000, name);
    }

    private static void Run(NetworkStack stack, IFrameReceiver receiver, byte[] frame, int times)
    {
        for (int i = 0; i < times; i++)
        {
            receiver.TryArrive(frame, 0, 0);
            receiver.Interrupt();
            stack.Cpus[0].Softirq.RunUntilIdle();
        }
    }
}
