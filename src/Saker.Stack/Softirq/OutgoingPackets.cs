using System.Numerics;

namespace Saker.Stack.Softirq;

/// <summary>What one CPU has brought to the backlogs of others, and whom it must still tell of it (<c>rps_ipi_list</c>).</summary>
internal sealed class OutgoingPackets
{
    private readonly Cpu _cpu;
    private BacklogQueue[] _targets = [];
    private ulong _known;
    private ulong _untold;

    public OutgoingPackets(Cpu cpu) => _cpu = cpu;

    /// <summary>Whether packets were ever brought to another CPU.</summary>
    public bool HasTargets => _known != 0;

    /// <summary>Gives the backlogs of all CPUs, by number.</summary>
    public void Join(BacklogQueue[] targets) => _targets = targets;

    /// <summary>A packet was added to a CPU's backlog: it is polled here, or its CPU is told at the end of the run.</summary>
    public void Note(BacklogQueue target)
    {
        if (ReferenceEquals(target.Cpu, _cpu))
        {
            if (target.TrySchedule())
            {
                _cpu.Softirq.Schedule(target.Poller!);
            }

            return;
        }

        ulong bit = 1UL << target.Cpu.Index;
        _known |= bit;
        _untold |= bit;
        if (!_cpu.Receive.IsRunning)
        {
            _cpu.Softirq.Raise(SoftirqVectors.NetReceive);
        }
    }

    /// <summary>Interrupts the CPUs that have packets waiting which nobody polls.</summary>
    public void Announce()
    {
        if (_untold == 0)
        {
            return;
        }

        // What was added must be seen before it is read whether somebody polls.
        Interlocked.MemoryBarrier();
        for (ulong rest = _untold; rest != 0; rest &= rest - 1)
        {
            BacklogQueue target = _targets[BitOperations.TrailingZeroCount(rest)];
            if (target.InputLength != 0 && target.TrySchedule())
            {
                target.Cpu.Raise(target);
            }
        }

        _untold = 0;
    }

    /// <summary>Takes the metadata back that other CPUs are done with.</summary>
    public void Reclaim()
    {
        for (ulong rest = _known; rest != 0; rest &= rest - 1)
        {
            _targets[BitOperations.TrailingZeroCount(rest)].Reclaim(_cpu);
        }
    }
}
