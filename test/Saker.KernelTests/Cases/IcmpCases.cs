using Saker.KernelTests.Oracle;

namespace Saker.KernelTests.Cases;

/// <summary>ICMP requests, replies and errors.</summary>
internal static class IcmpCases
{
    public static IEnumerable<FrameCase> All() => Queries().Concat(Types()).Concat(Errors());

    private static IEnumerable<FrameCase> Queries()
    {
        var echo = Frame.Icmp(8, rest: 0x00010002, data: [.. "abcdefghijklmnop"u8]);
        yield return new("ICMP echo", Frame.IPv4(echo, 1));
        yield return new("ICMP echo without data", Frame.IPv4(Frame.Icmp(8), 1));
        yield return new("ICMP echo of 1472 bytes", Frame.IPv4(Frame.Icmp(8, data: new byte[1472]), 1));
        yield return new("ICMP echo with code 5", Frame.IPv4(Frame.Icmp(8, code: 5), 1));
        yield return new("ICMP echo, padding behind", Frame.IPv4(echo, 1, padding: 5));
        yield return new("ICMP echo, type of service", Frame.IPv4(echo, 1, tos: 0xb8));
        yield return new("ICMP echo, congestion experienced", Frame.IPv4(echo, 1, tos: 3));
        yield return new("ICMP echo, do not fragment", Frame.IPv4(echo, 1, dontFragment: true));
        yield return new("ICMP echo, TTL 1", Frame.IPv4(echo, 1, ttl: 1));
        yield return new("ICMP echo, record route", Frame.IPv4(echo, 1, options: [7, 7, 4, 0, 0, 0, 0, 0]));
        yield return new("ICMP echo, no operation options", Frame.IPv4(echo, 1, options: [1, 1, 1, 0]));
        yield return new("ICMP echo, router alert", Frame.IPv4(echo, 1, options: [0x94, 4, 0, 0]));
        yield return new("ICMP echo, bad checksum", Frame.IPv4(Frame.Icmp(8, checksum: 0x1234), 1));
        yield return new("ICMP echo to the subnet's broadcast", Frame.IPv4(echo, 1, destination: "10.0.0.255", to: Frame.Broadcast));
        yield return new("ICMP echo to the limited broadcast", Frame.IPv4(echo, 1, destination: "255.255.255.255", to: Frame.Broadcast));
        yield return new("ICMP echo to all hosts", Frame.IPv4(echo, 1, destination: "224.0.0.1", to: Frame.GroupMac("224.0.0.1")));
        yield return new("ICMP echo from the subnet's broadcast", Frame.IPv4(echo, 1, source: "10.0.0.255"));
        yield return new("ICMP echo from off the subnet", Frame.IPv4(echo, 1, source: "192.0.2.1"));
        yield return new("ICMP timestamp request", Frame.IPv4(Frame.Icmp(13, data: new byte[12]), 1));
        yield return new("ICMP timestamp request, too short", Frame.IPv4(Frame.Icmp(13), 1));
        yield return new("ICMP timestamp request, 8 bytes short of nothing", Frame.IPv4(Frame.Icmp(13, data: new byte[4]), 1));
        yield return new("ICMP timestamp request to the subnet's broadcast", Frame.IPv4(Frame.Icmp(13, data: new byte[12]), 1, destination: "10.0.0.255", to: Frame.Broadcast));
        yield return new("ICMP extended echo, disabled", Frame.IPv4(Frame.Icmp(42, rest: 0x00010001, data: [0x20, 0, 0, 0, 0, 8, 3, 2, 0, 0, 0, 2]), 1));
    }

    private static IEnumerable<FrameCase> Types()
    {
        for (byte type = 0; type < 46; type++)
        {
            yield return new($"ICMP type {type}, eight bytes", Frame.IPv4(Frame.Icmp(type), 1));
        }

        yield return new("ICMP type 255", Frame.IPv4(Frame.Icmp(255), 1));
        yield return new("ICMP type 99 to the subnet's broadcast", Frame.IPv4(Frame.Icmp(99), 1, destination: "10.0.0.255", to: Frame.Broadcast));
        yield return new("ICMP echo reply to the subnet's broadcast", Frame.IPv4(Frame.Icmp(0), 1, destination: "10.0.0.255", to: Frame.Broadcast));
        yield return new("ICMP destination unreachable to the subnet's broadcast", Frame.IPv4(Error(3, 3), 1, destination: "10.0.0.255", to: Frame.Broadcast));
        yield return new("ICMP seven bytes", Frame.IPv4(Frame.Icmp(8).AsSpan(0, 7), 1));
        yield return new("ICMP four bytes", Frame.IPv4([8, 0, 0xf7, 0xff], 1));
        yield return new("ICMP no byte", Frame.IPv4([], 1));
        yield return new("ICMP router advertisement to all hosts", Frame.IPv4(Frame.Icmp(9), 1, destination: "224.0.0.1", to: Frame.GroupMac("224.0.0.1")));
    }

