using Saker.Kernel.Packets;
using Saker.Packets;
using Saker.Stack.Driver.Links;

namespace Saker.Host.Links.Kernel;

/// <summary>Says in the driver's terms what the kernel has left to hardware.</summary>
internal static class OffloadedFrame
{
    /// <summary>What is known of a frame by the header in front of it.</summary>
    public static LinkFrame Describe(in OffloadHeader header) => new()
    {
        Checksum = header.NeedsChecksum ? ChecksumState.Partial : header.IsVerified ? ChecksumState.Unnecessary : ChecksumState.None,
        SegmentKind = KindOf(header.SegmentKind),
        SegmentSize = header.SegmentSize,
    };

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
