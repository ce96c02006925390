using System.Runtime.InteropServices;

namespace Saker.Kernel.Packets;

/// <summary>
/// What stands in front of a frame of a packet socket or a TAP device that shows offloads (<c>struct virtio_net_hdr</c>, <c>linux/virtio_net.h</c>): whether the frame
/// stands for several, and whether its checksum is still to be filled in. In the machine's byte order.
/// </summary>
/// <param name="NeedsChecksum">The transport checksum is to be filled in.</param>
/// <param name="SegmentKind">How the frame is to be cut; 0: it stands for itself.</param>
/// <param name="SegmentSize">Bytes of payload in each segment but the last.</param>
public readonly record struct OffloadHeader(bool NeedsChecksum, byte SegmentKind, ushort SegmentSize)
{
    /// <summary>Its bytes.</summary>
    public const int Length = 10;

    /// <summary>A frame of TCP segments over IPv4.</summary>
    public const byte TcpIPv4 = 1;

    /// <summary>A frame of TCP segments over IPv6.</summary>
    public const byte TcpIPv6 = 4;

    /// <summary>A frame of UDP datagrams.</summary>
    public const byte Udp = 5;

    /// <summary>Set beside the others: the first segment bears CWR.</summary>
    public const byte Ecn = 0x80;

    private const byte NeedsChecksumFlag = 1;
    private const byte VerifiedFlag = 2;

    /// <summary>The transport checksum was verified, or need not be.</summary>
    public bool IsVerified { get; init; }

    /// <summary>Bytes of the headers in front of the payload, where the frame stands for several; a hint.</summary>
    public ushort HeaderLength { get; init; }

    /// <summary>Where the bytes begin that the checksum is over, from the link header on.</summary>
    public ushort ChecksumStart { get; init; }

    /// <summary>Where the checksum goes, from there.</summary>
    public ushort ChecksumOffset { get; init; }

    /// <summary>Reads the header.</summary>
    /// <param name="bytes">At least <see cref="Length"/> bytes.</param>
    public static OffloadHeader Read(ReadOnlySpan<byte> bytes) =>
        new((bytes[0] & NeedsChecksumFlag) != 0, bytes[1], MemoryMarshal.Read<ushort>(bytes[4..]))
        {
            IsVerified = (bytes[0] & VerifiedFlag) != 0,
            HeaderLength = MemoryMarshal.Read<ushort>(bytes[2..]),
            ChecksumStart = MemoryMarshal.Read<ushort>(bytes[6..]),
            ChecksumOffset = MemoryMarshal.Read<ushort>(bytes[8..]),
        };

    /// <summary>Writes the header.</summary>
    /// <param name="bytes">At least <see cref="Length"/> bytes.</param>
    public void Write(Span<byte> bytes)
    {
        bytes[0] = (byte)((NeedsChecksum ? NeedsChecksumFlag : 0) | (IsVerified ? VerifiedFlag : 0));
        bytes[1] = SegmentKind;
        MemoryMarshal.Write(bytes[2..], HeaderLength);
        MemoryMarshal.Write(bytes[4..], SegmentSize);
        MemoryMarshal.Write(bytes[6..], ChecksumStart);
        MemoryMarshal.Write(bytes[8..], ChecksumOffset);
    }
}
