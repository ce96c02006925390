using Saker.Stack;
using Saker.Stack.Nic;

namespace Saker.Host.Replay;

/// <summary>How a replay's work was spread over the card's queues and the CPUs, and what of it was lost on the way to them.</summary>
/// <param name="Queues">The queues, by number.</param>
/// <param name="Cpus">The CPUs, by number.</param>
public sealed record ReceiveLoad(IReadOnlyList<QueueLoad> Queues, IReadOnlyList<CpuLoad> Cpus)
{
    /// <summary>Whether there is something to tell: several queues or CPUs, something lost, or a softirq that had to stop.</summary>
    public bool IsNotable =>
        Queues.Count > 1 || Cpus.Count > 1 || Queues.Any(queue => queue.Missed != 0) || Cpus.Any(cpu => cpu.Dropped != 0 || cpu.TimeSqueeze != 0);

    internal static ReceiveLoad Of(NetworkStack stack, NetworkCard card) => new(
        [.. card.Queues.Select(queue => new QueueLoad(
            queue.Number,
            queue.Frames,
            card.Statistics[queue.Number, QueueCounter.Bytes],
            queue.Lost,
            queue.Interrupt.Vector.Number,
            queue.Interrupt.Vector.Cpu.Index,
            Sum(queue.Interrupt.Vector.Counts)))],
        [.. stack.Cpus.Select(cpu => new CpuLoad(cpu.Index, cpu.Softnet.Processed, cpu.Softnet.Dropped, cpu.Softnet.TimeSqueeze, cpu.Softnet.ReceivedRps))]);

    private static long Sum(ReadOnlySpan<long> counts)
    {
        long sum = 0;
        foreach (long count in counts)
        {
            sum += count;
        }

        return sum;
    }
}

/// <summary>What one receive queue had to do.</summary>
/// <param name="Queue">Its number.</param>
/// <param name="Frames">Frames that its ring took.</param>
/// <param name="Bytes">Bytes of those that the driver made packets of.</param>
/// <param name="Missed">Frames lost because the ring had no empty descriptor.</param>
/// <param name="Vector">The number of its interrupt.</param>
/// <param name="Cpu">The CPU that the interrupt comes to.</param>
/// <param name="Interrupts">How often it came.</param>
public sealed record QueueLoad(int Queue, long Frames, long Bytes, long Missed, int Vector, int Cpu, long Interrupts);

/// <summary>What one CPU had to do: columns of <c>/proc/net/softnet_stat</c>.</summary>
/// <param name="Cpu">Its number.</param>
/// <param name="Processed">Packets that entered the receive core.</param>
/// <param name="Dropped">Packets that its backlog refused.</param>
/// <param name="TimeSqueeze">Runs of the receive softirq that ended with their budget or time used up.</param>
/// <param name="ReceivedRps">How often another CPU has woken it.</param>
public sealed record CpuLoad(int Cpu, long Processed, long Dropped, long TimeSqueeze, long ReceivedRps);
