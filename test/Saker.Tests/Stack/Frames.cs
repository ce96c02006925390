using Saker.Wire;

namespace Saker.Tests.Stack;

/// <summary>Builds frames from 10.0.0.2 (02:00:00:00:00:02) to <see cref="TestHost"/>.</summary>
internal static class Frames
{
    public static readonly IPv4Address Sender = new(10, 0, 0, 2);
    public static readonly IPv4Address Target = new(10, 0, 0, 1);

    public static byte[] IPv4(
        ReadOnlySpan<byte> payload,
        IPProtocol protocol,
        IPv4Address? source = null,
        IPv4Address? destination = null,
        byte[]? options = null,
        byte typeOfService = 0,
        string to = "02:00:00:00:00:01",
        byte timeToLive = 64,
        int fragmentOffset = 0,
        bool moreFragments = false,
        ushort id = 0x1234)
    {
        IPv4Header header = new()
        {
            TypeOfService = typeOfService,
            Identification = id,
            FragmentOffset = fragmentOffset,
            Flags = moreFragments ? IPv4Flags.MoreFragments : IPv4Flags.None,
            TimeToLive = timeToLive,
            Protocol = protocol,
            Source = source ?? Sender,
            Destination = destination ?? Target,
            Options = new OptionBytes(options ?? []),
        };
        header = header with { TotalLength = (ushort)(header.Length + payload.Length) };
        byte[] frame = new byte[14 + header.Length + payload.Length];
        MacAddress.Parse(to).WriteTo(frame);
        MacAddress.Parse("02:00:00:00:00:02").WriteTo(frame.AsSpan(6));
        frame[12] = 8;
        Span<byte> packet = frame.AsSpan(14);
        header.Emit(packet);
        (header with { HeaderChecksum = InternetChecksum.Compute(packet[..header.Length]) }).Emit(packet);
        payload.CopyTo(packet[header.Length..]);
        return frame;
    }

    /// <summary>A packet of IPv6 from fd00::2 to fd00::1 unless said otherwise.</summary>
    public static byte[] IPv6(
        ReadOnlySpan<byte> payload,
        IPProtocol protocol,
        string source = "fd00::2",
        string destination = "fd00::1",
        byte hopLimit = 64,
        string? to = null)
    {
        IPv6Header header = new()
        {
            PayloadLength = (ushort)payload.Length,
            NextHeader = protocol,
            HopLimit = hopLimit,
            Source = IPv6Address.Parse(source),
            Destination = IPv6Address.Parse(destination),
        };
        byte[] frame = new byte[14 + header.Length + payload.Length];
        MacAddress target = to is not null ? MacAddress.Parse(to) : header.Destination.IsMulticast ? MacAddress.MulticastFor(header.Destination) : MacAddress.Parse("02:00:00:00:00:01");
        new EthernetHeader { Destination = target, Source = MacAddress.Parse("02:00:00:00:00:02"), Type = EtherType.IPv6 }.Emit(frame);
        header.Emit(frame.AsSpan(14));
        payload.CopyTo(frame.AsSpan(14 + header.Length));
        return frame;
    }

    /// <summary>An ICMPv6 message in a packet, its checksum right.</summary>
    public static byte[] IcmpV6(byte[] message, string source = "fd00::2", string destination = "fd00::1", byte hopLimit = 64)
    {
        byte[] right = [.. message];
        uint pseudoHeader = InternetChecksum.PseudoHeader(IPv6Address.Parse(source), IPv6Address.Parse(destination), IPProtocol.IcmpV6, message.Length);
        ushort checksum = InternetChecksum.Complete(InternetChecksum.Sum(right, pseudoHeader));
        (right[2], right[3]) = ((byte)(checksum >> 8), (byte)checksum);
        return IPv6(right, IPProtocol.IcmpV6, source, destination, hopLimit);
    }

