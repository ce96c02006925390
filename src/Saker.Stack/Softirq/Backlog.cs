using Saker.Packets;
using Saker.Stack.Core;
using Saker.Stack.Devices;
using Saker.Stack.Observation;

namespace Saker.Stack.Softirq;

/// <summary>
/// Polls a CPU's backlog (<c>process_backlog</c>): packets that another CPU's queue received and RPS gave to this one, and those that come back without having
/// been on a wire, sent by the loopback device or as the host's own copy of a broadcast.
/// </summary>
internal sealed class Backlog<TTrace> : NapiContext
    where TTrace : struct, ITracing
{
    private readonly Cpu _cpu;
    private readonly BacklogQueue _queue;
    private readonly ReceiveCore<TTrace> _core;
    private readonly Stages _stages;

    public Backlog(Cpu cpu, DeviceTable devices, ReceiveCore<TTrace> core)
    {
        _cpu = cpu;
        _queue = cpu.Backlog;
        _queue.Poller = this;
        _core = core;
        _stages = new Stages(cpu, devices);
    }

    /// <inheritdoc/>
    protected internal override int Weight
    {
        get
        {
            ReceiveSettings settings = _cpu.Receive.Settings;
            return (int)Math.Min((long)settings.DeviceWeight * settings.ReceiveWeightBias, int.MaxValue);
        }
    }

    /// <inheritdoc/>
    protected internal override int Poll(int budget)
    {
        _cpu.SendInterrupts();
        int work = 0;
        while (true)
        {
            while (_queue.TryTake(out PacketBuffer packet, out int source))
            {
                if (source < 0 || _stages.TryTakeOver(_queue, source, ref packet))
                {
                    _stages.Tell(packet);
                    PacketList one = default;
                    one.Add(packet);
                    _core.Receive(ref one);
                }

                if (++work >= budget)
                {
                    return work;
                }
            }

            if (!_queue.TrySplice() && _queue.TryFinish())
            {
                Complete();
                return work;
            }
        }
    }

    private sealed class Stages(Cpu cpu, DeviceTable devices) : ReceiveStage<TTrace>(cpu)
    {
        public void Tell(PacketBuffer packet) => Enter(packet, Stage.Backlog);

        /// <summary>Makes another CPU's packet this one's.</summary>
        /// <returns>False if there is no metadata for it: it is dropped, and the other CPU frees it.</returns>
        public bool TryTakeOver(BacklogQueue queue, int source, ref PacketBuffer packet)
        {
            PacketBuffer foreign = packet;
            bool isTaken = Cpu.Packets.TryTakeOver(foreign, out packet);
            if (!isTaken)
            {
                devices[foreign.Device].Counters.Of(Cpu).Add(DeviceCounter.RxDropped);
                CountDrop(foreign, Stage.Backlog, DropReason.BacklogNoMemory);
            }

            queue.MarkDone(source);
            return isTaken;
        }
    }
}
