using Saker.KernelTests.Oracle;

namespace Saker.KernelTests.Cases;

/// <summary>TCP segments as far as no connection is there: headers, no socket, and the listener's answers.</summary>
internal static class TcpCases
{
    private const byte Fin = 1, Syn = 2, Rst = 4, Psh = 8, Ack = 16, Urg = 32, Ece = 64, Cwr = 128;

    private static readonly (string Name, byte Flags)[] FlagSets =
    [
        ("no flag", 0), ("FIN", Fin), ("SYN", Syn), ("RST", Rst), ("PSH", Psh), ("ACK", Ack), ("URG", Urg), ("SYN ACK", Syn | Ack), ("FIN ACK", Fin | Ack),
        ("RST ACK", Rst | Ack), ("SYN FIN", Syn | Fin), ("SYN RST", Syn | Rst), ("all flags", 0xff), ("SYN ECE CWR", Syn | Ece | Cwr), ("FIN PSH URG", Fin | Psh | Urg),
    ];

    public static IEnumerable<FrameCase> All() => Headers().Concat(NoSocket()).Concat(Listener());

    private static IEnumerable<FrameCase> Headers()
    {
        yield return new("TCP bad checksum", Tcp(Syn, checksum: 0x1234));
        yield return new("TCP bad checksum to no socket", Tcp(Syn, port: 9999, checksum: 0x1234));
        yield return new("TCP bad checksum RST to no socket", Tcp(Rst, port: 9999, checksum: 0x1234));
        yield return new("TCP 19 bytes", Frame.IPv4(Frame.Tcp().AsSpan(0, 19), 6));
        yield return new("TCP no byte", Frame.IPv4([], 6));
        yield return new("TCP data offset 4", Frame.IPv4(Frame.Tcp(headerWords: 4), 6));
        yield return new("TCP data offset 0", Frame.IPv4(Frame.Tcp(headerWords: 0), 6));
        yield return new("TCP data offset beyond the packet", Frame.IPv4(Frame.Tcp(headerWords: 6), 6));
        yield return new("TCP data offset beyond the packet to no socket", Frame.IPv4(Frame.Tcp(9999, headerWords: 15), 6));
        yield return new("TCP port 0", Frame.IPv4(Frame.Tcp(0), 6));
        yield return new("TCP source port 0 to the listener", Frame.IPv4(Frame.Tcp(80, 0), 6));
        yield return new("TCP broken options to the listener", Tcp(Syn, options: [2, 0, 0, 0]));
        yield return new("TCP segment to no socket, padding behind", Frame.IPv4(Frame.Tcp(9999), 6, padding: 6));
    }

    private static IEnumerable<FrameCase> NoSocket()
    {
        foreach (var (name, flags) in FlagSets)
        {
            yield return new($"TCP {name} to no socket", Tcp(flags, port: 9999, acknowledgement: 0x01020304));
        }

        yield return new("TCP ACK with data to no socket", Tcp(Ack, port: 9999, acknowledgement: 77, payloadLength: 10));
        yield return new("TCP SYN with data to no socket", Tcp(Syn, port: 9999, payloadLength: 10));
        yield return new("TCP SYN to no socket, options", Tcp(Syn, port: 9999, options: [2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7]));
        yield return new("TCP SYN to no socket, type of service", Frame.IPv4(Frame.Tcp(9999), 6, tos: 0xb8));
        yield return new("TCP SYN to the subnet's broadcast", Frame.IPv4(Frame.Tcp(80, destination: "10.0.0.255"), 6, destination: "10.0.0.255", to: Frame.Broadcast));
        yield return new("TCP SYN to no socket at the subnet's broadcast", Frame.IPv4(Frame.Tcp(9999, destination: "10.0.0.255"), 6, destination: "10.0.0.255", to: Frame.Broadcast));
        yield return new("TCP SYN to a joined group", Frame.IPv4(Frame.Tcp(80, destination: "239.1.2.3"), 6, destination: "239.1.2.3", to: Frame.GroupMac("239.1.2.3")));
    }

