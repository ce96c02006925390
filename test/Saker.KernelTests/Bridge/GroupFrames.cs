using System.Buffers.Binary;
using System.Net;

namespace Saker.KernelTests.Bridge;

/// <summary>Frames to groups, and messages about groups, right or wrong on purpose, built byte by byte.</summary>
internal static class GroupFrames
{
    /// <summary>An IPv4 packet to an address in a frame to that address' group.</summary>
    public static byte[] IPv4(string source, string destination, byte protocol, byte[] payload, ushort? headerChecksum = null, int? totalLength = null) => Oracle.Frame.IPv4(
        payload, protocol, source, destination, to: MacOf(destination), from: "02:00:00:00:0a:01", checksum: headerChecksum, totalLength: totalLength);

    /// <summary>An IGMP message of 8 bytes.</summary>
    public static byte[] Igmp(byte type, byte code, string group) => Checked([type, code, 0, 0, .. IPAddress.Parse(group).GetAddressBytes()]);

    /// <summary>An IGMPv3 query.</summary>
    public static byte[] IgmpV3Query(byte code, string group, params string[] sources) => Checked(
        [0x11, code, 0, 0, .. IPAddress.Parse(group).GetAddressBytes(), 2, 125, 0, (byte)sources.Length, .. sources.SelectMany(source => IPAddress.Parse(source).GetAddressBytes())]);

    /// <summary>An IGMPv3 or MLDv2 report with one record.</summary>
    public static byte[] Records(byte type, byte recordType, int count, string group, params string[] sources) =>
        [type, 0, 0, 0, 0, 0, 0, (byte)count, recordType, 0, 0, (byte)sources.Length, .. IPAddress.Parse(group).GetAddressBytes(), .. sources.SelectMany(source => IPAddress.Parse(source).GetAddressBytes())];

    /// <summary>An MLD message of version 1.</summary>
    public static byte[] Mld(byte type, ushort delay, string group) =>
        [type, 0, 0, 0, (byte)(delay >> 8), (byte)delay, 0, 0, .. IPAddress.Parse(group).GetAddressBytes()];

    /// <summary>An IPv6 packet with a router alert in front of an ICMPv6 message, whose checksum is filled in.</summary>
    public static byte[] IPv6(string source, string destination, byte[] message, bool hasRouterAlert = true, bool isChecksumWrong = false)
    {
        byte[] from = IPAddress.Parse(source).GetAddressBytes();
        byte[] to = IPAddress.Parse(destination).GetAddressBytes();
        byte[] pseudo = [.. from, .. to, 0, 0, (byte)(message.Length >> 8), (byte)message.Length, 0, 0, 0, 58, .. message];
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), (ushort)(ChecksumOf(pseudo) ^ (isChecksumWrong ? 0x55 : 0)));
        byte[] payload = hasRouterAlert ? [58, 0, 5, 2, 0, 0, 1, 0, .. message] : message;
        byte[] packet = [0x60, 0, 0, 0, (byte)(payload.Length >> 8), (byte)payload.Length, hasRouterAlert ? (byte)0 : (byte)58, 1, .. from, .. to, .. payload];
        return Oracle.Frame.Ethernet(packet, 0x86dd, MacOf(destination), "02:00:00:00:0a:01");
    }

    /// <summary>The same bytes with the Internet checksum at the third.</summary>
    public static byte[] Checked(byte[] bytes)
    {
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), ChecksumOf(bytes));
        return bytes;
    }

    private static string MacOf(string address)
    {
        byte[] bytes = IPAddress.Parse(address).GetAddressBytes();
        return bytes.Length == 4 ? $"01:00:5e:{bytes[1] & 0x7f:x2}:{bytes[2]:x2}:{bytes[3]:x2}" : $"33:33:{bytes[12]:x2}:{bytes[13]:x2}:{bytes[14]:x2}:{bytes[15]:x2}";
    }

    private static ushort ChecksumOf(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            sum += (uint)(bytes[i] << (i % 2 == 0 ? 8 : 0));
        }

        while (sum > ushort.MaxValue)
        {
            sum = (sum >> 16) + (sum & ushort.MaxValue);
        }

        return (ushort)~sum;
    }
}
