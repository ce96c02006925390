using Saker.Bpf;
using Saker.Kernel.AfXdp;
using static Saker.Tests.Kernel.AfXdp.SteeringFrame;

namespace Saker.Tests.Kernel.AfXdp;

/// <summary>Programs that give frames to AF_XDP sockets, in this process: which frame goes to which queue's socket.</summary>
public sealed class RedirectProgramTests
{
    private const ushort Port = SteeringRows.Port;
    private const byte Tcp = 6, Udp = 17, Icmp = 1;

    private static readonly XdpSteering Ports = SteeringRows.Ports;

    public static IEnumerable<object[]> Frames => SteeringRows.All.Select(row => (object[])[row.What, row.Frame, row.IsListed]);

    [Theory]
    [MemberData(nameof(Frames))]
    public void Ports_steer_what_can_be_read_and_only_that(string what, byte[] frame, bool isListed)
    {
        using RedirectMachine machine = new(Ports);
        Assert.True(machine.Redirects(frame) == isListed, what);
        using RedirectMachine others = new(Ports with { IsReversed = true });
        Assert.True(others.Redirects(frame) != isListed, $"all but {what}");
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(3, true)]
    [InlineData(4, false)]
    [InlineData(uint.MaxValue, false)]
    public void Frames_go_to_the_socket_of_their_queue(uint queue, bool hasSocket)
    {
        using RedirectMachine all = new(XdpSteering.All);
        Assert.Equal(hasSocket, all.Redirects(Datagram(1), queue));
        Assert.Equal(hasSocket, all.Redirects([], queue));
        using RedirectMachine some = new(Ports);
        Assert.Equal(hasSocket, some.Redirects(Datagram(Port), queue));
    }

    [Fact]
    public void Sockets_of_a_queue_take_turns()
    {
        using RedirectMachine machine = new(RedirectProgram.Create(Ports, 2, socketsPerQueue: 3));
        foreach (uint turn in (uint[])[0, 1, 2, 0, 1, 2, 0])
        {
            Assert.Equal(turn == 0, machine.Redirects(Datagram(Port), queue: 0, key: 0));
            Assert.False(machine.Redirects(Datagram(Port + 1)));
        }

        // The turns go on where another queue's frame comes; its first socket stands behind those of queue 0.
        Assert.False(machine.Redirects(Datagram(Port), queue: 1));
        Assert.False(machine.Redirects(Datagram(Port), queue: 1));
        Assert.True(machine.Redirects(Datagram(Port), queue: 1, key: 3));
        Assert.False(machine.Redirects(Datagram(Port), queue: 2));
    }

    [Theory]
    [InlineData(1, new uint[] { 0, 0, 0 })]
    [InlineData(4, new uint[] { 0, 1, 2, 3, 0 })]
    public void The_sample_in_C_does_the_same(int sockets, uint[] keys)
    {
        Assert.True(BpfObject.TryRead(File.ReadAllBytes(Repository.PathOf("samples/xdpsock/xdpsock_kern.o")), out ObjectSpec? sample, out ObjectFault? fault), fault?.ToString());
        using RedirectMachine inC = new(sample.WithVariable("sockets_per_queue", sockets), "xdpsock", "xsks_map");
        using RedirectMachine own = new(RedirectProgram.Create(XdpSteering.All, 4, socketsPerQueue: sockets));
        foreach (uint key in keys)
        {
            bool hasSocket = key is 0 or 3;
            Assert.Equal(hasSocket, inC.Redirects([], key: key));
            Assert.Equal(hasSocket, own.Redirects([], key: key));
        }
    }

    [Fact]
    public void Protocols_steer_fragments_as_well()
    {
        using RedirectMachine machine = new(new XdpSteering { Protocols = [Udp, 51] });
        Assert.All((byte[][])
        [
            Datagram(1), IPv4(Udp, [], fragment: 0x2000), IPv4(Udp, new byte[8], fragment: 0x10), IPv4(51, new byte[24]), IPv6(Udp, []), IPv6(44, new byte[8], Fragment(Udp, 0x10)),
            IPv6(44, [], Fragment(Udp, 0)), IPv6(0, [], Extension(Udp)), IPv6(0, [], Extension(51)), Tagged(Datagram(1), 0x8100),
        ], frame => Assert.True(machine.Redirects(frame), Convert.ToHexStringLower(frame)));
        Assert.All((byte[][])
        [
            Segment(1), IPv6(Tcp, TcpTo(1)), Ethernet(0x0806, new byte[28]), IPv6(44, [], Fragment(Tcp, 0)), IPv4(Udp, [])[..33], With(Datagram(1), 14, 0x35), Ethernet(0x86dd, []),
            IPv6(44, Extension(Udp), Fragment(60, 1)),
        ], frame => Assert.False(machine.Redirects(frame), Convert.ToHexStringLower(frame)));
    }

