using System.Text;
using static Saker.Tests.Bpf.Programs.TrafficFrames;

namespace Saker.Tests.Bpf.Programs;

/// <summary>
/// Traffic by chance that goes everywhere in programs: a few hosts and services of documentation networks, all layers that the programs know, whole, cut and wrong. The same
/// seed gives the same frames.
/// </summary>
internal sealed class TrafficMix(int seed)
{
    private static readonly string[] Sources = [.. Enumerable.Range(1, 12).Select(host => $"10.0.0.{host}"), "192.0.2.10", "192.0.2.77", "203.0.113.9", "172.16.5.4", "224.0.0.5"];
    private static readonly string[] Destinations = [.. Enumerable.Range(1, 8).Select(host => $"198.51.100.{host}"), "203.0.113.1", "10.0.0.3", "192.0.2.1", "224.0.0.251"];
    private static readonly string[] Sources6 = ["2001:db8::2", "2001:db8::3", "2001:db8:1::4", "fe80::2", "64:ff9b::a00:3", "64:ff9b::c000:24d"];
    private static readonly string[] Destinations6 = ["2001:db8::1", "2001:db8:2::9", "ff02::1", "64:ff9b::c633:6402", "64:ff9b::c633:6404"];
    private static readonly ushort[] Ports = [7, 22, 53, 53, 53, 80, 80, 80, 443, 1000, 5300, 6080, 7777, 8080, 40000, 40001, 40007];
    private static readonly string[] Names =
        ["example.com", "www.example.com", "Mail.Example.ORG", "a.b.c.d.e.f.bad.example", "tracker.bad.example", "bad.example", "x", "", "localhost", new string('n', 60) + ".example"];

    private static readonly byte[][] TcpOptions =
    [
        [], [2, 4, 5, 0xb4], [2, 4, 2, 0x18, 1, 3, 3, 7], [1, 1, 8, 10, 0, 0, 0x12, 0x34, 0, 0, 0, 1], [4, 2, 0, 0], [2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 1, 2, 3, 0, 0, 0, 0, 1, 3, 3, 9],
        [1, 1, 5, 18, 0, 0, 16, 0, 0, 0, 32, 0, 0, 0, 48, 0, 0, 0, 64, 0], [254, 4, 1, 2], [2, 0, 1, 1], [8, 40, 0, 0], [3, 1, 1, 0], [1, 1, 1, 8], [.. Enumerable.Repeat((byte)1, 40)], [2, 4, 4, 0x4c],
    ];

    private readonly Random _random = new(seed);

    /// <summary>Frames of a number.</summary>
    public IEnumerable<byte[]> Frames(int count) => Enumerable.Range(0, count).Select(_ => Next());

    /// <summary>One of several things.</summary>
    public T Of<T>(params ReadOnlySpan<T> choice) => choice[_random.Next(choice.Length)];

    /// <summary>Whether something happens that happens in one of so many cases.</summary>
    public bool OneIn(int cases) => _random.Next(cases) == 0;

    /// <summary>The next frame.</summary>
    public byte[] Next()
    {
        byte[] frame = _random.Next(20) switch
        {
            < 14 => Next4(),
            < 18 => Ethernet(TypeIPv6, IPv6Packet(), Destination()),
            18 => Ethernet(0x0806, Bytes(28), Destination()),
            _ => Ethernet((ushort)_random.Next(0x10000), Bytes(60), Destination()),
        };
        for (int tags = _random.Next(10) switch { < 6 => 0, < 9 => 1, _ => 2 }; tags > 0; tags--)
        {
            frame = Tagged(frame, (ushort)((_random.Next(8) << 13) | Of(10, 20, 30, 7, 99)), OneIn(4) ? TypeServiceVlan : TypeVlan);
        }

        if (OneIn(16))
        {
            frame = frame[..Math.Max(Link, _random.Next(frame.Length))];
        }
        else if (OneIn(10))
        {
            frame = [.. frame, .. new byte[_random.Next(40)]];
        }

        return frame;
    }

    /// <summary>A frame of IPv4 without tags.</summary>
    public byte[] Next4() => Link4(IPv4Packet(Inner4()));

    /// <summary>A source of IPv4.</summary>
    public string Source() => Of(Sources);

    /// <summary>A frame of an IPv4 packet.</summary>
    public byte[] Link4(byte[] packet) => Ethernet(TypeIPv4, packet, Destination());

    /// <summary>Bytes by chance.</summary>
    public byte[] Bytes(int most)
    {
        byte[] bytes = new byte[_random.Next(most + 1)];
        _random.NextBytes(bytes);
        return bytes;
    }

    private byte[] Destination() => _random.Next(16) switch { 0 => [0xff, 0xff, 0xff, 0xff, 0xff, 0xff], 1 => [1, 0, 0x5e, 0, 0, 5], _ => [2, 0, 0, 0, 0, 1] };

    private byte[] IPv4Packet((byte Protocol, byte[] Payload) inner)
    {
        ushort fragment = _random.Next(12) switch { 0 => 0x2000, 1 => 0x2003, 2 => 0x0007, < 6 => 0x4000, _ => 0 };
        byte[]? options = OneIn(10) ? [.. Enumerable.Repeat((byte)1, 4 * _random.Next(1, 11))] : null;
        byte[] packet = IPv4(
            Of(Sources), Of(Destinations), inner.Protocol, inner.Payload, Of<byte>(64, 64, 64, 63, 255, 2, 1), Of<byte>(0, 0, 0x10, 0xb8, 0xc0, 0x20), (ushort)_random.Next(6), fragment, options);
        if (OneIn(40))
        {
            packet[0] = Of<byte>(0x44, 0x55, 0x4f, 0x65);
        }

        return packet;
    }

