using System.Buffers.Binary;

namespace Saker.Tests.Bpf.Programs;

/// <summary>Frames layer by layer, with lengths and checksums filled in.</summary>
internal static class TrafficFrames
{
    public const byte Icmp = 1, InIPv4 = 4, Tcp = 6, Udp = 17, InIPv6 = 41, Gre = 47;
    public const ushort TypeIPv4 = 0x0800, TypeIPv6 = 0x86dd, TypeVlan = 0x8100, TypeServiceVlan = 0x88a8;

    /// <summary>Where the network header of a frame without VLAN tags begins.</summary>
    public const int Link = 14;

    private const int UdpChecksum = 6, TcpChecksum = 16;

    /// <summary>An Ethernet frame from 02:00:00:00:00:02, to 02:00:00:00:00:01 unless said otherwise.</summary>
    public static byte[] Ethernet(ushort type, byte[] payload, byte[]? destination = null) =>
        [.. destination ?? [2, 0, 0, 0, 0, 1], 2, 0, 0, 0, 0, 2, .. Raw.Network(type), .. payload];

    /// <summary>The same frame within a VLAN.</summary>
    public static byte[] Tagged(byte[] frame, ushort control, ushort protocol = TypeVlan) => [.. frame.AsSpan(0, 12), .. Raw.Network(protocol), .. Raw.Network(control), .. frame.AsSpan(12)];

    /// <summary>An IPv4 packet.</summary>
    public static byte[] IPv4(
        string source, string destination, byte protocol, byte[] payload, byte ttl = 64, byte service = 0, ushort id = 0, ushort fragment = 0, byte[]? options = null)
    {
        options ??= [];
        byte[] packet =
        [
            (byte)(0x45 + (options.Length / 4)), service, .. Raw.Network((ushort)(20 + options.Length + payload.Length)), .. Raw.Network(id), .. Raw.Network(fragment), ttl, protocol, 0, 0,
            .. Raw.Of(source, destination), .. options, .. payload,
        ];
        if ((fragment & 0x1fff) == 0)
        {
            FillTransport(packet, 20 + options.Length, protocol, Sum(packet.AsSpan(12, 8)));
        }

        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), Complement(Sum(packet.AsSpan(0, 20 + options.Length))));
        return packet;
    }

    /// <summary>An IPv6 packet; extension headers are in the payload, and their first is told.</summary>
    public static byte[] IPv6(string source, string destination, byte next, byte[] payload, byte hops = 64, byte trafficClass = 0)
    {
        byte[] packet =
        [
            .. Raw.Network(0x60000000u | ((uint)trafficClass << 20)), .. Raw.Network((ushort)payload.Length), next, hops, .. Raw.Of(source, destination), .. payload,
        ];
        FillTransport(packet, 40, next, Sum(packet.AsSpan(8, 32)));
        return packet;
    }

    /// <summary>A TCP segment, without a checksum.</summary>
    public static byte[] TcpSegment(ushort source, ushort destination, byte flags, uint sequence = 1, uint acknowledgment = 0, byte[]? options = null, byte[]? data = null)
    {
        options ??= [];
        return
        [
            .. Raw.Network(source), .. Raw.Network(destination), .. Raw.Network(sequence), .. Raw.Network(acknowledgment), (byte)((5 + (options.Length / 4)) << 4), flags, 0xfa, 0xf0, 0, 0, 0, 0,
            .. options, .. data ?? [],
        ];
    }

    /// <summary>A UDP datagram, without a checksum.</summary>
    public static byte[] Datagram(ushort source, ushort destination, byte[] data) =>
        [.. Raw.Network(source), .. Raw.Network(destination), .. Raw.Network((ushort)(8 + data.Length)), 0, 0, .. data];

    /// <summary>The sum of words in network order, not folded.</summary>
    public static ulong Sum(ReadOnlySpan<byte> bytes)
    {
        ulong sum = 0;
        for (int i = 0; i < bytes.Length; i += 2)
        {
            sum += (ulong)((bytes[i] << 8) | (i + 1 < bytes.Length ? bytes[i + 1] : 0));
        }

        return sum;
    }

    /// <summary>A sum in 16 bits.</summary>
    public static ushort Fold(ulong sum)
    {
        while (sum >> 16 != 0)
        {
            sum = (sum & 0xffff) + (sum >> 16);
        }

        return (ushort)sum;
    }

    /// <summary>The answer to a frame of IPv4: from whom it is for, to whom it is from, ports too. Checksums stay right.</summary>
    public static byte[] Answer(byte[] frame)
    {
        byte[] answer = [.. frame];
        frame.AsSpan(0, 6).CopyTo(answer.AsSpan(6));
        frame.AsSpan(6, 6).CopyTo(answer);
        if (frame.Length >= Link + 24 && BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(12)) == TypeIPv4)
        {
            frame.AsSpan(Link + 12, 4).CopyTo(answer.AsSpan(Link + 16));
            frame.AsSpan(Link + 16, 4).CopyTo(answer.AsSpan(Link + 12));
            int ports = Link + ((frame[Link] & 15) * 4);
            if (frame[Link + 9] is Tcp or Udp && ports + 4 <= frame.Length)
            {
                frame.AsSpan(ports, 2).CopyTo(answer.AsSpan(ports + 2));
                frame.AsSpan(ports + 2, 2).CopyTo(answer.AsSpan(ports));
            }
        }

        return answer;
    }

    private static ushort Complement(ulong sum) => (ushort)~Fold(sum);

    private static void FillTransport(byte[] packet, int offset, byte protocol, ulong addresses)
    {
        int place = protocol switch { Tcp => TcpChecksum, Udp => UdpChecksum, _ => -1 };
        if (place < 0 || offset + place + 2 > packet.Length)
        {
            return;
        }

        ReadOnlySpan<byte> transport = packet.AsSpan(offset);
        ushort sum = Complement(addresses + protocol + (ulong)transport.Length + Sum(transport));
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(offset + place), sum == 0 && protocol == Udp ? (ushort)0xffff : sum);
    }
}
