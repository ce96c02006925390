using Saker.Packets;
using Saker.Stack.Core;
using Saker.Stack.Devices;
using Saker.Stack.Observation;

namespace Saker.Stack.Softirq;

/// <summary>
/// Packets that come back without having been on a wire, and wait for this CPU's softirq (<c>netif_rx</c>, <c>process_backlog</c>): what is sent by the
/// loopback device, and the host's own copy of a broadcast.
/// </summary>
/// <remarks>A packet here was sent, not received: it is no received frame's any more (<see cref="PacketBuffer.Origin"/> is 0).</remarks>
internal sealed class Backlog<TTrace> : NapiContext
    where TTrace : struct, ITracing
{
    /// <summary>How many packets may wait (<c>net.core.netdev_max_backlog</c>).</summary>
    private const int MostWaiting = 1000;

    private readonly Stages _stages;
    private PacketList _waiting;
    private int _count;

    public Backlog(Cpu cpu, DeviceTable devices) => _stages = new Stages(cpu, devices);

    /// <summary>Who gets the packets. It needs this backlog itself, and so comes later.</summary>
    public ReceiveCore<TTrace>? Core { get; set; }

    /// <summary>Takes a packet whose data begins at its network header, its device and packet type set.</summary>
    public void Add(PacketBuffer packet)
    {
        packet.Origin = 0;
        if (_count == MostWaiting)
        {
            _stages.Refuse(packet);
            return;
        }

        _waiting.Add(packet);
        _count++;
        _stages.Schedule(this);
    }

    /// <summary>Frees what waits.</summary>
    public void Clear()
    {
        while (_waiting.TryTake(out PacketBuffer packet))
        {
            packet.Free();
        }

        _count = 0;
    }

    /// <inheritdoc/>
    protected internal override int Poll(int budget)
    {
        int work = 0;
        while (work < budget && _waiting.TryTake(out PacketBuffer packet))
        {
            _count--;
            work++;
            PacketList one = default;
            one.Add(packet);
            Core!.Receive(ref one);
        }

        if (work < budget)
        {
            Complete();
        }

        return work;
    }

    private sealed class Stages(Cpu cpu, DeviceTable devices) : ReceiveStage<TTrace>(cpu)
    {
        public void Schedule(NapiContext context) => Cpu.Softirq.Schedule(context);

        public void Refuse(PacketBuffer packet)
        {
            devices[packet.Device].Counters.Of(Cpu).Add(DeviceCounter.RxDropped);
            Drop(packet, Stage.ReceiveCore, DropReason.CpuBacklog);
        }
    }
}
