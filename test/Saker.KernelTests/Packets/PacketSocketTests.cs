using System.Globalization;
using Saker.Bpf.Classic;
using Saker.KernelTests.Oracle;

namespace Saker.KernelTests.Packets;

/// <summary>Packet sockets of every kind get the same packets from the kernel and from Saker, with the same told of each.</summary>
public sealed class PacketSocketTests
{
    private const string Other = "02:00:00:00:00:09";

    /// <summary>Frames that differ in what a packet socket tells of them. ARP requests are answered, so that the host sends; nothing else is.</summary>
    private static readonly byte[][] Frames =
    [
        Udp(1),
        Frame.Ethernet(Frame.Arp(), 0x0806, to: Frame.Broadcast),
        Frame.Ethernet(Payload(46), 0x88b5),
        Frame.Ethernet(Payload(46), 0x88b5, to: Other),
        Frame.Ethernet(Payload(46), 0x88b5, to: Frame.Broadcast),
        Frame.Ethernet(Payload(1500), 0x88b5, to: "01:00:5e:01:02:03"),
        Frame.Ethernet(Tagged(0x6005, 0x88b5), 0x8100),
        Frame.Ethernet(Tagged(0x6000, 0x0806), 0x8100),
        Frame.Ethernet(Tagged(0x0064, 0x8100, Tagged(0x0007, 0x88b5)), 0x88a8),
        Frame.Ethernet(Tagged(0x0064, 0x8100, Tagged(0x0007, 0x8100, Tagged(0x0008, 0x0800))), 0x8100),
        Frame.Ethernet([0x42, 0x42, 3, .. Payload(43)], 46),
        Frame.Ethernet([0xff, 0xff, 3, .. Payload(43)], 46),
        Frame.Ethernet(Payload(1), 0x0800),
        Frame.Ethernet([], 0x88b5),
        Frame.Ethernet(Payload(46), 0x86dd),
        Frame.IPv4(Frame.Tcp(checksum: 1), protocol: 6),
        Frame.IPv4(Frame.Icmp(0, data: Payload(30)), protocol: 1),
    ];

    public static TheoryData<bool> Kinds => [false, true];

    [KernelTheory]
    [MemberData(nameof(Kinds))]
    public void Sockets_of_all_bindings_get_the_same(bool isDatagram) => AssertSame(
        [.. ((ushort[])[3, 0x0800, 0x0806, 0x88b5, 0x8100, 0x88a8, 0x0004, 0x0001, 0x86dd, 0]).SelectMany(protocol => (SocketSpec[])
        [
            new($"{protocol:x4} on eth0") { Protocol = protocol, IsDatagram = isDatagram },
            new($"{protocol:x4} on any") { Protocol = protocol, IsDatagram = isDatagram, Device = null },
            new($"{protocol:x4} on lo") { Protocol = protocol, IsDatagram = isDatagram, Device = "lo" },
            new($"{protocol:x4} without outgoing") { Protocol = protocol, IsDatagram = isDatagram, IgnoresOutgoing = true },
        ])],
        Frames);

    [KernelTheory]
    [MemberData(nameof(Kinds))]
    public void Sockets_on_a_bridge_and_its_port_get_the_same(bool isDatagram) => AssertSame(
        [.. ((ushort[])[3, 0x0806, 0x88b5, 0x0800]).SelectMany(protocol => ((string?[])["eth0", "br0", null]).SelectMany(device => (SocketSpec[])
        [
            new($"{protocol:x4} on {device ?? "any"}") { Protocol = protocol, IsDatagram = isDatagram, Device = device },
            new($"{protocol:x4} on {device ?? "any"}, original device") { Protocol = protocol, IsDatagram = isDatagram, Device = device, TellsOriginalDevice = true },
        ]))],
        Frames,
        hasBridge: true);

    [KernelTheory]
    [MemberData(nameof(Kinds))]
    public void Filters_cut_and_choose_alike(bool isDatagram) => AssertSame(
        [.. ((string[])
        [
            "1,6 0 0 0", "1,6 0 0 1", "1,6 0 0 13", "1,6 0 0 14", "1,6 0 0 20", "1,6 0 0 100", "1,6 0 0 4294967295", "2,128 0 0 0,22 0 0 0", "3,128 0 0 0,20 0 0 10,22 0 0 0",
            "4,40 0 0 12,21 0 1 2054,6 0 0 65535,6 0 0 0", "2,48 0 0 1400,6 0 0 65535", "3,48 0 0 4293918720,4 0 0 1,22 0 0 0", "3,48 0 0 4292870157,4 0 0 1,22 0 0 0",
            "3,48 0 0 4293918735,4 0 0 1,22 0 0 0", "3,48 0 0 4292870150,4 0 0 1,22 0 0 0", "2,32 0 0 4292870143,6 0 0 65535", "3,177 0 0 0,135 0 0 0,22 0 0 0",
        ]).Select(filter => new SocketSpec(filter) { Filter = filter, IsDatagram = isDatagram })],
        Frames);

