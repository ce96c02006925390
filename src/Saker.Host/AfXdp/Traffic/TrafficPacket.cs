using System.Buffers.Binary;
using Saker.Wire;

namespace Saker.Host.AfXdp;

/// <summary>The packet that is sent where only sending matters: a UDP datagram between addresses that are for examples, with right checksums.</summary>
public static class TrafficPacket
{
    private const ushort Port = 4242, Experimental = 0x88b5;
    private const byte UsualHops = 64;
    private const int Headers = EthernetView.FixedLength + IPv4View.FixedLength + UdpView.FixedLength;

    private static readonly IPv4Address From = new(198, 18, 0, 1), To = new(198, 18, 0, 2);

    /// <summary>The Ethernet address by which it is sent, if none is said.</summary>
    public static MacAddress UsualSource { get; } = MacAddress.Parse("02:00:00:00:00:01");

    /// <summary>Makes it.</summary>
    /// <param name="length">Its bytes, with the link header; what is too short for UDP over IPv4 has an EtherType for experiments.</param>
    /// <param name="destination">To which station.</param>
    /// <param name="source">By which address.</param>
    public static byte[] Make(int length, MacAddress destination, MacAddress source)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, EthernetView.FixedLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, ushort.MaxValue);
        byte[] packet = new byte[length];
        bool isDatagram = length >= Headers;
        new EthernetHeader { Destination = destination, Source = source, Type = isDatagram ? EtherType.IPv4 : (EtherType)Experimental }.Emit(packet);
        if (isDatagram)
        {
            int datagram = length - EthernetView.FixedLength - IPv4View.FixedLength;
            Span<byte> header = packet.AsSpan(EthernetView.FixedLength, IPv4View.FixedLength);
            new IPv4Header { TotalLength = (ushort)(IPv4View.FixedLength + datagram), TimeToLive = UsualHops, Protocol = IPProtocol.Udp, Source = From, Destination = To }.Emit(header);
            BinaryPrimitives.WriteUInt16BigEndian(header[10..], InternetChecksum.Compute(header));
            Span<byte> bytes = packet.AsSpan(EthernetView.FixedLength + IPv4View.FixedLength);
            new UdpHeader { SourcePort = Port, DestinationPort = Port, DatagramLength = (ushort)datagram }.Emit(bytes);
            uint pseudo = InternetChecksum.PseudoHeader(From, To, IPProtocol.Udp, datagram);
            BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], InternetChecksum.CompleteNonZero(InternetChecksum.Sum(bytes, pseudo)));
        }

        return packet;
    }
}
