using Saker.Host.Links;
using Saker.Host.Links.Captures;
using Saker.Host.Links.Memory;
using Saker.Host.Live;
using Saker.Stack;
using Saker.Stack.Devices;
using Saker.Stack.Ip.V4;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Sockets;
using Saker.Stack.Softirq;
using Saker.Stack.Transport.Udp;
using Saker.Tests.Stack;
using Saker.Wire;
using Saker.Wire.Captures;

namespace Saker.Tests.Host.Links;

/// <summary>Stacks on links of this process: services, answers, and time that is the clock's.</summary>
public sealed class LinkedStacksTests
{
    private static readonly MacAddress Own = MacAddress.Parse("02:00:00:00:00:01");

    private readonly VirtualClock _clock = new();

    [Fact]
    public void An_echo_comes_back_over_a_wire_after_twice_its_delay()
    {
        Impairments slow = new() { Delay = TimeSpan.FromMilliseconds(2) };
        MemoryWire wire = new(_clock, new MemoryWireOptions { ToA = slow, ToB = slow });
        using NetworkStack stack = MakeStack(wire.B);
        wire.A.Send(Frames.IPv4(Filled(Frames.Udp(to: 7, dataLength: 100)), IPProtocol.Udp));

        RunUntil(stack, 3_999_999);
        Assert.Null(wire.A.TryReceive());
        RunUntil(stack, 4_000_000);

        byte[] reply = wire.A.TryReceive()!;
        Assert.True(IPv4View.TryParse(reply.AsSpan(14), out IPv4View ip));
        Assert.True(UdpView.TryParse(ip.Payload, out UdpView udp));
        Assert.Equal((Frames.Target, Frames.Sender, (ushort)7, (ushort)4000), (ip.Source, ip.Destination, udp.SourcePort, udp.DestinationPort));
        Assert.Equal(Enumerable.Repeat((byte)'x', 100), ip.Payload[8..].ToArray());
        Assert.True(InternetChecksum.Verify(ip.Payload, InternetChecksum.PseudoHeader(ip.Source, ip.Destination, IPProtocol.Udp, ip.Payload.Length)));
        Assert.Equal((1, 1), (stack.Counters[Counter.UdpInDatagrams], stack.Counters[Counter.UdpOutDatagrams]));
    }

    [Theory]
    [InlineData(7, "10.0.0.1", "the port itself")]
    [InlineData(0, "10.0.0.1", "no port")]
    [InlineData(4000, "10.0.0.255", "a broadcast")]
    public void An_echo_that_could_go_on_for_ever_is_not_answered(int from, string to, string why)
    {
        MemoryWire wire = new(_clock);
        using NetworkStack stack = MakeStack(wire.B);
        wire.A.Send(Frames.IPv4(Frames.Udp(to: 7, from: (ushort)from, dataLength: 10), IPProtocol.Udp, destination: IPv4Address.Parse(to)));

        RunUntil(stack, 0);

        Assert.True(wire.A.TryReceive() is null, why);
        Assert.Equal(1, stack.Counters[Counter.UdpInDatagrams]);
        Assert.Equal(0, stack.Counters[Counter.UdpOutDatagrams]);
    }

    [Fact]
    public void What_is_sent_to_a_discarding_port_is_taken()
    {
        MemoryWire wire = new(_clock);
        using NetworkStack stack = MakeStack(wire.B);
        wire.A.Send(Frames.IPv4(Frames.Udp(to: 9, dataLength: 10), IPProtocol.Udp));

        RunUntil(stack, 0);

        Assert.Null(wire.A.TryReceive());
        Assert.Equal(1, stack.Counters[Counter.UdpInDatagrams]);
    }

    [Fact]
    public void A_run_over_a_bad_wire_is_the_same_each_time()
    {
        Assert.Equal(Run(3), Run(3));
        Assert.NotEqual(Run(3), Run(4));

        static string Run(ulong seed)
        {
            VirtualClock clock = new();
            Impairments bad = new()
            {
                Loss = 0.1,
                Duplication = 0.1,
                Reordering = 0.1,
                Corruption = 0.1,
                Seed = seed,
                Delay = TimeSpan.FromMicroseconds(30),
                BitsPerSecond = 100_000_000,
            };
            MemoryWire wire = new(clock, new MemoryWireOptions { ToA = bad, ToB = bad });
            using NetworkStack stack = MakeStack(wire.B, clock);
            List<string> seen = [];
            for (int i = 0; i < 200; i++)
            {
                wire.A.Send(Frames.IPv4(Frames.Message(8, 0, (byte)i, 0, 0, 0), IPProtocol.IcmpV4));
                RunUntil(stack, clock, clock.Now + 10_000);
                while (wire.A.TryReceive() is { } frame)
                {
                    seen.Add($"{clock.Now}:{Convert.ToHexString(frame)}");
                }
            }

            return string.Join(' ', seen);
        }
    }

