using System.Buffers.Binary;
using Saker.Wire;

namespace Saker.Benchmarks;

/// <summary>Frames for measurements, with right checksums.</summary>
internal static class Frames
{
    public static readonly MacAddress HostMac = MacAddress.Parse("02:00:00:00:00:01");
    public static readonly MacAddress PeerMac = MacAddress.Parse("02:00:00:00:00:02");
    public static readonly IPv4Address Host = new(192, 0, 2, 1);
    public static readonly IPv4Address Peer = new(192, 0, 2, 2);

    public static byte[] Udp(int length, ushort sourcePort, ushort destinationPort, ushort identification = 1)
    {
        int datagram = length - EthernetView.FixedLength - IPv4View.FixedLength;
        byte[] frame = IPv4(length, IPProtocol.Udp, identification);
        Span<byte> bytes = frame.AsSpan(EthernetView.FixedLength + IPv4View.FixedLength);
        new UdpHeader { SourcePort = sourcePort, DestinationPort = destinationPort, DatagramLength = (ushort)datagram }.Emit(bytes);
        Fill(bytes[UdpView.FixedLength..]);
        uint pseudo = InternetChecksum.PseudoHeader(Peer, Host, IPProtocol.Udp, datagram);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], InternetChecksum.CompleteNonZero(InternetChecksum.Sum(bytes, pseudo)));
        return frame;
    }

    public static byte[] Tcp(int length, ushort sourcePort, ushort destinationPort, uint sequence)
    {
        int segment = length - EthernetView.FixedLength - IPv4View.FixedLength;
        byte[] frame = IPv4(length, IPProtocol.Tcp, (ushort)sequence);
        Span<byte> bytes = frame.AsSpan(EthernetView.FixedLength + IPv4View.FixedLength);
        Fill(bytes[20..]);
        BinaryPrimitives.WriteUInt16BigEndian(bytes, sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], destinationPort);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], sequence);
        bytes[12] = 5 << 4;
        bytes[13] = 0x18;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[14..], 64240);
        uint pseudo = InternetChecksum.PseudoHeader(Peer, Host, IPProtocol.Tcp, segment);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[16..], InternetChecksum.Complete(InternetChecksum.Sum(bytes, pseudo)));
        return frame;
    }

    public static byte[] Echo(int length, ushort sequence)
    {
        byte[] frame = IPv4(length, IPProtocol.IcmpV4, sequence);
        Span<byte> bytes = frame.AsSpan(EthernetView.FixedLength + IPv4View.FixedLength);
        Fill(bytes[8..]);
        bytes[0] = 8;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], sequence);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], InternetChecksum.Compute(bytes));
        return frame;
    }

    /// <summary>The frame that goes the other way: to change both ends' places changes no checksum.</summary>
    public static byte[] Answer(byte[] frame)
    {
        Swap(frame.AsSpan(0, 6), frame.AsSpan(6, 6));
        Swap(frame.AsSpan(26, 4), frame.AsSpan(30, 4));
        Swap(frame.AsSpan(34, 2), frame.AsSpan(36, 2));
        return frame;
    }

    /// <summary>Who has the host's address?</summary>
    public static byte[] ArpRequest()
    {
        byte[] frame = new byte[60];
        new EthernetHeader { Destination = MacAddress.Broadcast, Source = PeerMac, Type = EtherType.Arp }.Emit(frame);
        Span<byte> bytes = frame.AsSpan(EthernetView.FixedLength);
        ReadOnlySpan<byte> fixedPart = [0, 1, 8, 0, 6, 4, 0, 1];
        fixedPart.CopyTo(bytes);
        frame.AsSpan(6, 6).CopyTo(bytes[8..]);
        Peer.WriteTo(bytes[14..]);
        Host.WriteTo(bytes[24..]);
        return frame;
    }

    private static byte[] IPv4(int length, IPProtocol protocol, ushort identification)
    {
        byte[] frame = new byte[length];
        new EthernetHeader { Destination = HostMac, Source = PeerMac, Type = EtherType.IPv4 }.Emit(frame);
        Span<byte> ip = frame.AsSpan(EthernetView.FixedLength);
        new IPv4Header
        {
            TotalLength = (ushort)ip.Length,
            Identification = identification,
            Flags = IPv4Flags.DontFragment,
            TimeToLive = 64,
            Protocol = protocol,
            Source = Peer,
            Destination = Host,
        }.Emit(ip);
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], InternetChecksum.Compute(ip[..IPv4View.FixedLength]));
        return frame;
    }

    private static void Swap(Span<byte> first, Span<byte> second)
    {
        Span<byte> kept = stackalloc byte[first.Length];
        first.CopyTo(kept);
        second.CopyTo(first);
        kept.CopyTo(second);
    }

    private static void Fill(Span<byte> payload)
    {
        for (int i = 0; i < payload.Length; i++)
        {
            payload[i] = (byte)(i * 7);
        }
    }
}
