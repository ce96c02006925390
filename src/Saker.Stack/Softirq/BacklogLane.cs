using System.Runtime.InteropServices;
using Saker.Packets;

namespace Saker.Stack.Softirq;

/// <summary>
/// Packets that one CPU brings to another one's backlog (<see cref="BacklogQueue"/>): a ring, and how much of it the poll has taken over. Counts of the two sides are on
/// lines of their own.
/// </summary>
/// <param name="ring">The ring.</param>
internal sealed class BacklogLane(HandoffRing ring)
{
    private Counts _counts;

    /// <summary>Packets that the poll has not taken over. For any CPU.</summary>
    public long InputLength => ring.PostedCount - Volatile.Read(ref _counts.Spliced);

    /// <summary>Packets that are the poll's. For any CPU.</summary>
    public long ProcessLength => Volatile.Read(ref _counts.Spliced) - ring.DoneCount;

    /// <summary>Packets that found no room. The source counts them.</summary>
    public long Refused
    {
        get => Volatile.Read(ref _counts.Refused);
        set => Volatile.Write(ref _counts.Refused, value);
    }

    /// <summary>Adds a packet. For the source.</summary>
    public bool TryAdd(PacketBuffer packet, long number)
    {
        if (ring.IsFull)
        {
            Reclaim();
        }

        return ring.TryPost(packet, number);
    }

    /// <summary>Frees what is left of packets that were taken over. For the source.</summary>
    public void Reclaim()
    {
        while (ring.TryReclaim(out PacketBuffer packet))
        {
            packet.FreeHandedOver();
        }
    }

    /// <summary>Takes all that has come over to the poll. For the CPU that polls.</summary>
    /// <returns>How many packets.</returns>
    public long Splice()
    {
        long posted = ring.PostedCount;
        long count = posted - _counts.Spliced;
        Volatile.Write(ref _counts.Spliced, posted);
        return count;
    }

    /// <summary>Gives the oldest packet back. For the CPU that polls.</summary>
    public void MarkDone() => ring.MarkDone();

    /// <summary>Frees what waits. For the end of a stack, when no CPU runs.</summary>
    public void Clear()
    {
        while (!ring.IsEmpty)
        {
            ring.MarkDone();
        }

        Reclaim();
    }

    [StructLayout(LayoutKind.Explicit, Size = 320)]
    private struct Counts
    {
        /// <summary>Written by the source.</summary>
        [FieldOffset(64)]
        public long Refused;

        /// <summary>Written by the CPU that polls.</summary>
        [FieldOffset(192)]
        public long Spliced;
    }
}
