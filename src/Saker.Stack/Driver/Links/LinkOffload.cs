using System.Buffers.Binary;
using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Gro;
using Saker.Wire;

namespace Saker.Stack.Driver.Links;

/// <summary>
/// What is left to do of a frame that was not finished: the checksum of TCP or UDP, of which only the pseudo header is summed, and the cutting of TCP segments that stand in one
/// frame. Offsets count from the link header. Only what every receiver of such frames does alike: no tags, no datagrams merged, no padding.
/// </summary>
/// <param name="ChecksumStart">Where the bytes begin that the checksum is over: the transport header.</param>
/// <param name="ChecksumOffset">Where the checksum stands, from there.</param>
/// <param name="HeaderLength">Bytes of all headers.</param>
/// <param name="SegmentKind">How the frame is to be cut; <see cref="GsoType.None"/>: it stands for itself.</param>
/// <param name="SegmentSize">Bytes of payload in each segment but the last.</param>
public readonly record struct LinkOffload(int ChecksumStart, int ChecksumOffset, int HeaderLength, GsoType SegmentKind, int SegmentSize)
{
    /// <summary>Says what is left to do of a frame, if somebody else can do it.</summary>
    /// <param name="frame">A frame, complete with its link header, whose network header is marked.</param>
    /// <param name="offload">What is left to do.</param>
    /// <returns>False if nothing is, or it must be done here.</returns>
    public static bool TryFind(PacketBuffer frame, out LinkOffload offload)
    {
        const int UdpOffset = 6, TcpOffset = 16;
        offload = default;
        if (frame.ChecksumState != ChecksumState.Partial || !SegmentLayout.TryRead(frame, out SegmentLayout layout) || layout.NetworkOffset != NetworkDevice.EthernetHeaderLength)
        {
            return false;
        }

        // Segments of IPv6 behind extension headers, and numbers of IPv4 that stay the same, cannot be told.
        GsoType kind = frame.IsMerged ? frame.GsoType : GsoType.None;
        GsoType whole = layout.IsIPv6 ? GsoType.TcpIPv6 : GsoType.TcpIPv4;
        bool canBeTold = kind == GsoType.None || ((kind & ~GsoType.TcpEcn) == whole && (!layout.IsIPv6 || layout.TransportOffset == layout.NetworkOffset + IPv6View.FixedLength));
        ReadOnlySpan<byte> bytes = frame.Linear;
        int field = layout.TransportOffset + (layout.Protocol == IPProtocol.Udp ? UdpOffset : TcpOffset);
        int length = frame.Length - layout.TransportOffset;
        if (!canBeTold
            || LengthBehind(bytes[layout.NetworkOffset..], layout) != length
            || BinaryPrimitives.ReadUInt16BigEndian(bytes[field..]) != InternetChecksum.Fold(GroChecksum.PseudoHeader(bytes[layout.NetworkOffset..], layout.IsIPv6, layout.Protocol, length)))
        {
            return false;
        }

        offload = new LinkOffload(layout.TransportOffset, field - layout.TransportOffset, layout.PayloadOffset, kind, frame.GsoSize);
        return true;
    }

    /// <summary>Bytes from the transport header on, as the network header says; -1: the packet is a fragment.</summary>
    private static int LengthBehind(ReadOnlySpan<byte> network, in SegmentLayout layout) =>
        layout.IsIPv6
            ? IPv6View.TryParse(network, out IPv6View ipv6) ? IPv6View.FixedLength + ipv6.PayloadLength - (layout.TransportOffset - layout.NetworkOffset) : -1
            : IPv4View.TryParse(network, out IPv4View ipv4) && !ipv4.IsFragment ? ipv4.TotalLength - ipv4.HeaderLength : -1;
}
