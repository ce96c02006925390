using System.Buffers.Binary;
using Saker.Bpf;
using Saker.Kernel.Packets;
using Saker.Tests.Bpf.Programs;

namespace Saker.KernelTests.Bpf.Helpers;

/// <summary>A frame of TCP or UDP, and what who sends it says of it.</summary>
/// <param name="Version">Of IP.</param>
/// <param name="Protocol">Of transport.</param>
/// <param name="Payload">Bytes behind the transport's header.</param>
/// <param name="IsPartial">Whether its checksum is still to be filled in.</param>
/// <param name="SegmentSize">The payload of each of the segments that it stands for; 0: it stands for itself.</param>
internal sealed record LiveFrame(int Version, byte Protocol, int Payload, bool IsPartial, ushort SegmentSize = 0)
{
    private const int Link = TrafficFrames.Link, UdpLength = 8, TcpLength = 20, UdpChecksum = 6, TcpChecksum = 16;
    private const int Page = 4096;

    private int TransportOffset => Link + (Version == 4 ? 20 : 40);

    private int HeaderLength => TransportOffset + (Protocol == TrafficFrames.Udp ? UdpLength : TcpLength);

    private int ChecksumPlace => Protocol == TrafficFrames.Udp ? UdpChecksum : TcpChecksum;

    /// <summary>What a packet socket is given: the header of offloads, and the frame.</summary>
    public byte[] ToBytes()
    {
        byte[] offload = new byte[PacketSocket.OffloadHeaderLength];
        offload[0] = IsPartial ? (byte)1 : (byte)0;
        offload[1] = SegmentSize == 0 ? (byte)0 : Protocol == TrafficFrames.Udp ? OffloadHeader.Udp : Version == 4 ? OffloadHeader.TcpIPv4 : OffloadHeader.TcpIPv6;
        BinaryPrimitives.WriteUInt16LittleEndian(offload.AsSpan(2), (ushort)HeaderLength);
        BinaryPrimitives.WriteUInt16LittleEndian(offload.AsSpan(4), SegmentSize);
        BinaryPrimitives.WriteUInt16LittleEndian(offload.AsSpan(6), IsPartial ? (ushort)TransportOffset : (ushort)0);
        BinaryPrimitives.WriteUInt16LittleEndian(offload.AsSpan(8), IsPartial ? (ushort)ChecksumPlace : (ushort)0);
        return [.. offload, .. Frame()];
    }

    /// <summary>The same here: of what does not fit into a page, only the headers lie in one piece.</summary>
    public SkbContext ToContext()
    {
        const uint SegmentsOfUdp = 1 << 17;
        byte[] frame = Frame();
        SkbContext context = new();
        context.Load(frame);
        context.ChecksumState = IsPartial ? SkbChecksum.Partial : SkbChecksum.None;
        context.TransportOffset = TransportOffset;
        context.ChecksumOffset = IsPartial ? TransportOffset + ChecksumPlace : 0;
        context.SegmentSize = SegmentSize;
        context.SegmentType = SegmentSize == 0 ? 0 : Protocol == TrafficFrames.Udp ? SegmentsOfUdp : Version == 4 ? SkbContext.SegmentsOfTcp4 : SkbContext.SegmentsOfTcp6;
        context.LinearLength = frame.Length < Page ? frame.Length : HeaderLength;
        return context;
    }

    private byte[] Frame()
    {
        byte[] data = [.. Enumerable.Range(0, Payload).Select(i => (byte)(i * 7))];
        byte[] transport = Protocol == TrafficFrames.Udp ? TrafficFrames.Datagram(1000, 2000, data) : TrafficFrames.TcpSegment(1000, 2000, 16, data: data);
        return Version == 4
            ? TrafficFrames.Ethernet(TrafficFrames.TypeIPv4, TrafficFrames.IPv4("10.0.0.1", "10.0.0.2", Protocol, transport))
            : TrafficFrames.Ethernet(TrafficFrames.TypeIPv6, TrafficFrames.IPv6("2001:db8::1", "2001:db8::2", Protocol, transport));
    }
}
