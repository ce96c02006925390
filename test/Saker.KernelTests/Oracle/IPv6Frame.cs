using System.Buffers.Binary;
using System.Net;

namespace Saker.KernelTests.Oracle;

/// <summary>
/// Builds frames of IPv6 byte by byte, right or wrong on purpose, as <see cref="Frame"/> does those of IPv4. The defaults are a good frame from the sender (fd00::2, 02:…:02) to
/// the target (fd00::1, 02:…:01).
/// </summary>
internal static class IPv6Frame
{
    public const string Target = "fd00::1";
    public const string Sender = "fd00::2";
    public const string TargetOnLink = "fe80::ff:fe00:1";
    public const byte IcmpV6 = 58, Udp = 17, DestinationOptions = 60, Routing = 43, Fragment = 44, NoNext = 59;

    /// <summary>A packet in an Ethernet frame; what is null is computed.</summary>
    public static byte[] Packet(
        ReadOnlySpan<byte> payload,
        byte next = IcmpV6,
        string source = Sender,
        string destination = Target,
        string? to = null,
        byte version = 6,
        byte trafficClass = 0,
        uint flowLabel = 0,
        int? payloadLength = null,
        byte hopLimit = 64,
        int padding = 0)
    {
        var packet = new byte[40 + payload.Length + padding];
        BinaryPrimitives.WriteUInt32BigEndian(packet, ((uint)version << 28) | ((uint)trafficClass << 20) | flowLabel);
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), (ushort)(payloadLength ?? payload.Length));
        packet[6] = next;
        packet[7] = hopLimit;
        IPAddress.Parse(source).TryWriteBytes(packet.AsSpan(8), out _);
        IPAddress.Parse(destination).TryWriteBytes(packet.AsSpan(24), out _);
        payload.CopyTo(packet.AsSpan(40));
        return Frame.Ethernet(packet, 0x86dd, to ?? MacOf(destination));
    }

    /// <summary>An ICMPv6 message in a packet.</summary>
    public static byte[] Icmp(
        byte type,
        byte code = 0,
        uint rest = 0,
        byte[]? data = null,
        ushort? checksum = null,
        string source = Sender,
        string destination = Target,
        string? to = null,
        byte hopLimit = 64,
        byte trafficClass = 0,
        uint flowLabel = 0) =>
        Packet(Message(type, code, rest, data, checksum, source, destination), source: source, destination: destination, to: to, hopLimit: hopLimit, trafficClass: trafficClass, flowLabel: flowLabel);

    /// <summary>An ICMPv6 message.</summary>
    public static byte[] Message(byte type, byte code = 0, uint rest = 0, byte[]? data = null, ushort? checksum = null, string source = Sender, string destination = Target)
    {
        data ??= [];
        var message = new byte[8 + data.Length];
        message[0] = type;
        message[1] = code;
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), rest);
        data.CopyTo(message, 8);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), checksum ?? Checksum(message, IcmpV6, source, destination));
        return message;
    }

    /// <summary>An echo request.</summary>
    public static byte[] Echo(int length = 8, string source = Sender, string destination = Target) =>
        Message(128, rest: 0x1234_0001, data: [.. Enumerable.Range(0, length).Select(i => (byte)i)], source: source, destination: destination);

    /// <summary>A message of neighbour discovery about a target.</summary>
    public static byte[] Discovery(
        byte type,
        string target = Target,
        string source = Sender,
        string? destination = null,
        byte[]? options = null,
        uint flags = 0,
        byte code = 0,
        byte hopLimit = 255,
        ushort? checksum = null)
    {
        destination ??= SolicitedNode(target);
        byte[] data = [.. IPAddress.Parse(target).GetAddressBytes(), .. options ?? []];
        return Icmp(type, code, flags, data, checksum, source, destination, hopLimit: hopLimit);
    }

    /// <summary>A link-layer address option.</summary>
    public static byte[] LinkAddress(byte type, string address = Frame.Sender) => [type, 1, .. Convert.FromHexString(address.Replace(":", "", StringComparison.Ordinal))];

    /// <summary>A UDP datagram; the checksum covers the pseudo header of the addresses given.</summary>
    public static byte[] Datagram(
        ushort port = 53,
        int payloadLength = 12,
        string source = Sender,
        string destination = Target,
        int? length = null,
        ushort? checksum = null,
        byte protocol = Udp,
        ushort sourcePort = 4000)
    {
        var datagram = new byte[8 + payloadLength];
        BinaryPrimitives.WriteUInt16BigEndian(datagram, sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(2), port);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(4), (ushort)(length ?? datagram.Length));
        datagram.AsSpan(8).Fill((byte)'x');
        var sum = checksum ?? Checksum(datagram, protocol, source, destination);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(6), sum == 0 && checksum is null ? (ushort)0xffff : sum);
        return datagram;
    }

    /// <summary>An extension header of options: next header, length, options, and padding to eight bytes where that is wanted.</summary>
    public static byte[] Options(byte next, params byte[] options)
    {
        var length = (options.Length + 2 + 7) & ~7;
        var missing = length - options.Length - 2;
        byte[] padding = missing == 0 ? [] : missing == 1 ? [0] : [1, (byte)(missing - 2), .. new byte[missing - 2]];
        return [next, (byte)((length / 8) - 1), .. options, .. padding];
    }

    /// <summary>A routing header.</summary>
    public static byte[] RoutingHeader(byte next, byte type, byte segmentsLeft, params byte[] rest) => [next, (byte)((rest.Length + 4) / 8 - 1), type, segmentsLeft, .. rest];

    /// <summary>A fragment header.</summary>
    public static byte[] FragmentHeader(byte next, int offset = 0, bool more = false, uint id = 7) =>
        [next, 0, (byte)(offset >> 8), (byte)((offset & 0xf8) | (more ? 1 : 0)), (byte)(id >> 24), (byte)(id >> 16), (byte)(id >> 8), (byte)id];

    /// <summary>The group in which solicitations for an address are sent.</summary>
    public static string SolicitedNode(string address)
    {
        var bytes = IPAddress.Parse(address).GetAddressBytes();
        return $"ff02::1:ff{bytes[13]:x2}:{bytes[14]:x2}{bytes[15]:x2}";
    }

    private static string MacOf(string destination)
    {
        var bytes = IPAddress.Parse(destination).GetAddressBytes();
        return bytes[0] == 0xff ? $"33:33:{bytes[12]:x2}:{bytes[13]:x2}:{bytes[14]:x2}:{bytes[15]:x2}" : Frame.Target;
    }

    private static ushort Checksum(ReadOnlySpan<byte> covered, byte protocol, string source, string destination)
    {
        Span<byte> pseudo = stackalloc byte[40];
        pseudo.Clear();
        IPAddress.Parse(source).TryWriteBytes(pseudo, out _);
        IPAddress.Parse(destination).TryWriteBytes(pseudo[16..], out _);
        BinaryPrimitives.WriteUInt32BigEndian(pseudo[32..], (uint)covered.Length);
        pseudo[39] = protocol;
        return Frame.Checksum(covered, (ushort)~Frame.Checksum(pseudo));
    }
}
