using Saker.Kernel.Packets;
using Saker.Packets;
using Saker.Stack.Driver.Links;

namespace Saker.Host.Links.Kernel;

/// <summary>Says in the driver's terms what the kernel has left to hardware, and in the kernel's what the stack leaves to it.</summary>
internal static class OffloadedFrame
{
    /// <summary>What is known of a frame by the header in front of it.</summary>
    public static LinkFrame Describe(in OffloadHeader header) => new()
    {
        Checksum = header.NeedsChecksum ? ChecksumState.Partial : header.IsVerified ? ChecksumState.Unnecessary : ChecksumState.None,
        SegmentKind = KindOf(header.SegmentKind),
        SegmentSize = header.SegmentSize,
    };

    /// <summary>The header in front of a frame that is sent.</summary>
    public static OffloadHeader HeaderOf(PacketBuffer frame) => !LinkOffload.TryFind(frame, out LinkOffload left) ? default : new OffloadHeader(
        NeedsChecksum: true,
        left.SegmentKind == GsoType.None ? (byte)0 : KindOf(left.SegmentKind),
        (ushort)left.SegmentSize)
    {
        HeaderLength = left.SegmentKind == GsoType.None ? (ushort)0 : (ushort)left.HeaderLength,
        ChecksumStart = (ushort)left.ChecksumStart,
        ChecksumOffset = (ushort)left.ChecksumOffset,
    };

    private static byte KindOf(GsoType type) => (byte)(
        ((type & GsoType.TcpIPv6) != GsoType.None ? OffloadHeader.TcpIPv6 : OffloadHeader.TcpIPv4) | ((type & GsoType.TcpEcn) != GsoType.None ? OffloadHeader.Ecn : 0));

    private static GsoType KindOf(byte kind)
    {
        GsoType type = (kind & ~OffloadHeader.Ecn) switch
        {
            OffloadHeader.TcpIPv4 => GsoType.TcpIPv4,
            OffloadHeader.TcpIPv6 => GsoType.TcpIPv6,
            OffloadHeader.Udp => GsoType.UdpSegments,
            _ => GsoType.None,
        };
        return type == GsoType.None || (kind & OffloadHeader.Ecn) == 0 ? type : type | GsoType.TcpEcn;
    }
}