    [Fact]
    public void Two_stacks_reach_each_other()
    {
        MemoryWire wire = new(_clock);
        using NetworkStack one = MakeStack(wire.A, address: "10.0.0.2", mac: "02:00:00:00:00:02");
        using NetworkStack other = MakeStack(wire.B);

        // A datagram that seems to come from the first host is answered by the second, which asks for the address first, and the first says that nobody wants it.
        other.LookAtLinks(other.Cpus[0]);
        wire.A.Send(Frames.IPv4(Frames.Udp(to: 7, from: 4000, dataLength: 5), IPProtocol.Udp));
        for (int i = 0; i < 10; i++)
        {
            RunUntil(other, 0);
            RunUntil(one, 0);
        }

        Assert.Equal(1, other.Counters[Counter.UdpOutDatagrams]);
        Assert.Equal(1, one.Counters[Counter.UdpNoPorts]);
        Assert.Equal(1, other.Counters[Counter.IcmpMsgInType(3)]);
    }

    [Fact]
    public void A_capture_is_played_as_fast_as_it_is_taken_or_in_its_own_time()
    {
        string path = SampleCaptures.PathOf("web.pcapng");
        (long fast, long fastEnd) = Play(isInOwnTime: false);
        (long paced, long pacedEnd) = Play(isInOwnTime: true);

        Assert.Equal(fast, paced);
        Assert.Equal(0, fastEnd);
        Assert.Equal(Duration(path), pacedEnd);

        (long Received, long End) Play(bool isInOwnTime)
        {
            VirtualClock clock = new();
            Assert.True(CaptureReader.TryOpen(path, out CaptureReader? reader, out _));
            using CaptureLink link = new(reader, clock, new CaptureLinkOptions { IsInOwnTime = isInOwnTime, Address = Own });
            using NetworkStack stack = MakeStack(link, clock);
            long end = 0;
            while (!link.IsAtEnd)
            {
                Step(stack);
                end = clock.Now;
                clock.AdvanceTo(stack.Cpus[0].Timers.NextDueAt is < long.MaxValue and var next ? next : clock.Now);
            }

            Step(stack);
            Assert.DoesNotContain(link.Losses, loss => loss.Count != 0);
            Assert.Null(link.Fault);
            return (stack.LinkStatisticsOf(stack.Devices.All[0])[0].Received, end);
        }
    }

    private static long Duration(string path)
    {
        Assert.True(CaptureReader.TryOpen(path, out CaptureReader? reader, out _));
        using (reader)
        {
            long first = -1, last = 0;
            while (reader.TryReadNext(out CaptureFrame frame))
            {
                first = first < 0 ? frame.TimestampNanoseconds : first;
                last = frame.TimestampNanoseconds;
            }

            return last - first;
        }
    }

    private static byte[] Filled(byte[] datagram)
    {
        datagram.AsSpan(8).Fill((byte)'x');
        return datagram;
    }

    private NetworkStack MakeStack(ILink link, string address = "10.0.0.1", string mac = "02:00:00:00:00:01") => MakeStack(link, _clock, address, mac);

    private static NetworkStack MakeStack(ILink link, IClock clock, string address = "10.0.0.1", string mac = "02:00:00:00:00:01")
    {
        NetworkDevice device = new(2, "eth0", MacAddress.Parse(mac))
        {
            IPv4 = new IPv4Interface([new IPv4InterfaceAddress(IPv4Address.Parse(address), 24) { Broadcast = new IPv4Address(10, 0, 0, 255) }], [], new IPv4InterfaceSettings()),
        };
        NetworkStack stack = new(new NetworkOptions
        {
            Devices = [device],
            Routes = [.. AddressRoutes.Of(device)],
            Neighbors = address == "10.0.0.1" && link is WireEnd { Mtu: 1500 } ? [new Neighbor<IPv4Address>(device, Frames.Sender, MacAddress.Parse("02:00:00:00:00:02"), NeighborState.Permanent)] : [],
            Clock = clock,
        });
        stack.UdpSockets.Add(new UdpSocket { LocalPort = 7, Reader = ReaderMode.Service, Service = new EchoService() });
        stack.UdpSockets.Add(new UdpSocket { LocalPort = 9, Reader = ReaderMode.Service, Service = new DiscardService() });
        stack.Attach(device, link.Queues, link.Options);
        return stack;
    }

    private static void Step(NetworkStack stack)
    {
        do
        {
            stack.Cpus[0].Softirq.RunUntilIdle();
        }
        while (stack.LookAtLinks(stack.Cpus[0]));
    }

    private void RunUntil(NetworkStack stack, long time) => RunUntil(stack, _clock, time);

    private static void RunUntil(NetworkStack stack, VirtualClock clock, long time)
    {
        Step(stack);
        while (stack.Cpus[0].Timers.NextDueAt is var due && due <= time)
        {
            clock.AdvanceTo(due);
            Step(stack);
        }

        clock.AdvanceTo(time);
        Step(stack);
    }
}
