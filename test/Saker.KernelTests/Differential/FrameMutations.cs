using System.Buffers.Binary;
using Saker.KernelTests.Oracle;

namespace Saker.KernelTests.Differential;

/// <summary>Ways to make a frame odd: bits, lengths, and header fields at edge values.</summary>
internal static class FrameMutations
{
    private static readonly Func<byte[], Random, byte[]>[] OfAny = [FlipBit, Cut, Pad, SetType, Tag];

    private static readonly Func<byte[], Random, byte[]>[] OfIPv4 =
    [
        Version, HeaderWords, TotalLength, TypeOfService, Fragment, Fragment, TimeToLive, TimeToLive, Protocol, Source, Source, Destination, Destination,
        GoodOptions, GoodOptions, BrokenOptions, HeaderChecksum, TransportField, TransportField, TransportField, TransportField, TransportChecksum,
    ];

    private static readonly Func<byte[], Random, byte[]>[] OfArp = [ArpField, ArpField, ArpField, FlipBit];

    private static readonly byte[] Protocols = [0, 1, 2, 3, 4, 6, 17, 33, 41, 46, 47, 50, 51, 58, 88, 89, 94, 103, 112, 115, 132, 136, 137, 252, 253, 254, 255];

    private static readonly byte[][] OptionLists =
    [
        [1, 1, 1, 1],
        [0, 0, 0, 0],
        [7, 7, 4, 0, 0, 0, 0, 0],
        [7, 11, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        [7, 7, 8, 10, 0, 0, 9, 0],
        [0x44, 8, 5, 0, 0, 0, 0, 0],
        [0x44, 12, 5, 1, 0, 0, 0, 0, 0, 0, 0, 0],
        [0x44, 12, 5, 3, 10, 0, 0, 1, 0, 0, 0, 0],
        [0x44, 8, 9, 0xf0, 1, 2, 3, 4],
        [0x94, 4, 0, 0],
        [0x82, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        [0x86, 8, 0, 0, 0, 1, 1, 2],
        [0x88, 4, 0, 5],
        [0x83, 7, 4, 10, 0, 0, 9, 0],
        [0x89, 7, 4, 10, 0, 0, 9, 0],
        [0x83, 7, 8, 10, 0, 0, 9, 0],
        [1, 0x94, 4, 0, 0, 0, 0, 0],
        [0x1e, 4, 0, 0],
    ];

    public static byte[] Apply(byte[] frame, Random random)
    {
        var ways = FrameEditor.IsIPv4(frame) && random.Next(8) != 0 ? OfIPv4 : FrameEditor.IsArp(frame) && random.Next(4) != 0 ? OfArp : OfAny;
        return ways[random.Next(ways.Length)](frame, random);
    }

    private static T Pick<T>(T[] values, Random random) => values[random.Next(values.Length)];

    private static byte[] FlipBit(byte[] frame, Random random)
    {
        // The headers are where it matters.
        var at = random.Next(Math.Min(frame.Length, random.Next(3) == 0 ? frame.Length : 60));
        frame[at] ^= (byte)(1 << random.Next(8));
        return frame;
    }

    private static byte[] Cut(byte[] frame, Random random) => frame[..random.Next(14, Math.Min(frame.Length, random.Next(2) == 0 ? 62 : frame.Length) + 1)];

    private static byte[] Pad(byte[] frame, Random random) => [.. frame, .. new byte[Math.Min(random.Next(1, 60), Math.Max(0, 1514 - frame.Length))]];

    private static byte[] SetType(byte[] frame, Random random)
    {
        BinaryPrimitives.WriteUInt16BigEndian(
            frame.AsSpan(12), Pick<ushort>([0x0800, 0x0806, 0x0000, 0x0004, 0x0026, 0x05dc, 0x0600, 0x8035, 0x8847, 0x8863, 0x8864, 0x88cc, 0x9000, 0xffff], random));
        return frame;
    }

    private static byte[] Tag(byte[] frame, Random random)
    {
        if (frame.Length > 1500)
        {
            return frame;
        }

        var type = Pick<ushort>([0x8100, 0x8100, 0x88a8], random);
        var control = Pick<ushort>([0, 0xa000, 1, 0x0064, 0x0fff], random);
        return [.. frame.AsSpan(0, 12), (byte)(type >> 8), (byte)type, (byte)(control >> 8), (byte)control, .. frame.AsSpan(12)];
    }

    private static byte[] Version(byte[] frame, Random random)
    {
        FrameEditor.Packet(frame)[0] = (byte)((Pick<byte>([0, 1, 5, 6, 15], random) << 4) | (FrameEditor.Packet(frame)[0] & 15));
        return Fixed(frame, random);
    }

    private static byte[] HeaderWords(byte[] frame, Random random)
    {
        FrameEditor.Packet(frame)[0] = (byte)((FrameEditor.Packet(frame)[0] & 0xf0) | Pick<byte>([0, 1, 4, 5, 6, 10, 14, 15], random));
        return Fixed(frame, random);
    }

    private static byte[] TotalLength(byte[] frame, Random random)
    {
        var packet = FrameEditor.Packet(frame);
        var header = FrameEditor.HeaderLength(packet);
        var length = Pick(
            [0, 1, 19, 20, 21, 27, 28, header - 1, header, header + 1, header + 7, header + 8, packet.Length - 1, packet.Length, packet.Length + 1, 1500, 65535], random);
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)length);
        return Fixed(frame, random);
    }