    private static IEnumerable<FrameCase> Listener()
    {
        foreach (var (name, flags) in FlagSets)
        {
            yield return new($"TCP {name} to the listener", Tcp(flags, acknowledgement: 0x01020304));
        }

        yield return new("TCP SYN to the listener, options", Tcp(Syn, options: [2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7]));
        yield return new("TCP SYN to the listener, maximum segment size 536", Tcp(Syn, options: [2, 4, 2, 24]));
        yield return new("TCP SYN to the listener, window scale 14", Tcp(Syn, options: [3, 3, 14, 1]));
        yield return new("TCP SYN to the listener, selective acknowledgements", Tcp(Syn, options: [4, 2, 1, 1]));
        yield return new("TCP SYN to the listener, zero window", Frame.IPv4(Frame.Tcp(window: 0), 6));
        yield return new("TCP SYN with data to the listener", Tcp(Syn, payloadLength: 10));
        yield return new("TCP ACK with data to the listener", Tcp(Ack, acknowledgement: 77, payloadLength: 10));
        yield return new("TCP SYN twice to the listener", Tcp(Syn), Tcp(Syn));
        yield return new("TCP SYN, then RST in the window", Tcp(Syn), Tcp(Rst, sequence: 1001));
        yield return new("TCP SYN, then RST out of the window", Tcp(Syn), Tcp(Rst, sequence: 5));
        yield return new("TCP SYN, then ACK of something else", Tcp(Syn), Tcp(Ack, sequence: 1001, acknowledgement: 12345));
        yield return new("TCP SYN, then FIN", Tcp(Syn), Tcp(Fin, sequence: 1001));
    }

    /// <summary>Segments for the connection 10.0.0.1:90 to 10.0.0.2:5000, which sends 1000 next and expects 2000.</summary>
    public static IEnumerable<FrameCase> Established()
    {
        yield return new("established: data in order", Peer(Ack | Psh, 2000, 1000, 10));
        yield return new("established: data twice", Peer(Ack | Psh, 2000, 1000, 10), Peer(Ack | Psh, 2000, 1000, 10));
        yield return new("established: data out of order, then the gap", Peer(Ack, 2010, 1000, 10), Peer(Ack, 2000, 1000, 10));
        yield return new("established: data overlapping what came", Peer(Ack, 2000, 1000, 10), Peer(Ack, 2005, 1000, 10));
        yield return new("established: data before the window", Peer(Ack, 1000, 1000, 10));
        yield return new("established: data behind the window", Peer(Ack, 2_002_000, 1000, 10));
        yield return new("established: acknowledgement alone", Peer(Ack, 2000, 1000));
        yield return new("established: acknowledgement of unsent data", Peer(Ack, 2000, 1500, 10));
        yield return new("established: old acknowledgement", Peer(Ack, 2000, 900, 10));
        yield return new("established: very old acknowledgement", Peer(Ack, 2000, 0x80000000, 10));
        yield return new("established: no acknowledgement flag", Peer(Psh, 2000, 0, 10));
        yield return new("established: no flag", Peer(0, 2000, 0));
        yield return new("established: keepalive", Peer(Ack, 1999, 1000));
        yield return new("established: RST at the expected number", Peer(Rst, 2000, 0));
        yield return new("established: RST in the window", Peer(Rst, 2001, 0));
        yield return new("established: RST out of the window", Peer(Rst, 1000, 0));
        yield return new("established: SYN in the window", Peer(Syn, 2000, 0));
        yield return new("established: SYN ACK", Peer(Syn | Ack, 1999, 1000));
        yield return new("established: FIN", Peer(Fin | Ack, 2000, 1000));
        yield return new("established: FIN with data, then data", Peer(Fin | Ack, 2000, 1000, 10), Peer(Ack, 2011, 1000, 10));
        yield return new("established: urgent data", Peer(Urg | Ack, 2000, 1000, 10));
        yield return new("established: congestion experienced", Frame.IPv4(Frame.Tcp(90, 5000, Ack, 2000, 1000, 10), 6, tos: 3));
        yield return new("established: bad checksum", Frame.IPv4(Frame.Tcp(90, 5000, Ack, 2000, 1000, 10, checksum: 1), 6));
        yield return new("established: TTL 0", Frame.IPv4(Frame.Tcp(90, 5000, Ack, 2000, 1000, 10), 6, ttl: 0));
        yield return new("established: from another port", Frame.IPv4(Frame.Tcp(90, 5001, Ack, 2000, 1000, 10), 6));
        yield return new("established: ethernet broadcast", Frame.IPv4(Frame.Tcp(90, 5000, Ack, 2000, 1000, 10), 6, to: Frame.Broadcast));
    }

    private static byte[] Peer(int flags, uint sequence, uint acknowledgement, int payloadLength = 0)
        => Frame.IPv4(Frame.Tcp(90, 5000, (byte)flags, sequence, acknowledgement, payloadLength), 6);

    private static byte[] Tcp(
        byte flags, ushort port = 80, uint sequence = 1000, uint acknowledgement = 0, int payloadLength = 0, byte[]? options = null, ushort? checksum = null)
        => Frame.IPv4(
            Frame.Tcp(port, flags: flags, sequence: sequence, acknowledgement: acknowledgement, payloadLength: payloadLength, options: options, checksum: checksum), 6);
}
