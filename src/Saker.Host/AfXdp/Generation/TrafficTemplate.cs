using System.Buffers.Binary;
using Saker.Wire;

namespace Saker.Host.AfXdp;

/// <summary>The first flow's frame, and what its checksums are without the fields that differ.</summary>
internal sealed class TrafficTemplate
{
    private const byte Udp = 17, HopLimit = 64;
    private const int ChecksumOffset = 6, HeaderChecksumOffset = 10, AddressesOffset = 12;

    private readonly GeneratedTraffic _traffic;

    public TrafficTemplate(GeneratedTraffic traffic)
    {
        _traffic = traffic;
        Frame = new byte[traffic.Size];
        WriteLink();
        if (traffic.IsIPv6)
        {
            WriteIPv6();
        }
        else
        {
            WriteIPv4();
        }

        WriteUdp();
    }

    /// <summary>The frame of the first flow, with number 0.</summary>
    public byte[] Frame { get; }

    /// <summary>The sum of the IPv4 header's words without its checksum and the fields that differ.</summary>
    public uint HeaderSum { get; private set; }

    /// <summary>The same of the datagram, with its pseudo header.</summary>
    public uint DatagramSum { get; private set; }

    public int HeaderChecksum => _traffic.NetworkOffset + HeaderChecksumOffset;

    public int DatagramChecksum => _traffic.TransportOffset + ChecksumOffset;

    private Span<byte> Network => Frame.AsSpan(_traffic.NetworkOffset);

    private Span<byte> Transport => Frame.AsSpan(_traffic.TransportOffset);

    private void WriteLink()
    {
        const ushort Tag = 0x8100, IPv4 = 0x0800, IPv6 = 0x86dd;
        _traffic.DestinationMac.WriteTo(Frame);
        _traffic.SourceMac.WriteTo(Frame.AsSpan(MacAddress.Size));
        Span<byte> types = Frame.AsSpan(2 * MacAddress.Size);
        if (_traffic.Vlan is { } vlan)
        {
            Word(types, 0, Tag);
            Word(types, 2, vlan);
        }

        Word(types, _traffic.NetworkOffset - sizeof(ushort) - (2 * MacAddress.Size), _traffic.IsIPv6 ? IPv6 : IPv4);
    }

    private void WriteIPv4()
    {
        const ushort DoNotFragment = 0x4000;
        Span<byte> header = Network[..(_traffic.TransportOffset - _traffic.NetworkOffset)];
        header[0] = 0x45;
        Word(header, 2, (ushort)Network.Length);
        Word(header, 6, DoNotFragment);
        (header[8], header[9]) = (HopLimit, Udp);
        _traffic.Source.GetAddressBytes().CopyTo(header[AddressesOffset..]);
        _traffic.Destination.GetAddressBytes().CopyTo(header[(AddressesOffset + 4)..]);
        uint sum = InternetChecksum.Sum(header);
        HeaderSum = Without(sum, part => !part.IsPort);
        Word(header, HeaderChecksumOffset, InternetChecksum.Complete(sum));
        DatagramSum = InternetChecksum.Sum(header[AddressesOffset..]);
    }

    private void WriteIPv6()
    {
        const int Addresses = 8;
        Span<byte> header = Network[..(_traffic.TransportOffset - _traffic.NetworkOffset)];
        header[0] = 0x60;
        Word(header, 4, (ushort)Transport.Length);
        (header[6], header[7]) = (Udp, HopLimit);
        _traffic.Source.GetAddressBytes().CopyTo(header[Addresses..]);
        _traffic.Destination.GetAddressBytes().CopyTo(header[(Addresses + 16)..]);
        DatagramSum = InternetChecksum.Sum(header[Addresses..]);
    }

    private void WriteUdp()
    {
        Word(Transport, 0, _traffic.SourcePort);
        Word(Transport, 2, _traffic.DestinationPort);
        Word(Transport, 4, (ushort)Transport.Length);
        uint sum = InternetChecksum.Sum(Transport, InternetChecksum.Add(DatagramSum, Udp + (uint)Transport.Length));
        DatagramSum = Without(sum, _ => true);
        Word(Transport, ChecksumOffset, InternetChecksum.CompleteNonZero(sum));
    }

    /// <summary>A sum without the fields of the first flow that differ in others.</summary>
    private uint Without(uint sum, Func<FlowPart, bool> counts) =>
        _traffic.Parts().Where(counts).Aggregate(sum, (rest, part) => InternetChecksum.Subtract(rest, (part.Base >> 16) + (part.Base & 0xffff)));

    private static void Word(Span<byte> bytes, int offset, ushort value) => BinaryPrimitives.WriteUInt16BigEndian(bytes[offset..], value);
}