    private (byte Protocol, byte[] Payload) Inner4() => _random.Next(24) switch
    {
        < 10 => (Tcp, Segment()),
        < 17 => (Udp, UdpDatagram()),
        < 19 => (Icmp, [8, 0, 0, 0, .. Bytes(40)]),
        19 => (InIPv4, IPv4(Of(Sources), Of(Destinations), Udp, UdpDatagram())),
        20 => (InIPv6, IPv6Packet()),
        21 => (Gre, GrePacket()),
        22 => (InIPv4, IPv4(Of(Sources), Of(Destinations), InIPv4, IPv4(Of(Sources), Of(Destinations), Tcp, Segment()))),
        _ => ((byte)_random.Next(256), Bytes(40)),
    };

    private byte[] Segment()
    {
        byte flags = _random.Next(16) switch { < 5 => 2, < 10 => 16, 10 => 0x12, 11 => 4, 12 => 0x11, 13 => 0, 14 => 0x29, _ => (byte)_random.Next(256) };
        byte[] segment = TcpSegment(Of(Ports), Of(Ports), flags, (uint)_random.Next(), (uint)_random.Next(), Of(TcpOptions), OneIn(3) ? Text() : Bytes(60));
        if (OneIn(20))
        {
            segment[12] = (byte)_random.Next(256);
        }

        return segment;
    }

    private byte[] UdpDatagram()
    {
        ushort port = Of(Ports);
        byte[] data = port switch { 53 => Question(), 6080 => Raw.Of(Raw.Network(7u), Raw.Network(20u), IPv4(Of(Sources), Of(Destinations), Icmp, Bytes(16))), _ => Bytes(OneIn(8) ? 1200 : 80) };
        byte[] datagram = Datagram(Of(Ports), port, data);
        return datagram;
    }

    /// <summary>A DNS question, sometimes cut or with a strange label.</summary>
    public byte[] Question()
    {
        List<byte> bytes = [.. Raw.Network((ushort)_random.Next(0x10000)), (byte)(OneIn(8) ? 0x81 : 1), 0, 0, (byte)(OneIn(10) ? 2 : 1), 0, 0, 0, 0, 0, 0];
        foreach (string label in Of(Names).Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            bytes.Add(OneIn(30) ? (byte)0xc0 : (byte)label.Length);
            bytes.AddRange(Encoding.ASCII.GetBytes(label));
        }

        bytes.AddRange([0, 0, (byte)(OneIn(3) ? 28 : 1), 0, 1]);
        return [.. OneIn(12) ? bytes.Take(_random.Next(bytes.Count)) : bytes];
    }

    /// <summary>What an HTTP server or client says first.</summary>
    public byte[] Text() => Encoding.ASCII.GetBytes(Of(
        "HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n", "HTTP/1.1 404 Not Found\r\nServer: x\r\ncontent-LENGTH:  17\r\n\r\n", "HTTP/1.0 301 Moved\r\nLocation: /\r\n\r\n",
        "HTTP/1.1 500 Oh\r\nContent-Length: -5\r\n\r\n", "HTTP/1.1 xxx what\r\n\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 0x1f\r\n\r\n", "HTTP/1.1 204 None\r\nContent-Length: none\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"));

    /// <summary>A packet of GRE with any of the optional fields.</summary>
    public byte[] GrePacket()
    {
        ushort flags = Of<ushort>(0, 0x2000, 0x2000, 0x3000, 0xb000, 0x8000, 0x4000, 1);
        List<byte> bytes = [.. Raw.Network(flags), .. Raw.Network(Of<ushort>(TypeIPv4, TypeIPv4, TypeIPv6, 0x6558, 0x880b))];
        if ((flags & 0x8000) != 0)
        {
            bytes.AddRange([0, 0, 0, 0]);
        }

        if ((flags & 0x2000) != 0)
        {
            bytes.AddRange(Raw.Network(Of(5u, 5u, 6u, 99u)));
        }

        if ((flags & 0x1000) != 0)
        {
            bytes.AddRange(Raw.Network((uint)_random.Next(8)));
        }

        bytes.AddRange(IPv4(Of(Sources), Of(Destinations), Tcp, Segment()));
        return [.. bytes];
    }

    private byte[] IPv6Packet()
    {
        (byte next, byte[] payload) = _random.Next(8) switch { < 3 => (Tcp, Segment()), < 6 => (Udp, UdpDatagram()), 6 => ((byte)58, [128, 0, 0, 0, .. Bytes(40)]), _ => (InIPv4, IPv4(Of(Sources), Of(Destinations), Udp, UdpDatagram())) };
        for (int count = _random.Next(6) switch { < 3 => 0, 3 => 1, 4 => 2, _ => _random.Next(7) }; count > 0; count--)
        {
            byte kind = Of<byte>(0, 0, 43, 44, 51, 60, 60, 135, 59);
            byte[] header = kind switch
            {
                44 => [next, 0, .. Raw.Network(Of<ushort>(0, 1, 1, 0x40, 0x41)), 0, 0, 0, 9],
                43 => [next, 0, Of<byte>(0, 2, 4), Of<byte>(0, 1), 0, 0, 0, 0],
                51 => [next, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2],
                _ => OneIn(4) ? [next, 1, 1, 12, .. new byte[12]] : [next, Of<byte>(0, 0, 0, 40), 1, 4, 0, 0, 0, 0],
            };
            (next, payload) = (kind, [.. header, .. payload]);
        }

        return IPv6(Of(Sources6), Of(Destinations6), next, payload, Of<byte>(64, 64, 255, 1), Of<byte>(0, 0, 0xb8));
    }
}
