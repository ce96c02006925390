using static Saker.KernelTests.Oracle.IPv6Frame;

namespace Saker.KernelTests.Cases;

/// <summary>UDP over IPv6.</summary>
internal static class UdpIPv6Cases
{
    private const byte Lite = 136;

    public static IEnumerable<FrameCase> All()
    {
        yield return new("UDP6 to a socket", Of(Datagram()));
        yield return new("UDP6 to a socket on the address", Of(Datagram(5353)));
        yield return new("UDP6 to a socket on another address", Of(Datagram(5353, destination: TargetOnLink), TargetOnLink));
        yield return new("UDP6 to a socket of IPv4", Of(Datagram(54)));
        yield return new("UDP6 to a socket on another device", Of(Datagram(55)));
        yield return new("UDP6 to a connected socket", Of(Datagram(6000)));
        yield return new("UDP6 to a connected socket from another port", Of(Datagram(6000, sourcePort: 4001)));
        yield return new("UDP6 to no socket", Of(Datagram(9999)));
        yield return new("UDP6 to no socket, long", Of(Datagram(9999, 1400)));
        yield return new("UDP6 to port 0", Of(Datagram(0)));
        yield return new("UDP6 from port 0", Of(Datagram(sourcePort: 0)));
        yield return new("UDP6 to no socket from the link", Packet(Datagram(9999, source: "fe80::66", destination: TargetOnLink), Udp, "fe80::66", TargetOnLink));
        yield return new("UDP6 to no socket from nobody", Packet(Datagram(9999, source: "::"), Udp, "::"));
        yield return new("UDP6 to no socket from far away", Packet(Datagram(9999, source: "2001:db8::9"), Udp, "2001:db8::9"));
        foreach (var length in (int[])[0, 1, 68, 69, 100, 1400])
        {
            yield return new($"UDP6 of {length} bytes", Of(Datagram(payloadLength: length)));
            yield return new($"UDP6 of {length} bytes with a bad checksum", Of(Datagram(payloadLength: length, checksum: 0x1234)));
            yield return new($"UDP6 of {length} bytes without a checksum", Of(Datagram(payloadLength: length, checksum: 0)));
            yield return new($"UDP6 of {length} bytes with a bad checksum to no socket", Of(Datagram(9999, length, checksum: 0x1234)));
            yield return new($"UDP6 of {length} bytes without a checksum to no socket", Of(Datagram(9999, length, checksum: 0)));
        }

        foreach (var length in (int[])[0, 4, 7, 8, 19, 21, 65535])
        {
            yield return new($"UDP6 that says {length} bytes", Of(Datagram(length: length)));
            yield return new($"UDP6 that says {length} bytes, right but for that", Of(Cut(length)));
        }

        foreach (var length in (int[])[0, 4, 7])
        {
            yield return new($"UDP6 cut to {length} bytes", Of(Datagram().AsSpan(0, length)));
        }

        foreach (var group in (string[])["ff02::1", "ff02::fb", "ff02::99"])
        {
            yield return new($"UDP6 to {group}", Of(Datagram(destination: group), group));
            yield return new($"UDP6 to {group}, no socket", Of(Datagram(9999, destination: group), group));
            yield return new($"UDP6 to {group}, a bad checksum", Of(Datagram(destination: group, checksum: 0x1234), group));
            yield return new($"UDP6 to {group}, without a checksum", Of(Datagram(destination: group, checksum: 0), group));
        }

        yield return new("UDP6-Lite of whole coverage", Of(Datagram(protocol: Lite, length: 0), protocol: Lite));
        yield return new("UDP6-Lite of the length", Of(Datagram(protocol: Lite), protocol: Lite));
        yield return new("UDP6-Lite of coverage 7", Of(Datagram(protocol: Lite, length: 7), protocol: Lite));
        yield return new("UDP6-Lite beyond the packet", Of(Datagram(protocol: Lite, length: 21), protocol: Lite));
        yield return new("UDP6-Lite with a bad checksum", Of(Datagram(protocol: Lite, checksum: 0x1234), protocol: Lite));
        yield return new("UDP6-Lite without a checksum", Of(Datagram(protocol: Lite, checksum: 0), protocol: Lite));
        yield return new("UDP6-Lite to no socket", Of(Datagram(9999, protocol: Lite), protocol: Lite));
        yield return new("UDP6-Lite to a group, no socket", Of(Datagram(9999, protocol: Lite, destination: "ff02::1"), "ff02::1", Lite));
    }

    private static byte[] Of(ReadOnlySpan<byte> datagram, string destination = Target, byte protocol = Udp) => Packet(datagram, protocol, destination: destination);

    /// <summary>A datagram that says another length than the packet has, with a checksum that goes with what it says.</summary>
    private static byte[] Cut(int length)
    {
        var datagram = Datagram(payloadLength: Math.Clamp(length - 8, 0, 1000));
        byte[] longer = [.. datagram, .. new byte[20]];
        return longer[..20];
    }
}
