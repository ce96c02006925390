using System.Numerics;
using System.Runtime.CompilerServices;
using Saker.Packets;
using Saker.Stack.Core;
using Saker.Stack.Devices;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;
using Saker.Stack.Transport.Tcp;
using Saker.Stack.Transport.Udp;
using Saker.Wire;

namespace Saker.Stack.Gro;

/// <summary>
/// Merges neighbouring segments of a flow, so that the layers above run once for many (generic receive offload: <c>napi_gro_receive</c>,
/// <c>struct gro_node</c>). Each polling context has one.
/// </summary>
/// <remarks>
/// The driver gives each packet to <see cref="Receive(PacketBuffer)"/> and ends its poll with <see cref="Flush"/>. Packets go up in lists. Flows inside tunnels
/// are not merged.
/// </remarks>
internal sealed class GenericReceiveOffload<TTrace> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
{
    /// <summary>How many buckets (<c>GRO_HASH_BUCKETS</c>).</summary>
    private const int BucketCount = 8;

    /// <summary>Nanoseconds in a tick of the kernel's clock, by which the age of held packets is told (<c>CONFIG_HZ</c> of 250).</summary>
    private const long TickLength = 4_000_000;

    private readonly DeviceTable _devices;
    private readonly IPacketListReceiver _next;
    private readonly bool _readsVlan;
    private readonly TcpMerging _tcp;
    private readonly UdpMerging _udp;
    private readonly GroBucket[] _buckets = [.. Enumerable.Range(0, BucketCount).Select(_ => new GroBucket())];
    private uint _filled;
    private PacketList _normal;
    private int _normalCount;

    /// <param name="cpu">The CPU that polls.</param>
    /// <param name="devices">The devices, which tell what may be merged.</param>
    /// <param name="sockets">The sockets that may want merged packets, or not.</param>
    /// <param name="readsVlan">Whether the kernel has VLANs, and so sees through their tags.</param>
    /// <param name="next">Where packets go.</param>
    public GenericReceiveOffload(Cpu cpu, DeviceTable devices, GroSockets sockets, bool readsVlan, IPacketListReceiver next)
        : base(cpu)
    {
        _devices = devices;
        _next = next;
        _readsVlan = readsVlan;
        _tcp = new TcpMerging(sockets.Tcp);
        _udp = new UdpMerging(sockets.Udp);
    }

    /// <summary>The polling context's number, which packets bear; 0: none.</summary>
    public ushort NapiId { get; init; }

    /// <summary>How many segments go up in one list at least (<c>net.core.gro_normal_batch</c>).</summary>
    public int NormalBatch { get; set; } = 8;

    /// <summary>Whether packets are held.</summary>
    public bool IsHolding => _filled != 0;

    /// <summary>What may be merged of a device's packets: to be asked once a poll, since settings and sockets may change.</summary>
    public MergeChoice ChoiceFor(NetworkDevice device) => new(device.Offload, passesUdp: !_udp.IsWanted(device.Offload));

    /// <summary>Takes a packet whose data begins behind the Ethernet header, which is marked.</summary>
    public GroResult Receive(PacketBuffer packet) => Receive(packet, ChoiceFor(_devices[packet.Device]), packet.Linear);

    /// <summary>Takes a packet whose data begins behind the Ethernet header, which is marked.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="choice">What may be merged of its device's packets.</param>
    /// <param name="data">The packet's linear bytes.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public GroResult Receive(PacketBuffer packet, MergeChoice choice, ReadOnlySpan<byte> data)
    {
        Enter(packet, Stage.GroReceive);
        packet.NapiId = NapiId;
        if (choice.Passes(packet.Protocol, data))
        {
            Note(packet, "merging", choice.Offload.IsOn ? "no: nobody wants UDP merged" : "off");
            PassNormal(packet, 1);
            return GroResult.Normal;
        }

        return Offer(packet, choice.Offload);
    }

    /// <summary>Lets held packets go up, and what waits for its list to fill (<c>gro_flush_normal</c>).</summary>
    /// <param name="onlyOld">Whether those stay that have been held in this tick.</param>
    public void Flush(bool onlyOld)
    {
        for (uint filled = _filled; filled != 0; filled &= filled - 1)
        {
            int number = BitOperations.TrailingZeroCount(filled);
            FlushBucket(_buckets[number], onlyOld);
            NoteFilled(number);
        }

        FlushNormal();
    }

    /// <summary>Passes up what waits for its list to fill (<c>gro_normal_list</c>).</summary>
    public void FlushNormal()
    {
        if (_normalCount == 0)
        {
            return;
        }

        PacketList packets = _normal;
        _normal = default;
        _normalCount = 0;
        _next.Receive(ref packets);
    }

