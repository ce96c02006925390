using System.Runtime.InteropServices;

namespace Saker.Kernel.Packets;

/// <summary>
/// What stands in front of a frame of a packet socket that shows offloads (<c>struct virtio_net_hdr</c>, <c>linux/virtio_net.h</c>): whether the frame
/// stands for several, and whether its checksum is still to be filled in. In the machine's byte order.
/// </summary>
/// <param name="NeedsChecksum">The transport checksum is to be filled in.</param>
/// <param name="SegmentKind">How the frame is to be cut; 0: it stands for itself.</param>
/// <param name="SegmentSize">Bytes of payload in each segment but the last.</param>
public readonly record struct OffloadHeader(bool NeedsChecksum, byte SegmentKind, ushort SegmentSize)
{
    /// <summary>A frame of TCP segments over IPv4.</summary>
    public const byte TcpIPv4 = 1;

    /// <summary>A frame of TCP segments over IPv6.</summary>
    public const byte TcpIPv6 = 4;

    /// <summary>A frame of UDP datagrams.</summary>
    public const byte Udp = 5;

    /// <summary>Set beside the others: the first segment bears CWR.</summary>
    public const byte Ecn = 0x80;

    /// <summary>Reads the header.</summary>
    /// <param name="bytes">At least <see cref="PacketSocket.OffloadHeaderLength"/> bytes.</param>
    public static OffloadHeader Read(ReadOnlySpan<byte> bytes) => new((bytes[0] & 1) != 0, bytes[1], MemoryMarshal.Read<ushort>(bytes[4..]));
}