    [KernelTheory]
    [MemberData(nameof(Kinds))]
    public void What_stands_beside_a_packet_reads_alike(bool isDatagram)
    {
        // A random number is the kernel's own, and which CPU works is by chance; netlink attributes were tried elsewhere.
        AncillaryLoad[] loads = [.. Enum.GetValues<AncillaryLoad>().Except([AncillaryLoad.Random, AncillaryLoad.Cpu, AncillaryLoad.NetlinkAttribute, AncillaryLoad.NestedNetlinkAttribute])];

        // A filter's result shows as a length, one to sixteen: four bits at a time.
        SocketSpec[] specs =
        [
            .. loads.SelectMany(load => Enumerable.Range(0, 4).Select(part => new SocketSpec(string.Create(CultureInfo.InvariantCulture, $"{load}, bits from {4 * part}"))
            {
                IsDatagram = isDatagram,
                Filter = string.Create(CultureInfo.InvariantCulture, $"5,32 0 0 {AncillaryLoads.Offset + (uint)load},116 0 0 {4 * part},84 0 0 15,4 0 0 1,22 0 0 0"),
            })),
        ];
        AssertSame(specs, [.. Frames.Where(frame => frame.Length >= 40)]);
    }

    [KernelFact]
    public void A_full_receive_buffer_drops_and_counts_alike()
    {
        byte[][] frames = [.. Enumerable.Range(0, 60).Select(number => Frame.Ethernet(Payload(46 + (number * 37 % 1400)), 0x88b5))];
        AssertSame(
            [.. ((int[])[2304, 4608, 10_000, 40_000]).SelectMany(size => (SocketSpec[])
            [
                new($"{size} bytes") { ReceiveBuffer = size, IsReadLate = true },
                new($"{size} bytes, cut") { ReceiveBuffer = size, IsReadLate = true, Filter = "1,6 0 0 20" },
                new($"{size} bytes, read at once") { ReceiveBuffer = size },
            ])],
            frames);
    }

    [KernelTheory]
    [InlineData(1, 0, null)]
    [InlineData(2, 0, null)]
    [InlineData(5, 0, null)]
    [InlineData(6, 0, "2,48 0 0 1,22 0 0 0")]
    [InlineData(6, 0, null)]
    [InlineData(3, 0, null)]
    [InlineData(1, 0x4000, null)]
    public void Fanout_gives_the_same_sockets_the_same_packets(ushort mode, ushort flags, string? program)
    {
        GroupSpec group = new(7, mode, flags, program);

        // The CPU that works is the kernel's choice: with one socket its number does not matter.
        int sockets = mode == 2 ? 1 : 3;
        AssertSame([.. Enumerable.Range(0, sockets).Select(number => new SocketSpec($"member {number}") { Group = group })], Frames);
    }

    [KernelTheory(Processors = 2)]
    [InlineData(2)]
    [InlineData(3)]
    public void Fanout_by_cpu_gives_a_packet_to_the_socket_of_the_cpu_that_receives_it(int sockets)
    {
        const ushort ByCpu = 2;
        GroupSpec group = new(10, ByCpu, 0);
        SocketSpec[] specs = [.. Enumerable.Range(0, sockets).Select(number => new SocketSpec($"member {number}") { Group = group })];
        byte[][] frames = [.. Enumerable.Range(0, 30).Select(number => Udp((ushort)(1000 + number)))];
        using KernelPacketSockets kernel = new(specs);
        using SakerPacketSockets saker = new(specs, cpuCount: 2);
        var (expected, actual) = (kernel.Receive(frames, ProcessorOf), saker.Receive(frames, ProcessorOf));
        Assert.Equal([20, 10], expected[..2].Select(yield => yield.Packets.Count));
        Assert.Equal(expected.Select(yield => yield.Packets), actual.Select(yield => yield.Packets));
        Assert.Equal(expected.Select(yield => (yield.Counted, yield.Dropped)), actual.Select(yield => (yield.Counted, yield.Dropped)));

        static int ProcessorOf(int number) => number % 3 == 2 ? 1 : 0;
    }