    private static byte[] TypeOfService(byte[] frame, Random random)
    {
        FrameEditor.Packet(frame)[1] = (byte)random.Next(256);
        return Fixed(frame, random);
    }

    private static byte[] Fragment(byte[] frame, Random random)
    {
        var packet = FrameEditor.Packet(frame);
        var flags = Pick([0x2000, 0x2000, 0x2001, 0x0001, 0x0002, 0x0005, 0x2005, 0x1fff, 0x3fff, 0x1ffe, 0x4000, 0x8000, 0x6000, 0xa000, random.Next(65536)], random);
        BinaryPrimitives.WriteUInt16BigEndian(packet[6..], (ushort)flags);
        if (random.Next(2) == 0)
        {
            // Few datagrams: so some meet their other parts, overlapping or not.
            BinaryPrimitives.WriteUInt16BigEndian(packet[4..], (ushort)random.Next(4));
        }

        return Fixed(frame, random);
    }

    private static byte[] TimeToLive(byte[] frame, Random random)
    {
        FrameEditor.Packet(frame)[8] = Pick<byte>([0, 1, 2, 255], random);
        return Fixed(frame, random);
    }

    private static byte[] Protocol(byte[] frame, Random random)
    {
        FrameEditor.Packet(frame)[9] = random.Next(4) == 0 ? (byte)random.Next(256) : Pick(Protocols, random);
        return Fixed(frame, random);
    }

    private static byte[] Source(byte[] frame, Random random) => SetAddress(frame, 12, random);

    private static byte[] Destination(byte[] frame, Random random) => SetAddress(frame, 16, random);

    private static byte[] SetAddress(byte[] frame, int at, Random random)
    {
        FrameEditor.SetAddress(FrameEditor.Packet(frame).Slice(at, 4), Targets.AnyAddress(random));
        return Fixed(frame, random);
    }

    private static byte[] GoodOptions(byte[] frame, Random random)
    {
        if (frame.Length > 1450)
        {
            return frame;
        }

        var options = Pick(OptionLists, random);
        if (random.Next(4) == 0)
        {
            options = [.. options, .. Pick(OptionLists, random)];
        }

        return Fixed(FrameEditor.WithOptions(frame, options), random);
    }

    private static byte[] BrokenOptions(byte[] frame, Random random)
    {
        if (frame.Length > 1450)
        {
            return frame;
        }

        byte[] options = [.. Pick(OptionLists, random)];
        for (var changes = random.Next(1, 3); changes > 0; changes--)
        {
            options[random.Next(random.Next(2) == 0 ? options.Length : Math.Min(4, options.Length))] = Pick<byte>([0, 1, 2, 3, 4, 5, 8, 9, 12, 40, 255, (byte)random.Next(256)], random);
        }

        return Fixed(FrameEditor.WithOptions(frame, options), random);
    }

    private static byte[] HeaderChecksum(byte[] frame, Random random)
    {
        FrameEditor.Packet(frame)[10 + random.Next(2)] ^= (byte)random.Next(1, 256);
        return frame;
    }