    /// <summary>Frees what is held.</summary>
    public void Clear()
    {
        foreach (GroBucket bucket in _buckets)
        {
            while (bucket.Count != 0)
            {
                bucket.Take(0).Free();
            }
        }

        _filled = 0;
        _normal.Free();
        _normalCount = 0;
    }

    /// <summary><c>dev_gro_receive</c>, from where the headers have their say.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private GroResult Offer(PacketBuffer packet, ReceiveOffload offload)
    {
        GroCandidate candidate = new() { Packet = packet, Offload = offload };
        if (!GroNetwork.TryRead(ref candidate, _readsVlan))
        {
            Note(packet, "merging", "no: the headers do not allow it");
            PassNormal(packet, 1);
            return GroResult.Normal;
        }

        int number = (int)(packet.Hash & (BucketCount - 1));
        GroBucket bucket = _buckets[number];
        GroResult result = candidate.Protocol == IPProtocol.Tcp
            ? _tcp.Receive(ref candidate, bucket, out int held, out bool completes)
            : _udp.Receive(ref candidate, bucket, out held, out completes);
        if (TTrace.Details)
        {
            Note(packet, "merging", Describe(result));
        }

        if (TTrace.Stages && result == GroResult.Merged)
        {
            Hold(packet, Stage.GroReceive);
            TellMerged(packet, bucket[held].Origin);
        }

        if (completes)
        {
            Complete(bucket.Take(held));
        }

        switch (result)
        {
            case GroResult.Held:
                HoldIn(bucket, candidate);
                break;
            case GroResult.Normal:
                PassNormal(packet, 1);
                break;
        }

        NoteFilled(number);
        return result;
    }

    private static string Describe(GroResult result) => result switch
    {
        GroResult.Merged => "behind a held segment of its flow",
        GroResult.Held => "held for further segments, until the poll ends at most or the row does",
        _ => "no: neither with what is held, nor to be held",
    };

    private void HoldIn(GroBucket bucket, in GroCandidate candidate)
    {
        if (bucket.IsFull)
        {
            Complete(bucket.Take(0));
        }

        PacketBuffer packet = candidate.Packet;
        packet.Control<GroControl>() = new GroControl
        {
            Tick = Tick,
            NetworkOffset = (ushort)candidate.NetworkOffset,
            TransportOffset = (ushort)candidate.TransportOffset,
            PayloadOffset = (ushort)candidate.PayloadOffset,
            Segments = (ushort)candidate.Segments,
            SegmentSize = (ushort)(packet.IsMerged ? packet.GsoSize : candidate.PayloadLength),
            Protocol = candidate.Protocol,
            IsIPv6 = candidate.IsIPv6,
            KeepsSegments = candidate.KeepsSegments,
        };
        bucket.Add(packet, candidate.Digest);
    }

    private long Tick => Cpu.Now / TickLength;

    /// <summary>The oldest go up first (<c>__gro_flush_chain</c>).</summary>
    private void FlushBucket(GroBucket bucket, bool onlyOld)
    {
        while (bucket.Count != 0)
        {
            if (onlyOld && bucket[0].Control<GroControl>().Tick == Tick)
            {
                break;
            }

            Complete(bucket.Take(0));
        }

        for (int i = 0; i < bucket.Count; i++)
        {
            ref GroControl control = ref bucket[i].Control<GroControl>();
            if (!control.WasTold)
            {
                control.WasTold = true;
                Hold(bucket[i], Stage.GroReceive);
            }
        }
    }

    /// <summary>A held packet gets no more segments and goes up (<c>gro_complete</c>).</summary>
    private void Complete(PacketBuffer packet)
    {
        ref GroControl control = ref packet.Control<GroControl>();
        int segments = control.Segments;
        if (segments == 1)
        {
            packet.ClearMerged();
        }
        else
        {
            Enter(packet, Stage.GroComplete);
            Note(packet, "segments", segments);
            GroCompletion.WriteHeaders(packet, control);
        }

        packet.MarkNetworkHeader(control.NetworkOffset);
        control = default;
        PassNormal(packet, segments);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void PassNormal(PacketBuffer packet, int segments)
    {
        _normal.Add(packet);
        _normalCount += segments;
        if (_normalCount >= NormalBatch)
        {
            FlushNormal();
        }
    }

    private void NoteFilled(int number)
    {
        uint bit = 1u << number;
        _filled = _buckets[number].Count != 0 ? _filled | bit : _filled & ~bit;
    }
}

/// <summary>The sockets that may want merged packets, or not.</summary>
internal readonly record struct GroSockets(TcpSocketTable Tcp, UdpSocketTable Udp);