    private static IEnumerable<FrameCase> Errors()
    {
        yield return new("ICMP unreachable about protocol 255", Frame.IPv4(Frame.Icmp(3, 2, data: Frame.Quote(Frame.IPv4(new byte[8], 255, "10.0.0.1", "10.0.0.2"))), 1));
        for (byte code = 0; code < 17; code++)
        {
            yield return new($"ICMP destination unreachable code {code} for a connected socket", Frame.IPv4(Error(3, code), 1));
        }

        yield return new("ICMP fragmentation needed, MTU 1000", Frame.IPv4(Error(3, 4, rest: 1000), 1));
        yield return new("ICMP fragmentation needed, MTU 0", Frame.IPv4(Error(3, 4, rest: 0), 1));
        yield return new("ICMP fragmentation needed, MTU 68", Frame.IPv4(Error(3, 4, rest: 68), 1));
        yield return new("ICMP destination unreachable for no socket", Frame.IPv4(Error(3, 3, Quoted(7777, 4000)), 1));
        yield return new("ICMP destination unreachable for a wildcard socket", Frame.IPv4(Error(3, 3, Quoted(53, 4000)), 1));
        yield return new("ICMP destination unreachable, quoted TCP of no connection", Frame.IPv4(Error(3, 3, QuotedTcp(4000)), 1));
        yield return new("ICMP destination unreachable, quoted TCP of a listener", Frame.IPv4(Error(3, 3, QuotedTcp(80)), 1));
        yield return new("ICMP destination unreachable, quoted packet of another host", Frame.IPv4(Error(3, 3, Frame.Quote(UdpCases.Udp(53, source: "10.0.0.9", destination: "10.0.0.2"))), 1));
        yield return new("ICMP destination unreachable, quoted header only", Frame.IPv4(Error(3, 3, Quoted(6000, 4000)[..20]), 1));
        yield return new("ICMP destination unreachable, quoted half a header", Frame.IPv4(Error(3, 3, Quoted(6000, 4000)[..12]), 1));
        yield return new("ICMP destination unreachable, quoted header length 3", Frame.IPv4(Error(3, 3, Spoil(Quoted(6000, 4000), 0, 0x43)), 1));
        yield return new("ICMP destination unreachable, quoted header longer than quoted", Frame.IPv4(Error(3, 3, Spoil(Quoted(6000, 4000), 0, 0x4f)), 1));
        yield return new("ICMP destination unreachable, quoted header and four bytes", Frame.IPv4(Error(3, 3, Quoted(6000, 4000)[..24]), 1));
        yield return new("ICMP destination unreachable, quoted protocol unknown", Frame.IPv4(Error(3, 2, Spoil(Quoted(6000, 4000), 9, 253)), 1));
        yield return new("ICMP destination unreachable, quoted fragment", Frame.IPv4(Error(3, 3, Spoil(Quoted(6000, 4000), 7, 5)), 1));
        yield return new("ICMP destination unreachable about an ICMP error", Frame.IPv4(Error(3, 1, Frame.Quote(Frame.IPv4(Error(3, 3), 1, "10.0.0.1", "10.0.0.2"))), 1));
        yield return new("ICMP destination unreachable about an ICMP echo", Frame.IPv4(Error(3, 1, Frame.Quote(Frame.IPv4(Frame.Icmp(8), 1, "10.0.0.1", "10.0.0.2"))), 1));
        yield return new("ICMP destination unreachable quoting a broadcast", Frame.IPv4(Error(3, 3, Frame.Quote(UdpCases.Udp(4000, 6000, source: "10.0.0.1", destination: "10.0.0.255"))), 1));
        yield return new("ICMP destination unreachable, bad checksum", Frame.IPv4(Frame.Icmp(3, 3, data: Quoted(6000, 4000), checksum: 1), 1));
        yield return new("ICMP source quench for a connected socket", Frame.IPv4(Error(4, 0), 1));
        yield return new("ICMP time exceeded for a connected socket", Frame.IPv4(Error(11, 0), 1));
        yield return new("ICMP reassembly time exceeded for a connected socket", Frame.IPv4(Error(11, 1), 1));
        yield return new("ICMP time exceeded, code 7", Frame.IPv4(Error(11, 7), 1));
        yield return new("ICMP parameter problem for a connected socket", Frame.IPv4(Error(12, 0), 1));
        yield return new("ICMP redirect to a host of the subnet", Frame.IPv4(Error(5, 1, rest: 0x0a000005), 1));
        yield return new("ICMP redirect to a host off the subnet", Frame.IPv4(Error(5, 1, rest: 0xc0000205), 1));
        yield return new("ICMP redirect, code 9", Frame.IPv4(Error(5, 9, rest: 0x0a000005), 1));
        yield return new("ICMP redirect, nothing quoted", Frame.IPv4(Frame.Icmp(5, 1, rest: 0x0a000005), 1));
    }

    /// <summary>An ICMP error about a datagram from our connected socket (10.0.0.1:6000 to 10.0.0.2:4000), unless another is quoted.</summary>
    private static byte[] Error(byte type, byte code, byte[]? quoted = null, uint rest = 0) => Frame.Icmp(type, code, rest, quoted ?? Quoted(6000, 4000));

    private static byte[] Quoted(ushort ourPort, ushort theirPort)
        => Frame.Quote(UdpCases.Udp(theirPort, ourPort, source: "10.0.0.1", destination: "10.0.0.2"));

    private static byte[] QuotedTcp(ushort ourPort)
        => Frame.Quote(Frame.IPv4(Frame.Tcp(9, ourPort, source: "10.0.0.1", destination: "10.0.0.2"), 6, "10.0.0.1", "10.0.0.2"), 28);

    private static byte[] Spoil(byte[] quoted, int index, byte value)
    {
        quoted[index] = value;
        return quoted;
    }
}