    private static byte[] TransportChecksum(byte[] frame, Random random)
    {
        var at = FrameEditor.Protocol(frame) switch { FrameEditor.Tcp => 16, FrameEditor.Udp or FrameEditor.UdpLite => 6, _ => 2 };
        var payload = FrameEditor.Payload(frame);
        if (payload.Length >= at + 2)
        {
            BinaryPrimitives.WriteUInt16BigEndian(payload[at..], Pick<ushort>([0, 0xffff, (ushort)random.Next(65536)], random));
        }

        return frame;
    }

    private static byte[] TransportField(byte[] frame, Random random)
    {
        var payload = FrameEditor.Payload(frame);
        switch (FrameEditor.Protocol(frame))
        {
            case FrameEditor.Icmp when payload.Length >= 8:
                payload[0] = Pick<byte>([0, 3, 4, 5, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 40, 42, 43, 255, (byte)random.Next(256)], random);
                payload[1] = Pick<byte>([0, 0, 1, 2, 3, 4, 5, 13, 15, 16, 255], random);
                break;
            case FrameEditor.Igmp when payload.Length >= 8:
                // No query: its answer comes at a time drawn at random.
                payload[0] = Pick<byte>([0x12, 0x13, 0x14, 0x16, 0x17, 0x22, 0, 255], random);
                break;
            case FrameEditor.Udp or FrameEditor.UdpLite when payload.Length >= 8:
                if (random.Next(2) == 0)
                {
                    BinaryPrimitives.WriteUInt16BigEndian(
                        payload[4..], (ushort)Pick([0, 1, 7, 8, 9, payload.Length - 1, payload.Length, payload.Length + 1, 65535], random));
                }
                else
                {
                    BinaryPrimitives.WriteUInt16BigEndian(payload[(random.Next(2) * 2)..], Targets.Port(random));
                }

                break;
            case FrameEditor.Tcp when payload.Length >= 20:
                if (random.Next(2) == 0)
                {
                    payload[12] = (byte)(random.Next(16) << 4);
                }
                else
                {
                    payload[13] = (byte)random.Next(256);
                }

                break;
            case var _ when payload.Length > 0:
                payload[random.Next(Math.Min(payload.Length, 32))] = (byte)random.Next(256);
                break;
        }

        return Fixed(frame, random);
    }

    private static byte[] ArpField(byte[] frame, Random random)
    {
        var message = FrameEditor.Packet(frame);
        switch (random.Next(8))
        {
            case 0:
                BinaryPrimitives.WriteUInt16BigEndian(message, Pick<ushort>([0, 1, 6, 7, 24, 0xffff], random));
                break;
            case 1:
                BinaryPrimitives.WriteUInt16BigEndian(message[2..], Pick<ushort>([0, 0x0800, 0x0806, 0x86dd], random));
                break;
            case 2:
                message[4 + random.Next(2)] = Pick<byte>([0, 4, 5, 6, 7, 8, 16, 255], random);
                break;
            case 3:
                BinaryPrimitives.WriteUInt16BigEndian(message[6..], Pick<ushort>([0, 1, 2, 3, 4, 8, 9, 10, 0xffff], random));
                break;
            case 4:
                FrameEditor.SetAddress(message.Slice(14, 4), Targets.AnyAddress(random));
                break;
            case 5:
                FrameEditor.SetAddress(message.Slice(24, 4), Targets.AnyAddress(random));
                break;
            case 6:
                FrameEditor.SetMac(frame, 22, Pick([Frame.Sender, Frame.Target, Frame.Broadcast, "00:00:00:00:00:00", "01:00:5e:00:00:01"], random));
                break;
            default:
                frame.AsSpan(38 - 6, 6).Fill((byte)random.Next(256));
                break;
        }

        return frame;
    }

    /// <summary>Most odd fields are seen only when the checksums are right.</summary>
    private static byte[] Fixed(byte[] frame, Random random)
    {
        if (random.Next(10) != 0)
        {
            FrameEditor.FixTransportChecksum(frame);
            FrameEditor.FixHeaderChecksum(frame);
        }

        return frame;
    }
}
