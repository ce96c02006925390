using System.Globalization;
using Saker.Packets;
using Saker.Stack.Core;
using Saker.Stack.Devices;
using Saker.Stack.Gro;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;
using Saker.Stack.Transport.Tcp;
using Saker.Stack.Transport.Udp;
using Saker.Wire;

namespace Saker.Tests.Stack.Gro;

/// <summary>A packet that has come out of merging.</summary>
/// <param name="Size">Bytes of payload in each segment; 0: the packet is alone.</param>
/// <param name="Segments">How many segments; 0: the packet is alone.</param>
/// <param name="Type">How it can be cut.</param>
/// <param name="Frame">Its bytes from the Ethernet header on.</param>
internal sealed record GroPacket(int Size, int Segments, GsoType Type, byte[] Frame)
{
    /// <summary>What a test asks for most: <c>1</c> for a packet alone, <c>3x100</c> for three segments of a hundred bytes.</summary>
    public override string ToString() => Size == 0 ? "1" : string.Create(CultureInfo.InvariantCulture, $"{Segments}x{Size}");
}

/// <summary>Merging alone: frames go in, packets come out, and can be cut again. All memory must be back at the end.</summary>
internal sealed class GroRun : IPacketListReceiver, IDisposable
{
    private readonly VirtualClock _clock = new();
    private readonly Cpu _cpu;
    private readonly NetworkDevice _device = new(2, "eth0", MacAddress.Parse("02:00:00:00:00:01"));
    private readonly GenericReceiveOffload<NoTracing> _gro;
    private readonly PacketSegmenter _segmenter;
    private readonly List<byte[]> _cut = [];
    private readonly List<GroPacket> _out = [];
    private readonly List<int> _lists = [];
    private readonly bool _cuts;

    public GroRun(ReceiveOffload? offload = null, bool cuts = false, bool readsVlan = true, int frameSize = FrameRegion.DefaultChunkSize, bool cutsByCopy = false)
    {
        _cpu = new Cpu(0, _clock, new CpuOptions { FrameSize = frameSize });
        _device.Offload = offload ?? new ReceiveOffload();
        _cuts = cuts;
        CutsByCopy = cutsByCopy;
        _gro = new GenericReceiveOffload<NoTracing>(_cpu, new DeviceTable([_device]), new GroSockets(TcpSockets, UdpSockets), readsVlan, this);
        _segmenter = new PacketSegmenter(_cpu);
    }

    public TcpSocketTable TcpSockets { get; } = new();

    public UdpSocketTable UdpSockets { get; } = new();

    /// <summary>A clone exists while packets are cut, so that the pieces cannot be taken apart.</summary>
    public bool CutsByCopy { get; }

    /// <summary>What the driver knows of the frames' checksums.</summary>
    public ChecksumState ChecksumState { get; set; }

    /// <summary>What has come out.</summary>
    public IReadOnlyList<GroPacket> Packets => _out;

    /// <summary>The frames into which packets were cut.</summary>
    public IReadOnlyList<byte[]> CutFrames => _cut;

    /// <summary>How many packets each list had that went up.</summary>
    public IReadOnlyList<int> Lists => _lists;

    /// <summary>Whether packets are held.</summary>
    public bool IsHolding => _gro.IsHolding;

    /// <summary>Merges frames in one poll, and tells what came out.</summary>
    public static string Merge(params SegmentFrame[] frames) => Merge(null, frames);

    /// <inheritdoc cref="Merge(SegmentFrame[])"/>
    public static string Merge(ReceiveOffload? offload, params SegmentFrame[] frames)
    {
        using GroRun run = new(offload);
        run.Poll(frames);
        return run.ToString();
    }

    /// <summary>Polls frames, and completes the poll.</summary>
    public void Poll(params IEnumerable<SegmentFrame> frames)
    {
        foreach (SegmentFrame frame in frames)
        {
            Receive(frame.ToBytes());
        }

        Flush();
    }

    public GroResult Receive(ReadOnlySpan<byte> frame, uint hash = 0)
    {
        Assert.True(_cpu.Packets.TryAllocate(_cpu.Frames, frame, out PacketBuffer packet));
        Assert.True(packet.TryMakeLinear(NetworkDevice.EthernetHeaderLength));
        packet.ChecksumState = ChecksumState;
        if (ChecksumState == ChecksumState.Complete)
        {
            packet.ChecksumValue = InternetChecksum.Sum(frame[NetworkDevice.EthernetHeaderLength..]);
        }

        if (hash != 0)
        {
            packet.SetHash(hash, coversPorts: true);
        }

        EthernetTypeOf.Frame(packet, _device);
        return _gro.Receive(packet);
    }

    public void Flush(bool onlyOld = false) => _gro.Flush(onlyOld);

    public void FlushNormal() => _gro.FlushNormal();

    public void Wait(TimeSpan time)
    {
        _clock.AdvanceTo(_clock.Now + (long)time.TotalNanoseconds);
        _cpu.ReadClock();
    }

    public void Receive(ref PacketList packets)
    {
        _lists.Add(packets.Count);
        while (packets.TryTake(out PacketBuffer packet))
        {
            packet.Push(NetworkDevice.EthernetHeaderLength);
            byte[] bytes = new byte[packet.Length];
            packet.CopyTo(0, bytes);
            _out.Add(new GroPacket(packet.GsoSize, packet.GsoSegments, packet.GsoType, bytes));
            if (_cuts && packet.IsMerged)
            {
                Cut(packet);
                continue;
            }

            _cut.Add(bytes);
            packet.Free();
        }
    }

    public void Dispose()
    {
        _gro.Clear();
        _cpu.Dispose();
    }

    public override string ToString() => string.Join(' ', _out);

    private void Cut(PacketBuffer packet)
    {
        PacketList segments = default;
        packet.Protocol = packet.GsoType.HasFlag(GsoType.TcpIPv6) || packet.Linear[packet.NetworkHeaderOffset] >> 4 == 6
            ? (ushort)EtherType.IPv6
            : (ushort)EtherType.IPv4;
        PacketBuffer clone = default;
        Assert.True(!CutsByCopy || packet.TryClone(out clone));
        Assert.True(_segmenter.TrySegment(packet, ref segments));
        if (CutsByCopy)
        {
            clone.Free();
        }

        while (segments.TryTake(out PacketBuffer segment))
        {
            byte[] bytes = new byte[segment.Length];
            segment.CopyTo(0, bytes);
            _cut.Add(bytes);
            segment.Free();
        }
    }
}