    [KernelTheory]
    [InlineData(3, 0)]
    [InlineData(1, 0x1000)]
    public void Rolling_over_goes_on_to_the_next_socket_when_one_is_full(ushort mode, ushort flags)
    {
        // Frames of many flows, so that none is a huge one.
        byte[][] frames = [.. Enumerable.Range(0, 60).Select(number => Udp((ushort)(1000 + number)))];
        GroupSpec group = new(8, mode, flags);
        AssertSame(
            [.. Enumerable.Range(0, 3).Select(number => new SocketSpec($"member {number}") { Group = group, ReceiveBuffer = 10_000, IsReadLate = true })],
            frames);
    }

    [KernelTheory]
    [InlineData(0)]
    [InlineData(4)]
    public void Fanout_by_hash_and_by_chance_gives_each_packet_to_one_socket(ushort mode)
    {
        GroupSpec group = new(9, mode, Flags: 0x4000);
        SocketSpec[] specs = [.. Enumerable.Range(0, 4).Select(number => new SocketSpec($"member {number}") { Group = group })];
        byte[][] frames =
        [
            .. Enumerable.Range(0, 40).SelectMany(number => (byte[][])
            [
                Frame.IPv4(Frame.Udp(53, (ushort)(2000 + number)), protocol: 17, source: "10.0.0.7", destination: "10.0.0.8", to: Other),
                Frame.IPv4(Frame.Udp((ushort)(2000 + number), 53), protocol: 17, source: "10.0.0.8", destination: "10.0.0.7", to: Other),
            ]),
        ];
        using KernelPacketSockets kernel = new(specs);
        using SakerPacketSockets saker = new(specs);
        foreach (var yields in (SocketYield[][])[kernel.Receive(frames), saker.Receive(frames)])
        {
            Assert.Equal(frames.Select(Convert.ToHexStringLower).Order(), yields.SelectMany(yield => yield.Packets).Select(packet => packet[(packet.LastIndexOf(' ') + 1)..]).Order());
            Assert.All(yields, yield => Assert.NotEmpty(yield.Packets));
            if (mode == 0)
            {
                // Both directions of a flow are one: as many of one as of the other at each socket.
                Assert.All(yields, yield => Assert.Equal(0, yield.Packets.Sum(packet => packet.Contains("0a0000070a000008", StringComparison.Ordinal) ? 1 : -1)));
            }
        }
    }

    private static void AssertSame(SocketSpec[] specs, byte[][] frames, bool hasBridge = false)
    {
        using KernelPacketSockets kernel = new(specs, hasBridge);
        using SakerPacketSockets saker = new(specs, hasBridge);
        var expected = kernel.Receive(frames);
        var actual = saker.Receive(frames);
        for (var i = 0; i < specs.Length; i++)
        {
            Assert.True(
                expected[i].Packets.SequenceEqual(actual[i].Packets),
                $"{specs[i].Name}: first difference\nkernel {Difference(expected[i].Packets, actual[i].Packets)}\nSaker  {Difference(actual[i].Packets, expected[i].Packets)}");
            Assert.True(
                (expected[i].Counted, expected[i].Dropped) == (actual[i].Counted, actual[i].Dropped),
                $"{specs[i].Name}: the kernel counts {expected[i].Counted} with {expected[i].Dropped} dropped, Saker {actual[i].Counted} with {actual[i].Dropped}");
            Assert.Equal(expected[i].Rollover, actual[i].Rollover);
        }
    }

    private static string Difference(List<string> packets, List<string> others)
    {
        var first = packets.Zip(others).TakeWhile(pair => pair.First == pair.Second).Count();
        return $"{packets.Count} packets, number {first}: {(first < packets.Count ? packets[first] : "none")}";
    }

    /// <summary>A datagram that nobody answers, since its checksum is wrong.</summary>
    private static byte[] Udp(ushort sourcePort) => Frame.IPv4(Frame.Udp(9, sourcePort, payloadLength: 100, checksum: 1), protocol: 17);

    private static byte[] Payload(int length) => [.. Enumerable.Range(0, length).Select(number => (byte)number)];

    private static byte[] Tagged(ushort tag, ushort type, byte[]? payload = null) => [(byte)(tag >> 8), (byte)tag, (byte)(type >> 8), (byte)type, .. payload ?? Payload(46)];
}
