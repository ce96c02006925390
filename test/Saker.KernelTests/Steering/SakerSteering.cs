using Saker.Packets;
using Saker.Stack.Core;
using Saker.Stack.Devices;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.KernelTests.Steering;

/// <summary>Two of Saker's CPUs with their backlogs, and a receive core behind each that wants nothing: what comes there is noted by a tap.</summary>
internal sealed class SakerSteering : IDisposable
{
    public const int Cpus = 2;

    private readonly NetworkDevice _device = new(2, "eth0", MacAddress.Parse(Oracle.Frame.Target));
    private readonly VirtualClock _clock = new();
    private readonly Cpu[] _cpus;
    private readonly PacketSteering<NoTracing>[] _steering;
    private readonly List<int>[] _order = [.. Enumerable.Range(0, Cpus).Select(_ => new List<int>())];
    private readonly List<int>[] _polls = [.. Enumerable.Range(0, Cpus).Select(_ => new List<int>())];
    private readonly HashSet<int> _during = [];
    private bool _isPolling;

    public SakerSteering(ReceiveSettings settings, params ulong[] masks)
    {
        _cpus = [.. Enumerable.Range(0, Cpus).Select(index => new Cpu(index, _clock, new CpuOptions(), cpuCount: Cpus))];
        DeviceTable devices = new([_device]);
        _device.Counters.Provide(Cpus);
        Array.ForEach(_cpus, cpu => cpu.Receive.Settings = settings);
        RpsTable rps = new([.. _cpus], devices);
        for (int queue = 0; queue < masks.Length; queue++)
        {
            rps.Set(_device, queue, masks[queue]);
        }

        BacklogQueue[] backlogs = [.. _cpus.Select(cpu => cpu.Backlog)];
        _steering = [.. _cpus.Select(cpu => Join(cpu, devices, new PacketSteering<NoTracing>(cpu, devices, rps, new FlowHash(1), backlogs)))];
    }

    /// <summary>Frames come by polls of the first CPU, one for each ring's share.</summary>
    public SteeringResult Poll(IReadOnlyList<SteeredFrame> frames) => Run(frames, () =>
    {
        foreach (IGrouping<int, SteeredFrame> ring in frames.GroupBy(frame => frame.Ring))
        {
            _cpus[0].Softirq.Schedule(new FramePoll(this, [.. ring]));
        }

        Finish();
    });

    /// <summary>Frames come one by one to the first CPU without a poll (<c>netif_rx</c>).</summary>
    public SteeringResult ReceiveLater(IReadOnlyList<SteeredFrame> frames) => Run(frames, () =>
    {
        foreach (SteeredFrame frame in frames)
        {
            _steering[0].ReceiveOwn(MakePacket(frame));
            Finish();
        }
    });

    /// <summary>How many packets a poll of a backlog may take.</summary>
    public int BacklogWeight => _cpus[0].Backlog.Poller!.Weight;

    public void Dispose()
    {
        Array.ForEach(_cpus, cpu => cpu.Backlog.Clear());
        Array.ForEach(_cpus, cpu => cpu.Outgoing.Reclaim());
        Array.ForEach(_cpus, cpu => cpu.Frames.CollectReturned());
        Array.ForEach(_cpus, cpu => cpu.Dispose());
    }

    private PacketSteering<NoTracing> Join(Cpu cpu, DeviceTable devices, PacketSteering<NoTracing> steering)
    {
        HookTable hooks = new(devices);
        hooks.Add(new CpuTap(this, cpu.Index), null, (ushort)EtherType.All);
        PacketContext context = PacketContext.Of<NoTracing>(cpu, devices, new FlowHash(1));
        steering.Core = new ReceiveCore<NoTracing>(cpu, devices, new PacketTypeTable([]), hooks, context, new PacketTaps<NoTracing>(cpu, context, hooks));
        _ = new Backlog<NoTracing>(cpu, devices, steering.Core);
        return steering;
    }

    private SteeringResult Run(IReadOnlyList<SteeredFrame> frames, Action action)
    {
        Array.ForEach(_order, order => order.Clear());
        Array.ForEach(_polls, polls => polls.Clear());
        _during.Clear();
        SoftnetRow[] before = ReadRows();
        long refused = _cpus.Sum(cpu => cpu.Drops[DropReason.CpuBacklog]);
        long drops = _device.Counters[DeviceCounter.RxDropped] - Unwanted;
        action();
        return new SteeringResult(
            [.. frames.Select(frame => new SteeredTo(frame.Length, Array.FindIndex(_order, order => order.Contains(frame.Length)), !_during.Contains(frame.Length)))],
            _order,
            [.. _polls.Select(polls => UntilDone(polls, BacklogWeight))],
            [.. ReadRows().Zip(before, (now, then) => now.Since(then))],
            _device.Counters[DeviceCounter.RxDropped] - Unwanted - drops,
            [.. Enumerable.Repeat("CPU_BACKLOG", (int)(_cpus.Sum(cpu => cpu.Drops[DropReason.CpuBacklog]) - refused))]);
    }

    /// <summary>A row of polls up to the first one that took fewer packets than it might.</summary>
    public static List<int> UntilDone(IEnumerable<int> polls, int weight)
    {
        List<int> until = [];
        foreach (int work in polls)
        {
            until.Add(work);
            if (work < weight)
            {
                break;
            }
        }

        return until;
    }

    /// <summary>The core counts what nobody wants as dropped, too.</summary>
    private long Unwanted => _cpus.Sum(cpu => cpu.Drops[DropReason.UnhandledProtocol]);

    private SoftnetRow[] ReadRows() =>
        [.. _cpus.Select(cpu => new SoftnetRow(cpu.Softnet.Processed, cpu.Softnet.Dropped, cpu.Softnet.TimeSqueeze, cpu.Softnet.ReceivedRps))];

    private void Finish()
    {
        bool isIdle;
        do
        {
            isIdle = true;
            foreach (Cpu cpu in _cpus)
            {
                _isPolling = false;
                CpuStep step = cpu.Step();
                isIdle &= step.IsIdle;
                if (step.Polls != 0 && !_isPolling)
                {
                    _polls[cpu.Index].Add(step.Packets);
                }
            }
        }
        while (!isIdle);
    }

    private PacketBuffer MakePacket(SteeredFrame frame)
    {
        byte[] bytes = Oracle.Frame.Ethernet(new byte[frame.Length], 0x88b5);
        Assert.True(_cpus[0].Packets.TryAllocate(_cpus[0].Frames, bytes, out PacketBuffer packet));
        packet.Queue = (ushort)frame.Queue;
        packet.SetHash(frame.Hash, coversPorts: true);
        EthernetTypeOf.Frame(packet, _device);
        return packet;
    }

    private sealed class CpuTap(SakerSteering owner, int cpu) : IPacketTap
    {
        public DropReason See(PacketBuffer packet, NetworkDevice original, PacketContext context)
        {
            owner._order[cpu].Add(packet.Length);
            if (owner._isPolling)
            {
                owner._during.Add(packet.Length);
            }

            return DropReason.Consumed;
        }
    }

    private sealed class FramePoll(SakerSteering owner, SteeredFrame[] frames) : NapiContext
    {
        protected internal override int Poll(int budget)
        {
            owner._isPolling = true;
            Assert.True(frames.Length < budget);
            PacketList packets = default;
            foreach (SteeredFrame frame in frames)
            {
                packets.Add(owner.MakePacket(frame));
            }

            owner._steering[0].Receive(ref packets);
            Complete(frames.Length);
            return frames.Length;
        }
    }
}