    [Fact]
    public void EtherTypes_steer_behind_tags_and_tags_themselves()
    {
        using RedirectMachine arp = new(new XdpSteering { EtherTypes = [0x0806, 0x88b5] });
        Assert.True(arp.Redirects(Ethernet(0x0806, [])));
        Assert.True(arp.Redirects(Ethernet(0x88b5, new byte[46], 0x8100)));
        Assert.True(arp.Redirects(Ethernet(0x0806, new byte[46], 0x88a8, 0x8100)));
        Assert.False(arp.Redirects(Ethernet(0x0806, new byte[46], 0x88a8, 0x8100, 0x8100)));
        Assert.False(arp.Redirects(Datagram(Port)));
        Assert.False(arp.Redirects(Ethernet(0x0806, []).AsSpan(0, 13)));
        using RedirectMachine tagged = new(new XdpSteering { EtherTypes = [0x8100] });
        Assert.True(tagged.Redirects(Tagged(Datagram(1), 0x8100)));
        Assert.True(tagged.Redirects(Tagged(Datagram(1), 0x88a8, 0x8100)));
        Assert.False(tagged.Redirects(Datagram(1)));
    }

    [Fact]
    public void Every_port_is_found_among_many_ranges()
    {
        PortRange[] ranges = [.. Enumerable.Range(0, 300).Select(i => new PortRange((ushort)(i * 200), (ushort)((i * 200) + (i % 5)))), 65535, new PortRange(190, 210), 201];
        using RedirectMachine machine = new(new XdpSteering { UdpPorts = [.. ranges] });
        byte[] frame = Datagram(0);
        for (int port = 0; port <= ushort.MaxValue; port += port is < 1000 or > 65000 ? 1 : 7)
        {
            (frame[36], frame[37]) = ((byte)(port >> 8), (byte)port);
            Assert.Equal(ranges.Any(range => port >= range.First && port <= range.Last), machine.Redirects(frame));
        }
    }

    [Fact]
    public void No_bytes_make_a_program_read_outside()
    {
        Random random = new(7);
        using RedirectMachine machine = new(Ports with { Protocols = [Icmp], EtherTypes = [0x0806] });
        byte[][] seeds = [.. SteeringRows.All.Select(row => row.Frame).Where(frame => frame.Length > 14)];
        for (int i = 0; i < Effort.Inputs(5_000, 1_000_000); i++)
        {
            byte[] frame = [.. seeds[random.Next(seeds.Length)]];
            for (int change = random.Next(4); change > 0; change--)
            {
                frame[random.Next(12, frame.Length)] = (byte)random.Next(256);
            }

            _ = machine.Redirects(frame.AsSpan(0, random.Next(frame.Length + 1)));
        }
    }

    [Fact]
    public void A_program_that_gives_nothing_is_refused()
    {
        Assert.Contains("XdpSteering.All", Assert.Throws<ArgumentException>(() => RedirectProgram.Create(new XdpSteering(), 1)).Message, StringComparison.Ordinal);
        Assert.Contains("ends before it begins", Assert.Throws<ArgumentException>(() => RedirectProgram.Create(new XdpSteering { UdpPorts = [new PortRange(2, 1)] }, 1)).Message, StringComparison.Ordinal);
        Assert.Contains("list ranges", Assert.Throws<ArgumentException>(() => RedirectProgram.Create(new XdpSteering { UdpPorts = [.. Enumerable.Range(0, 20_000).Select(i => (PortRange)(ushort)(i * 3))] }, 1)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => RedirectProgram.Create(XdpSteering.All, 0));
    }

    [Fact]
    public void Fragments_and_room_are_as_asked()
    {
        ObjectSpec spec = RedirectProgram.Create(XdpSteering.All, 7, takesFragments: true);
        Assert.True(spec.FindProgram(RedirectProgram.ProgramName)!.TakesFragments);
        Assert.Equal((MapType.XskMap, 7u), (spec.FindMap(RedirectProgram.MapName)!.Type, spec.FindMap(RedirectProgram.MapName)!.MaximumEntries));
        Assert.False(RedirectProgram.Create(XdpSteering.All, 1).Programs[0].TakesFragments);
    }
}
