using System.Buffers.Binary;
using System.Numerics;

namespace Saker.Bpf.Helpers;

/// <summary>A hash of addresses, and of ports where there are some: the same for all packets of a flow.</summary>
internal static class FlowHash
{
    private const ushort EtherTypeIPv4 = 0x0800;
    private const ushort EtherTypeIPv6 = 0x86dd;
    private const int IPv4Addresses = 12;
    private const int IPv4Length = 20;
    private const int IPv6Addresses = 8;
    private const int IPv6Length = 40;
    private const byte Tcp = 6;
    private const byte Udp = 17;

    public static uint Of(SkbContext packet)
    {
        ReadOnlySpan<byte> header = packet.Whole[Math.Min(Math.Max(packet.NetworkOffset, 0), packet.Length)..];
        uint hash = packet.Protocol;
        if (packet.Protocol == EtherTypeIPv4 && header.Length >= IPv4Length)
        {
            bool isFragment = (BinaryPrimitives.ReadUInt16BigEndian(header[6..]) & 0x3fff) != 0;
            hash = OfWords(hash, header[IPv4Addresses..IPv4Length]);
            hash = isFragment ? hash : OfPorts(hash, header[9], header, (header[0] & 15) * sizeof(uint));
        }
        else if (packet.Protocol == EtherTypeIPv6 && header.Length >= IPv6Length)
        {
            hash = OfPorts(OfWords(hash, header[IPv6Addresses..IPv6Length]), header[6], header, IPv6Length);
        }
        else
        {
            hash = OfWords(hash, packet.Whole[..(Math.Min(packet.Length, 12) & ~3)]);
        }

        return hash == 0 ? 1 : hash;
    }

    private static uint OfPorts(uint hash, byte protocol, ReadOnlySpan<byte> header, int offset) =>
        protocol is Tcp or Udp && header.Length >= offset + sizeof(uint) ? OfWords(hash, header.Slice(offset, sizeof(uint))) : hash;

    private static uint OfWords(uint hash, ReadOnlySpan<byte> words)
    {
        for (int i = 0; i < words.Length; i += sizeof(uint))
        {
            hash = BitOperations.Crc32C(hash, BinaryPrimitives.ReadUInt32BigEndian(words[i..]));
        }

        return hash;
    }
}
