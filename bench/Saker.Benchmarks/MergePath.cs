using System.Buffers.Binary;
using Saker.Packets;
using Saker.Stack.Core;
using Saker.Stack.Devices;
using Saker.Stack.Gro;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;
using Saker.Stack.Transport.Tcp;
using Saker.Stack.Transport.Udp;
using Saker.Wire;

namespace Saker.Benchmarks;

/// <summary>Merging alone: 44 full segments of one TCP flow as a driver hands them over, their checksums verified by the card; or UDP that nobody wants merged.</summary>
internal sealed class MergePath : IPacketListReceiver, IDisposable
{
    /// <summary>Segments that fill a packet.</summary>
    public const int Segments = 44;

    private const int HeaderLength = 14 + 40;
    private const int PayloadLength = 1460;

    private readonly Cpu _cpu = new(0, new VirtualClock(), new CpuOptions());
    private readonly NetworkDevice _device = new(1, "eth0", MacAddress.Parse("02:00:00:00:00:01"));
    private readonly GenericReceiveOffload<NoTracing> _gro;
    private readonly PacketBuffer[] _packets = new PacketBuffer[Segments];
    private readonly byte[][] _frames;
    private readonly byte[] _udp = Frames.Udp(64, 40_000, 9000);
    private readonly byte[] _copy = new byte[65536];
    private long _bytes;

    public MergePath()
    {
        _gro = new GenericReceiveOffload<NoTracing>(
            _cpu, new DeviceTable([_device]), new GroSockets(new TcpSocketTable(), new UdpSocketTable()), readsVlan: true, this);
        _frames = [.. Enumerable.Range(0, Segments).Select(Segment)];
    }

    /// <summary>What a driver does before merging: the packets' bytes and metadata. It is a part of every measurement here, and of nobody's claim.</summary>
    public long Prepare(ChecksumState state)
    {
        for (int i = 0; i < Segments; i++)
        {
            _cpu.Packets.TryAllocate(_cpu.Frames, out PacketBuffer packet);
            _frames[i].AsSpan(0, HeaderLength).CopyTo(packet.Put(_frames[i].Length));
            packet.ChecksumState = state;
            packet.TrueSize = FrameMemoryCost.Of(_device.FrameMemory, packet.Length);
            EthernetTypeOf.Frame(packet, _device);
            _packets[i] = packet;
        }

        return Segments;
    }

    /// <summary>Prepares, and frees.</summary>
    public long PrepareAndFree()
    {
        Prepare(ChecksumState.Unnecessary);
        foreach (PacketBuffer packet in _packets)
        {
            packet.Free();
        }

        return Segments;
    }

    /// <summary>Prepares, merges into one packet, and frees.</summary>
    public long PrepareAndMerge()
    {
        Prepare(ChecksumState.Unnecessary);
        MergeChoice choice = _gro.ChoiceFor(_device);
        foreach (PacketBuffer packet in _packets)
        {
            _gro.Receive(packet, choice, packet.Linear);
        }

        _gro.Flush(onlyOld: false);
        return _bytes;
    }

    /// <summary>Prepares, copies the payloads together, and frees.</summary>
    public long PrepareAndCopy()
    {
        Prepare(ChecksumState.Unnecessary);
        int length = 0;
        foreach (PacketBuffer packet in _packets)
        {
            packet.Linear[(HeaderLength - NetworkDevice.EthernetHeaderLength)..].CopyTo(_copy.AsSpan(length));
            length += PayloadLength;
            packet.Free();
        }

        return length;
    }

    /// <summary>UDP datagrams through merging, or (to be subtracted) in a list past it.</summary>
    public long PassUdp(bool merges)
    {
        for (int i = 0; i < Segments; i++)
        {
            _cpu.Packets.TryAllocate(_cpu.Frames, out PacketBuffer packet);
            _udp.CopyTo(packet.Put(_udp.Length));
            packet.TrueSize = FrameMemoryCost.Of(_device.FrameMemory, packet.Length);
            EthernetTypeOf.Frame(packet, _device);
            _packets[i] = packet;
        }

        PacketList list = default;
        MergeChoice choice = _gro.ChoiceFor(_device);
        foreach (PacketBuffer packet in _packets)
        {
            if (merges)
            {
                _gro.Receive(packet, choice, packet.Linear);
            }
            else
            {
                list.Add(packet);
                if (list.Count == _gro.NormalBatch)
                {
                    Receive(ref list);
                    list = default;
                }
            }
        }

        Receive(ref list);
        _gro.Flush(onlyOld: false);
        return _bytes;
    }

    /// <inheritdoc/>
    public void Receive(ref PacketList packets)
    {
        while (packets.TryTake(out PacketBuffer packet))
        {
            _bytes += packet.Length;
            packet.Free();
        }
    }

    public void Dispose()
    {
        _gro.Clear();
        _cpu.Dispose();
    }

    private static byte[] Segment(int index)
    {
        byte[] frame = new byte[HeaderLength + PayloadLength];
        MacAddress.Parse("02:00:00:00:00:01").WriteTo(frame);
        MacAddress.Parse("02:00:00:00:00:02").WriteTo(frame.AsSpan(6));
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(12), (ushort)EtherType.IPv4);
        IPv4Header ip = new()
        {
            TotalLength = 40 + PayloadLength,
            Identification = (ushort)index,
            Flags = IPv4Flags.DontFragment,
            TimeToLive = 64,
            Protocol = IPProtocol.Tcp,
            Source = new IPv4Address(10, 0, 0, 2),
            Destination = new IPv4Address(10, 0, 0, 1),
        };
        ip.Emit(frame.AsSpan(14));
        (ip with { HeaderChecksum = InternetChecksum.Compute(frame.AsSpan(14, 20)) }).Emit(frame.AsSpan(14));
        new TcpHeader
        {
            SourcePort = 5000,
            DestinationPort = 80,
            SequenceNumber = new SequenceNumber((uint)(index * PayloadLength)),
            Flags = TcpFlags.Ack,
            Window = 500,
        }.Emit(frame.AsSpan(34));
        return frame;
    }
}
