using System.Buffers.Binary;
using System.Net;
using Saker.KernelTests.Oracle;

namespace Saker.KernelTests.Differential;

/// <summary>
/// Changes fields of a frame in place and puts checksums right again. Like <see cref="Frame"/> it shares nothing with the product. Where a field is
/// not there, nothing happens.
/// </summary>
internal static class FrameEditor
{
    private const int Link = 14, LeastHeader = 20;

    public const byte Icmp = 1, Igmp = 2, Tcp = 6, Udp = 17, UdpLite = 136;

    public static ushort Type(byte[] frame) => BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(12));

    /// <summary>Whether there is an IPv4 header, whatever it says.</summary>
    public static bool IsIPv4(byte[] frame) => frame.Length >= Link + LeastHeader && Type(frame) == 0x0800;

    public static bool IsArp(byte[] frame) => frame.Length >= Link + 28 && Type(frame) == 0x0806;

    public static Span<byte> Packet(byte[] frame) => frame.AsSpan(Link);

    public static byte Protocol(byte[] frame) => Packet(frame)[9];

    /// <summary>What the IPv4 header bears, if it is the datagram's beginning; empty otherwise.</summary>
    public static Span<byte> Payload(byte[] frame)
    {
        var packet = Packet(frame);
        var header = HeaderLength(packet);
        var isBeginning = (BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & 0x1fff) == 0;
        return isBeginning && header >= LeastHeader && header <= packet.Length ? packet[header..] : [];
    }

    public static void SetMac(byte[] frame, int at, string mac) => Convert.FromHexString(mac.Replace(":", "", StringComparison.Ordinal)).CopyTo(frame, at);

    public static void SetAddress(Span<byte> place, string address) => IPAddress.Parse(address).TryWriteBytes(place, out _);

    public static string Address(ReadOnlySpan<byte> place) => new IPAddress(place[..4]).ToString();

    /// <summary>Puts the header checksum right, over as much of the header as there is.</summary>
    public static void FixHeaderChecksum(byte[] frame)
    {
        if (IsIPv4(frame))
        {
            var packet = Packet(frame);
            var header = packet[..Math.Clamp(HeaderLength(packet), LeastHeader, packet.Length)];
            header[10..12].Clear();
            BinaryPrimitives.WriteUInt16BigEndian(header[10..], Frame.Checksum(header));
        }
    }

    /// <summary>Puts the checksum of ICMP, IGMP, UDP and TCP right, if the datagram is whole. A UDP checksum of zero stays.</summary>
    public static void FixTransportChecksum(byte[] frame)
    {
        if (!IsIPv4(frame))
        {
            return;
        }

        var packet = Packet(frame);
        var length = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]) - HeaderLength(packet);
        var isFragment = (BinaryPrimitives.ReadUInt16BigEndian(packet[6..]) & 0x3fff) != 0;
        var payload = Payload(frame);
        if (isFragment || length <= 0 || length > payload.Length)
        {
            return;
        }

        payload = payload[..length];
        var (at, least, hasPseudoHeader) = packet[9] switch
        {
            Icmp or Igmp => (2, 4, false),
            Tcp => (16, 20, true),
            Udp => (6, 8, true),
            _ => (0, int.MaxValue, false),
        };
        if (payload.Length < least || (packet[9] == Udp && payload[6] == 0 && payload[7] == 0))
        {
            return;
        }

        if (packet[9] == Udp)
        {
            payload = payload[..Math.Clamp(BinaryPrimitives.ReadUInt16BigEndian(payload[4..]), 8, payload.Length)];
        }

        payload.Slice(at, 2).Clear();
        var pseudo = 0u;
        if (hasPseudoHeader)
        {
            Span<byte> header = [.. packet[12..20], 0, packet[9], (byte)(payload.Length >> 8), (byte)payload.Length];
            pseudo = (ushort)~Frame.Checksum(header);
        }

        var sum = Frame.Checksum(payload, pseudo);
        BinaryPrimitives.WriteUInt16BigEndian(payload[at..], sum == 0 && packet[9] == Udp ? (ushort)0xffff : sum);
    }

    /// <summary>The frame without the VLAN tags that it begins with.</summary>
    public static byte[] WithoutTag(byte[] frame)
        => frame.Length > Link + 4 && Type(frame) is 0x8100 or 0x88a8 ? WithoutTag([.. frame.AsSpan(0, 12), .. frame.AsSpan(16)]) : frame;

    /// <summary>Another frame with these options in place of its own; the length fields follow.</summary>
    public static byte[] WithOptions(byte[] frame, ReadOnlySpan<byte> options)
    {
        var header = HeaderLength(Packet(frame));
        if (header < LeastHeader || Link + header > frame.Length)
        {
            return frame;
        }

        var length = BinaryPrimitives.ReadUInt16BigEndian(Packet(frame)[2..]) - header + LeastHeader + options.Length;
        byte[] made = [.. frame.AsSpan(0, Link + LeastHeader), .. options, .. frame.AsSpan(Link + header)];
        made[Link] = (byte)((made[Link] & 0xf0) | ((LeastHeader + options.Length) / 4));
        BinaryPrimitives.WriteUInt16BigEndian(made.AsSpan(Link + 2), (ushort)length);
        return made;
    }

    public static int HeaderLength(ReadOnlySpan<byte> packet) => (packet[0] & 15) * 4;
}
