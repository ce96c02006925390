using Saker.Packets;
using Saker.Stack.Core;
using Saker.Stack.Devices;
using Saker.Stack.Observation;

namespace Saker.Stack.Softirq;

/// <summary>
/// Where packets that a poll passes up go: to the receive core of this CPU, or by receive packet steering to another CPU's backlog
/// (<c>netif_receive_skb_list_internal</c>, <c>get_rps_cpu</c>, <c>enqueue_to_backlog</c>).
/// </summary>
internal sealed class PacketSteering<TTrace> : ReceiveStage<TTrace>, IPacketReceiver
    where TTrace : struct, ITracing
{
    private readonly DeviceTable _devices;
    private readonly RpsTable _rps;
    private readonly FlowHash _hash;
    private readonly BacklogQueue[] _backlogs;

    public PacketSteering(Cpu cpu, DeviceTable devices, RpsTable rps, FlowHash hash, BacklogQueue[] backlogs)
        : base(cpu)
    {
        _devices = devices;
        _rps = rps;
        _hash = hash;
        _backlogs = backlogs;
        cpu.Outgoing.Join(backlogs);
    }

    /// <summary>Who gets the packets that stay here. It needs this itself to send, and so comes later.</summary>
    public ReceiveCore<TTrace>? Core { get; set; }

    /// <summary>Takes a poll's packets, their data beginning at the network header.</summary>
    public void Receive(ref PacketList packets)
    {
        if (_rps.IsNeeded)
        {
            Steer(ref packets);
        }

        Core!.Receive(ref packets);
    }

    /// <summary>
    /// Takes a packet of our own that comes back without having been on a wire: as <see cref="ReceiveLater"/>, but it is no received frame's any more
    /// (<see cref="PacketBuffer.Origin"/> is 0).
    /// </summary>
    public void ReceiveOwn(PacketBuffer packet)
    {
        packet.Origin = 0;
        ReceiveLater(packet);
    }

    /// <summary>
    /// Takes a packet by way of the backlog (<c>netif_rx</c>): its data begins at its network header, its device and packet type are set.
    /// </summary>
    public void ReceiveLater(PacketBuffer packet)
    {
        int target = _rps.IsNeeded ? FindCpu(packet) : -1;
        Enqueue(packet, target < 0 ? Cpu.Index : target);
    }

    private void Steer(ref PacketList packets)
    {
        PacketList staying = default;
        while (packets.TryTake(out PacketBuffer packet))
        {
            int target = FindCpu(packet);
            if (target < 0)
            {
                staying.Add(packet);
            }
            else
            {
                Enter(packet, Stage.BacklogQueue);
                Enqueue(packet, target);
            }
        }

        packets = staying;
    }

    /// <summary><c>get_rps_cpu</c>: the CPU that the map of the packet's queue has for its flow; negative: none has.</summary>
    private int FindCpu(PacketBuffer packet)
    {
        if (_rps.Find(packet.Device, packet.Queue) is not { } map)
        {
            return -1;
        }

        Enter(packet, Stage.Steering);

        // A card's hash of addresses alone is not good enough for the kernel, which computes one with ports.
        if (!packet.HasHash || !packet.HashCoversPorts)
        {
            _hash.Set(packet);
        }

        uint hash = packet.HasHash ? packet.Hash : 0;
        int target = hash == 0 ? -1 : map.Choose(hash);
        Note(packet, "CPU", target);
        return target;
    }

    /// <summary><c>enqueue_to_backlog</c>.</summary>
    private void Enqueue(PacketBuffer packet, int cpu)
    {
        BacklogQueue target = _backlogs[cpu];
        long length = target.InputLength;
        int limit = Cpu.Receive.Settings.MaximumBacklog;
        if (!Check(packet, "the CPU's backlog has room", length, limit, length <= limit))
        {
            Refuse(packet, target, DropReason.CpuBacklog);
            return;
        }

        if (!ReferenceEquals(target.Cpu, Cpu) && !packet.TryMakeExclusive())
        {
            Refuse(packet, target, DropReason.BacklogNoMemory);
            return;
        }

        if (!target.TryAdd(Cpu, packet))
        {
            Refuse(packet, target, DropReason.BacklogQueueFull);
            return;
        }

        Cpu.Outgoing.Note(target);
    }

    private void Refuse(PacketBuffer packet, BacklogQueue target, DropReason reason)
    {
        target.CountRefused(Cpu);
        _devices[packet.Device].Counters.Of(Cpu).Add(DeviceCounter.RxDropped);
        Drop(packet, Stage.BacklogQueue, reason);
    }
}
