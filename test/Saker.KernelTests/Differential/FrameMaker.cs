using System.Buffers.Binary;
using Saker.KernelTests.Oracle;

namespace Saker.KernelTests.Differential;

/// <summary>Makes frames for the target: real ones aimed at it, and ones from scratch, whole and mutated. The same seed gives the same frames.</summary>
internal sealed class FrameMaker(FrameCorpus corpus, Random random)
{
    private readonly Queue<byte[]> _series = [];

    public byte[] Next()
    {
        if (_series.TryDequeue(out var part))
        {
            return part;
        }

        var frame = random.Next(2) == 0 ? Generate() : corpus.Pick(random);
        frame = Aim(frame);
        var mutations = random.Next(10) switch { < 4 => 0, < 8 => 1, 8 => 2, _ => 3 };
        for (var i = 0; i < mutations; i++)
        {
            frame = FrameMutations.Apply(frame, random);
        }

        if (random.Next(12) == 0 && FrameEditor.IsIPv4(frame))
        {
            Split(frame);
        }

        return _series.TryDequeue(out part) ? part : frame;
    }

    /// <summary>The same datagram in fragments: in order or not, sometimes one twice, overlapping, or missing, sometimes one mutated.</summary>
    private void Split(byte[] frame)
    {
        var packet = FrameEditor.Packet(frame);
        var header = FrameEditor.HeaderLength(packet);
        var length = Math.Min(BinaryPrimitives.ReadUInt16BigEndian(packet[2..]), packet.Length);
        if (header < 20 || length < header + 16)
        {
            return;
        }

        var step = Math.Max(8, random.Next(8, length - header) & ~7);
        List<byte[]> parts = [];
        var id = (ushort)random.Next(65536);
        for (var offset = 0; offset < length - header && parts.Count < 6; offset += step)
        {
            var end = Math.Min(offset + step + (random.Next(12) == 0 ? 8 : 0), length - header);
            byte[] part = [.. frame.AsSpan(0, 14 + header), .. packet[(header + offset)..(header + end)]];
            var fragment = FrameEditor.Packet(part);
            BinaryPrimitives.WriteUInt16BigEndian(fragment[2..], (ushort)(header + end - offset));
            BinaryPrimitives.WriteUInt16BigEndian(fragment[4..], id);
            BinaryPrimitives.WriteUInt16BigEndian(fragment[6..], (ushort)((offset / 8) | (end < length - header ? 0x2000 : 0)));
            FrameEditor.FixHeaderChecksum(part);
            parts.Add(random.Next(16) == 0 ? FrameMutations.Apply([.. part], random) : part);
            if (random.Next(12) == 0)
            {
                parts.Add([.. part]);
            }
        }

        if (random.Next(3) == 0)
        {
            random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(parts));
        }

        foreach (var part in parts.Where(_ => random.Next(16) != 0))
        {
            _series.Enqueue(part);
        }
    }

    private byte[] Generate()
    {
        var bytes = new byte[random.Next(0, random.Next(4) == 0 ? 1400 : 64)];
        random.NextBytes(bytes);
        return random.Next(16) switch
        {
            < 2 => Frame.Ethernet(
                Frame.Arp((ushort)random.Next(1, 3), senderAddress: Targets.AnyAddress(random), targetAddress: random.Next(2) == 0 ? Targets.Own(random) : Targets.AnyAddress(random)),
                0x0806,
                random.Next(2) == 0 ? Frame.Broadcast : Frame.Target),
            < 4 => Frame.IPv4(Frame.Icmp(8, rest: (uint)random.Next(), data: bytes), FrameEditor.Icmp),
            < 6 => Frame.IPv4(IcmpError(), FrameEditor.Icmp),
            < 11 => Frame.IPv4(Frame.Udp(53, 4000, bytes.Length), FrameEditor.Udp),
            < 13 => Frame.IPv4(Frame.Tcp(80, 4000, (byte)random.Next(64), (uint)random.Next(), (uint)random.Next(), bytes.Length % 100), FrameEditor.Tcp),
            13 => Frame.IPv4(Frame.Udp(53, 4000, bytes.Length % 200, protocol: FrameEditor.UdpLite, coverage: random.Next(3) * 8), FrameEditor.UdpLite),
            _ => Frame.IPv4(bytes, (byte)random.Next(256)),
        };
    }

    /// <summary>An error about something that this host may have sent.</summary>
    private byte[] IcmpError()
    {
        var type = (byte)(random.Next(5) switch { 0 or 1 => 3, 2 => 11, 3 => 12, _ => 5 });
        var protocol = random.Next(5) switch { 0 => FrameEditor.Tcp, 1 => (byte)random.Next(256), _ => FrameEditor.Udp };
        var quoted = Frame.IPv4(Frame.Udp(4000, Targets.Port(random), random.Next(16)), protocol, Targets.Own(random), Targets.Peer(random));
        return Frame.Icmp(type, (byte)random.Next(6), (uint)random.Next(), Frame.Quote(quoted, Math.Min(quoted.Length - 14, random.Next(16, 40))));
    }

    private byte[] Aim(byte[] frame)
    {
        FrameEditor.SetMac(frame, 0, random.Next(12) == 0 ? Frame.Broadcast : Frame.Target);
        FrameEditor.SetMac(frame, 6, Frame.Sender);
        if (FrameEditor.IsArp(frame))
        {
            AimArp(frame);
        }
        else if (FrameEditor.IsIPv4(frame))
        {
            AimIPv4(frame);
        }

        return frame;
    }

    private void AimArp(byte[] frame)
    {
        var message = FrameEditor.Packet(frame);
        if (random.Next(2) == 0)
        {
            FrameEditor.SetAddress(message.Slice(14, 4), Targets.Peer(random));
        }

        if (random.Next(3) != 0)
        {
            FrameEditor.SetAddress(message.Slice(24, 4), Targets.Own(random));
        }
    }

    private void AimIPv4(byte[] frame)
    {
        var packet = FrameEditor.Packet(frame);
        var aim = random.Next(20);
        if (aim < 18)
        {
            FrameEditor.SetAddress(packet.Slice(16, 4), aim < 13 ? Targets.Own(random) : Targets.Other(random));
        }

        aim = random.Next(20);
        if (aim < 17)
        {
            FrameEditor.SetAddress(packet.Slice(12, 4), aim < 15 ? Targets.Peer(random) : Targets.AnyAddress(random));
        }

        // Many captures keep the beginnings of frames only: most of these shall be whole again.
        if (BinaryPrimitives.ReadUInt16BigEndian(packet[2..]) > packet.Length && random.Next(4) != 0)
        {
            BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)packet.Length);
        }

        FrameEditor.SetMac(frame, 0, Targets.Mac(FrameEditor.Address(packet[16..]), random));
        var payload = FrameEditor.Payload(frame);
        if (FrameEditor.Protocol(frame) is FrameEditor.Tcp or FrameEditor.Udp or FrameEditor.UdpLite && payload.Length >= 4)
        {
            if (random.Next(4) != 0)
            {
                BinaryPrimitives.WriteUInt16BigEndian(payload[2..], Targets.Port(random));
            }

            if (random.Next(3) == 0)
            {
                BinaryPrimitives.WriteUInt16BigEndian(payload, 4000);
            }
        }

        FrameEditor.FixTransportChecksum(frame);
        FrameEditor.FixHeaderChecksum(frame);
    }
}
