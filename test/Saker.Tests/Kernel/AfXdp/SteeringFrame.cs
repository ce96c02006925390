using System.Buffers.Binary;

namespace Saker.Tests.Kernel.AfXdp;

/// <summary>Frames for programs that steer, put together of their headers; none is longer than it must be.</summary>
internal static class SteeringFrame
{
    private const byte Tcp = 6, Udp = 17;

    /// <summary>A link header, with VLAN tags in front of the EtherType.</summary>
    public static byte[] Ethernet(ushort etherType, byte[] payload, params ushort[] tags)
    {
        byte[] frame = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, .. tags.SelectMany(tag => (byte[])[.. BigEndian(tag), 0, 7]), .. BigEndian(etherType), .. payload];
        return frame;
    }

    public static byte[] IPv4(byte protocol, byte[] payload, int options = 0, ushort fragment = 0)
    {
        int header = 20 + options;
        byte[] packet = [(byte)(0x40 | (header / 4)), 0, .. BigEndian((ushort)(header + payload.Length)), 0, 1, .. BigEndian(fragment), 64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, .. new byte[options], .. payload];
        return Ethernet(0x0800, packet);
    }

    /// <summary>A packet of IPv6, with extension headers between the fixed one and the payload.</summary>
    public static byte[] IPv6(byte protocol, byte[] payload, params byte[][] extensions)
    {
        byte[] chain = [.. extensions.SelectMany(extension => extension)];
        byte[] packet = [0x60, 0, 0, 0, .. BigEndian((ushort)(chain.Length + payload.Length)), protocol, 64, .. new byte[15], 1, .. new byte[15], 2, .. chain, .. payload];
        return Ethernet(0x86dd, packet);
    }

    /// <summary>An extension header that says by its second byte how many units of 8 bytes it has behind the first.</summary>
    public static byte[] Extension(byte next, int units = 0) => [next, (byte)units, .. new byte[6 + (units * 8)]];

    public static byte[] Authentication(byte next, int words = 4) => [next, (byte)words, .. new byte[(words * 4) + 6]];

    public static byte[] Fragment(byte next, ushort offsetAndMore) => [next, 0, .. BigEndian(offsetAndMore), 0, 0, 0, 1];

    public static byte[] UdpTo(ushort port, int data = 4) => [.. BigEndian(5000), .. BigEndian(port), .. BigEndian((ushort)(8 + data)), 0, 0, .. new byte[data]];

    public static byte[] TcpTo(ushort port) => [.. BigEndian(5000), .. BigEndian(port), .. new byte[8], 0x50, 0, .. new byte[6]];

    /// <summary>A datagram of IPv4 without anything special.</summary>
    public static byte[] Datagram(ushort port) => IPv4(Udp, UdpTo(port));

    public static byte[] Segment(ushort port) => IPv4(Tcp, TcpTo(port));

    /// <summary>A frame with one byte changed.</summary>
    public static byte[] With(byte[] frame, int offset, byte value)
    {
        frame[offset] = value;
        return frame;
    }

    /// <summary>A frame with VLAN tags.</summary>
    public static byte[] Tagged(byte[] frame, params ushort[] tags) => Ethernet((ushort)((frame[12] << 8) | frame[13]), frame[14..], tags);

    private static byte[] BigEndian(ushort number)
    {
        byte[] bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, number);
        return bytes;
    }
}