    /// <summary>A datagram over IPv6, its checksum right.</summary>
    public static byte[] UdpOverIPv6(ushort to = 9999, int dataLength = 0, string source = "fd00::2", string destination = "fd00::1")
    {
        byte[] datagram = Udp(to, dataLength: dataLength);
        uint pseudoHeader = InternetChecksum.PseudoHeader(IPv6Address.Parse(source), IPv6Address.Parse(destination), IPProtocol.Udp, datagram.Length);
        ushort checksum = InternetChecksum.CompleteNonZero(InternetChecksum.Sum(datagram, pseudoHeader));
        (datagram[6], datagram[7]) = ((byte)(checksum >> 8), (byte)checksum);
        return IPv6(datagram, IPProtocol.Udp, source, destination);
    }

    /// <summary>An ARP packet, a request of 10.0.0.2 for 10.0.0.1 unless said otherwise.</summary>
    public static byte[] Arp(
        ArpOperation operation = ArpOperation.Request,
        string sender = "10.0.0.2",
        string target = "10.0.0.1",
        string senderMac = "02:00:00:00:00:02",
        string targetMac = "00:00:00:00:00:00",
        string to = "ff:ff:ff:ff:ff:ff")
    {
        ArpHeader header = new()
        {
            Operation = operation,
            SenderMac = MacAddress.Parse(senderMac),
            SenderAddress = IPv4Address.Parse(sender),
            TargetMac = MacAddress.Parse(targetMac),
            TargetAddress = IPv4Address.Parse(target),
        };
        byte[] frame = new byte[14 + header.Length];
        new EthernetHeader { Destination = MacAddress.Parse(to), Source = header.SenderMac, Type = EtherType.Arp }.Emit(frame);
        header.Emit(frame.AsSpan(14));
        return frame;
    }

    /// <summary>A UDP datagram without a checksum.</summary>
    public static byte[] Udp(ushort to = 9999, ushort from = 4000, int dataLength = 0)
    {
        UdpHeader header = new() { SourcePort = from, DestinationPort = to, DatagramLength = (ushort)(8 + dataLength) };
        byte[] datagram = new byte[8 + dataLength];
        header.Emit(datagram);
        return datagram;
    }

    /// <summary>An Ethernet frame with a length in place of a type.</summary>
    public static byte[] Ieee8023(ReadOnlySpan<byte> payload, string to = "02:00:00:00:00:01")
    {
        byte[] frame = new byte[14 + payload.Length];
        MacAddress.Parse(to).WriteTo(frame);
        frame[13] = (byte)payload.Length;
        payload.CopyTo(frame.AsSpan(14));
        return frame;
    }

    public static byte[] Tcp(
        TcpFlags flags,
        ushort to = 9999,
        ushort from = 4000,
        uint sequence = 1000,
        uint acknowledgment = 0,
        byte[]? options = null,
        int dataLength = 0,
        IPv4Address? source = null,
        IPv4Address? destination = null)
    {
        TcpHeader header = new()
        {
            SourcePort = from,
            DestinationPort = to,
            SequenceNumber = new SequenceNumber(sequence),
            AcknowledgmentNumber = new SequenceNumber(acknowledgment),
            Flags = flags,
            Window = ushort.MaxValue,
            Options = new OptionBytes(options ?? []),
        };
        byte[] segment = new byte[header.Length + dataLength];
        segment.AsSpan(header.Length).Fill((byte)'x');
        header.Emit(segment);
        uint pseudoHeader = InternetChecksum.PseudoHeader(source ?? Sender, destination ?? Target, IPProtocol.Tcp, segment.Length);
        (header with { Checksum = InternetChecksum.Complete(InternetChecksum.Sum(segment, pseudoHeader)) }).Emit(segment);
        return segment;
    }

    /// <summary>An echo request to this host, which answers.</summary>
    public static byte[] Echo() => IPv4(Message(8, 0, new byte[28]), IPProtocol.IcmpV4);

    /// <summary>A message of ICMP or IGMP: type, code, checksum, and the rest.</summary>
    public static byte[] Message(byte type, byte code, params byte[] rest)
    {
        byte[] message = [type, code, 0, 0, .. rest];
        ushort checksum = InternetChecksum.Compute(message);
        message[2] = (byte)(checksum >> 8);
        message[3] = (byte)checksum;
        return message;
    }
}
