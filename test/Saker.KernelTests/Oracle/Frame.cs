using System.Buffers.Binary;
using System.Net;

namespace Saker.KernelTests.Oracle;

/// <summary>
/// Builds frames byte by byte, right or wrong on purpose. Has nothing in common with the product's own parsers and emitters, which are judged by what
/// comes of these frames. The defaults are a good frame from the sender (10.0.0.2, 02:…:02) to the target (10.0.0.1, 02:…:01).
/// </summary>
internal static class Frame
{
    public const string Target = "02:00:00:00:00:01";
    public const string Sender = "02:00:00:00:00:02";
    public const string Broadcast = "ff:ff:ff:ff:ff:ff";

    public static byte[] Ethernet(ReadOnlySpan<byte> payload, ushort type = 0x0800, string to = Target, string from = Sender)
    {
        var frame = new byte[14 + payload.Length];
        Mac(to).CopyTo(frame, 0);
        Mac(from).CopyTo(frame, 6);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), type);
        payload.CopyTo(frame.AsSpan(14));
        return frame;
    }

    /// <summary>An IPv4 packet in an Ethernet frame; what is null is computed.</summary>
    public static byte[] IPv4(
        ReadOnlySpan<byte> payload,
        byte protocol,
        string source = "10.0.0.2",
        string destination = "10.0.0.1",
        string to = Target,
        string from = Sender,
        byte version = 4,
        int? headerWords = null,
        byte tos = 0,
        int? totalLength = null,
        ushort id = 0x1234,
        int fragmentOffset = 0,
        bool moreFragments = false,
        bool dontFragment = false,
        bool reservedFlag = false,
        byte ttl = 64,
        ushort? checksum = null,
        byte[]? options = null,
        int padding = 0)
    {
        options ??= [];
        var headerLength = 20 + options.Length;
        var packet = new byte[headerLength + payload.Length + padding];
        packet[0] = (byte)((version << 4) | (headerWords ?? headerLength / 4));
        packet[1] = tos;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)(totalLength ?? headerLength + payload.Length));
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), id);
        var flags = (reservedFlag ? 0x8000 : 0) | (dontFragment ? 0x4000 : 0) | (moreFragments ? 0x2000 : 0);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(6), (ushort)(flags | (fragmentOffset / 8)));
        packet[8] = ttl;
        packet[9] = protocol;
        IPAddress.Parse(source).TryWriteBytes(packet.AsSpan(12), out _);
        IPAddress.Parse(destination).TryWriteBytes(packet.AsSpan(16), out _);
        options.CopyTo(packet, 20);
        payload.CopyTo(packet.AsSpan(headerLength));
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(10), checksum ?? Checksum(packet.AsSpan(0, headerLength)));
        return Ethernet(packet, to: to, from: from);
    }

    /// <summary>A UDP datagram; the checksum covers the pseudo header of the addresses given.</summary>
    public static byte[] Udp(
        ushort destinationPort = 53,
        ushort sourcePort = 4000,
        int payloadLength = 12,
        string source = "10.0.0.2",
        string destination = "10.0.0.1",
        int? length = null,
        ushort? checksum = null,
        byte protocol = 17,
        int? coverage = null)
    {
        var datagram = new byte[8 + payloadLength];
        BinaryPrimitives.WriteUInt16BigEndian(datagram, sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(2), destinationPort);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(4), (ushort)(length ?? coverage ?? datagram.Length));
        for (var i = 0; i < payloadLength; i++)
        {
            datagram[8 + i] = (byte)('a' + (i % 26));
        }

        var covered = Math.Clamp(coverage is null or 0 ? datagram.Length : coverage.Value, 8, datagram.Length);
        var sum = checksum ?? TransportChecksum(datagram.AsSpan(0, covered), protocol, source, destination, datagram.Length);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(6), sum == 0 && checksum is null ? (ushort)0xffff : sum);
        return datagram;
    }

    public static byte[] Tcp(
        ushort destinationPort = 80,
        ushort sourcePort = 4000,
        byte flags = 2,
        uint sequence = 1000,
        uint acknowledgement = 0,
        int payloadLength = 0,
        byte[]? options = null,
        int? headerWords = null,
        ushort? checksum = null,
        ushort window = 65535,
        string source = "10.0.0.2",
        string destination = "10.0.0.1")
    {
        options ??= [];
        var headerLength = 20 + options.Length;
        var segment = new byte[headerLength + payloadLength];
        BinaryPrimitives.WriteUInt16BigEndian(segment, sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), destinationPort);
        BinaryPrimitives.WriteUInt32BigEndian(segment.AsSpan(4), sequence);
        BinaryPrimitives.WriteUInt32BigEndian(segment.AsSpan(8), acknowledgement);
        segment[12] = (byte)((headerWords ?? headerLength / 4) << 4);
        segment[13] = flags;
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(14), window);
        options.CopyTo(segment, 20);
        segment.AsSpan(headerLength).Fill((byte)'x');
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(16), checksum ?? TransportChecksum(segment, 6, source, destination, segment.Length));
        return segment;
    }

    /// <summary>An ICMP message: type, code, the four bytes that differ by type, and the rest. IGMP has the same shape and checksum.</summary>
    public static byte[] Icmp(byte type, byte code = 0, uint rest = 0, byte[]? data = null, ushort? checksum = null)
    {
        data ??= [];
        var message = new byte[8 + data.Length];
        message[0] = type;
        message[1] = code;
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), rest);
        data.CopyTo(message, 8);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), checksum ?? Checksum(message));
        return message;
    }

    /// <summary>What an ICMP error quotes of a packet: the packet of a frame from its IPv4 header on.</summary>
    public static byte[] Quote(byte[] frame, int? length = null) => frame[14..(length is { } bytes ? 14 + bytes : frame.Length)];

    public static byte[] Arp(
        ushort operation = 1,
        string senderMac = Sender,
        string senderAddress = "10.0.0.2",
        string targetMac = "00:00:00:00:00:00",
        string targetAddress = "10.0.0.1",
        ushort hardwareType = 1,
        ushort protocolType = 0x0800,
        byte hardwareLength = 6,
        byte protocolLength = 4)
    {
        var message = new byte[28];
        BinaryPrimitives.WriteUInt16BigEndian(message, hardwareType);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), protocolType);
        message[4] = hardwareLength;
        message[5] = protocolLength;
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(6), operation);
        Mac(senderMac).CopyTo(message, 8);
        IPAddress.Parse(senderAddress).TryWriteBytes(message.AsSpan(14), out _);
        Mac(targetMac).CopyTo(message, 18);
        IPAddress.Parse(targetAddress).TryWriteBytes(message.AsSpan(24), out _);
        return message;
    }

    /// <summary>The link-layer address of an IPv4 group.</summary>
    public static string GroupMac(string group)
    {
        var bytes = IPAddress.Parse(group).GetAddressBytes();
        return $"01:00:5e:{bytes[1] & 0x7f:x2}:{bytes[2]:x2}:{bytes[3]:x2}";
    }

    public static ushort Checksum(ReadOnlySpan<byte> data, uint initial = 0)
    {
        var sum = initial;
        for (var i = 0; i < data.Length; i++)
        {
            sum += (i & 1) == 0 ? (uint)data[i] << 8 : data[i];
        }

        while (sum >> 16 != 0)
        {
            sum = (sum & 0xffff) + (sum >> 16);
        }

        return (ushort)~sum;
    }

    private static ushort TransportChecksum(ReadOnlySpan<byte> covered, byte protocol, string source, string destination, int length)
    {
        Span<byte> pseudo = stackalloc byte[12];
        IPAddress.Parse(source).TryWriteBytes(pseudo, out _);
        IPAddress.Parse(destination).TryWriteBytes(pseudo[4..], out _);
        pseudo[8] = 0;
        pseudo[9] = protocol;
        BinaryPrimitives.WriteUInt16BigEndian(pseudo[10..], (ushort)length);
        return Checksum(covered, (ushort)~Checksum(pseudo));
    }

    private static byte[] Mac(string text) => Convert.FromHexString(text.Replace(":", "", StringComparison.Ordinal));
}
