using System.Buffers.Binary;
using Saker.Wire;

namespace Saker.Tests.Stack.Gro;

/// <summary>A segment or datagram from 10.0.0.2 to 10.0.0.1 (fd00::2 to fd00::1), from its Ethernet header on, as tests of merging need it: everything can be said.</summary>
public sealed record SegmentFrame
{
    public bool IsIPv6 { get; init; }

    public bool IsUdp { get; init; }

    /// <summary>VLAN ids in the frame, the outermost first.</summary>
    public ushort[] VlanTags { get; init; } = [];

    public byte TypeOfService { get; init; }

    public byte TimeToLive { get; init; } = 64;

    public ushort Identification { get; init; }

    public bool DontFragment { get; init; } = true;

    public bool ReservedFlag { get; init; }

    public int FragmentOffset { get; init; }

    public bool MoreFragments { get; init; }

    public byte[] IPOptions { get; init; } = [];

    public uint FlowLabel { get; init; }

    /// <summary>Bytes of a destination options header; 0: none.</summary>
    public int ExtensionLength { get; init; }

    public byte ExtensionFill { get; init; }

    public byte SourceHost { get; init; } = 2;

    public ushort SourcePort { get; init; } = 4000;

    public ushort DestinationPort { get; init; } = 9999;

    public uint Sequence { get; init; } = 1000;

    public uint Acknowledgment { get; init; } = 7;

    public TcpFlags Flags { get; init; } = TcpFlags.Ack;

    public ushort Window { get; init; } = 500;

    public byte[] TcpOptions { get; init; } = [];

    public byte[] Payload { get; init; } = [];

    /// <summary>Bytes behind the packet, as Ethernet pads short frames.</summary>
    public int Padding { get; init; }

    /// <summary>What is added to the right transport checksum.</summary>
    public ushort ChecksumError { get; init; }

    /// <summary>A datagram without a checksum.</summary>
    public bool HasNoChecksum { get; init; }

    /// <summary>The last octet of the destination address.</summary>
    public byte DestinationHost { get; init; } = 1;

    public byte SourceMac { get; init; } = 2;

    /// <summary>A payload that differs at every place.</summary>
    public static byte[] Bytes(int length, int seed = 0) => [.. Enumerable.Range(seed, length).Select(i => (byte)((i * 31) + (i >> 8)))];

    public byte[] ToBytes()
    {
        byte[] transport = IsUdp ? Udp() : Tcp();
        byte[] packet = IsIPv6 ? IPv6(transport) : IPv4(transport);
        List<byte> frame = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, SourceMac];
        foreach (ushort tag in VlanTags)
        {
            frame.AddRange([0x81, 0, (byte)(tag >> 8), (byte)tag]);
        }

        frame.AddRange(IsIPv6 ? [0x86, 0xdd] : [8, 0]);
        frame.AddRange(packet);
        frame.AddRange(new byte[Padding]);
        return [.. frame];
    }

    private byte[] Tcp()
    {
        TcpHeader header = new()
        {
            SourcePort = SourcePort,
            DestinationPort = DestinationPort,
            SequenceNumber = new SequenceNumber(Sequence),
            AcknowledgmentNumber = new SequenceNumber(Acknowledgment),
            Flags = Flags,
            Window = Window,
            Options = new OptionBytes(TcpOptions),
        };
        byte[] segment = new byte[header.Length + Payload.Length];
        header.Emit(segment);
        Payload.CopyTo(segment.AsSpan(header.Length));
        ushort checksum = InternetChecksum.Complete(InternetChecksum.Sum(segment, PseudoHeader(IPProtocol.Tcp, segment.Length)));
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(16), (ushort)(checksum + ChecksumError));
        return segment;
    }

    private byte[] Udp()
    {
        UdpHeader header = new() { SourcePort = SourcePort, DestinationPort = DestinationPort, DatagramLength = (ushort)(UdpView.FixedLength + Payload.Length) };
        byte[] datagram = new byte[header.Length + Payload.Length];
        header.Emit(datagram);
        Payload.CopyTo(datagram.AsSpan(header.Length));
        ushort checksum = InternetChecksum.CompleteNonZero(InternetChecksum.Sum(datagram, PseudoHeader(IPProtocol.Udp, datagram.Length)));
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(6), HasNoChecksum ? (ushort)0 : (ushort)(checksum + ChecksumError));
        return datagram;
    }

    private byte[] IPv4(byte[] transport)
    {
        IPv4Header header = new()
        {
            TypeOfService = TypeOfService,
            Identification = Identification,
            Flags = (DontFragment ? IPv4Flags.DontFragment : IPv4Flags.None)
                | (MoreFragments ? IPv4Flags.MoreFragments : IPv4Flags.None)
                | (ReservedFlag ? IPv4Flags.Reserved : IPv4Flags.None),
            FragmentOffset = FragmentOffset,
            TimeToLive = TimeToLive,
            Protocol = IsUdp ? IPProtocol.Udp : IPProtocol.Tcp,
            Source = new IPv4Address(10, 0, 0, SourceHost),
            Destination = new IPv4Address(10, 0, 0, DestinationHost),
            Options = new OptionBytes(IPOptions),
        };
        header = header with { TotalLength = (ushort)(header.Length + transport.Length) };
        byte[] packet = new byte[header.Length + transport.Length];
        header.Emit(packet);
        (header with { HeaderChecksum = InternetChecksum.Compute(packet.AsSpan(0, header.Length)) }).Emit(packet);
        transport.CopyTo(packet, header.Length);
        return packet;
    }

    private byte[] IPv6(byte[] transport)
    {
        IPProtocol protocol = IsUdp ? IPProtocol.Udp : IPProtocol.Tcp;
        IPv6Header header = new()
        {
            TrafficClass = TypeOfService,
            FlowLabel = FlowLabel,
            PayloadLength = (ushort)(ExtensionLength + transport.Length),
            NextHeader = ExtensionLength > 0 ? IPProtocol.DestinationOptions : protocol,
            HopLimit = TimeToLive,
            Source = IPv6Source,
            Destination = IPv6Target,
        };
        byte[] packet = new byte[header.Length + ExtensionLength + transport.Length];
        header.Emit(packet);
        if (ExtensionLength > 0)
        {
            Span<byte> extension = packet.AsSpan(header.Length, ExtensionLength);
            extension[0] = (byte)protocol;
            extension[1] = (byte)((ExtensionLength / 8) - 1);
            extension[2] = 1;
            extension[3] = (byte)(ExtensionLength - 4);
            extension[4..].Fill(ExtensionFill);
        }

        transport.CopyTo(packet, header.Length + ExtensionLength);
        return packet;
    }

    private uint PseudoHeader(IPProtocol protocol, int length) => IsIPv6
        ? InternetChecksum.PseudoHeader(IPv6Source, IPv6Target, protocol, length)
        : InternetChecksum.PseudoHeader(new IPv4Address(10, 0, 0, SourceHost), new IPv4Address(10, 0, 0, DestinationHost), protocol, length);

    private IPv6Address IPv6Source => IPv6Address.Parse($"fd00::{SourceHost}");

    private static IPv6Address IPv6Target => IPv6Address.Parse("fd00::1");
}
