using Saker.Stack.Sockets;

namespace Saker.Stack.Softirq;

/// <summary>One CPU's lanes of sockets' queues that have packets. Once a softirq run their readers are woken, and what was read is freed.</summary>
internal sealed class FilledLanes
{
    private ReceiveLane? _first;

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => _first is null;

    /// <summary>A lane got a packet.</summary>
    public void Note(ReceiveLane lane)
    {
        if (!lane.IsListed)
        {
            lane.IsListed = true;
            lane.NextWithPackets = _first;
            _first = lane;
        }
    }

    /// <summary>Wakes the readers of lanes that have packets, and takes back what they have read.</summary>
    public void Settle()
    {
        if (_first is null)
        {
            return;
        }

        // What was posted must be seen before the flags of waiting readers are read: one fence for all of them.
        Interlocked.MemoryBarrier();
        ReceiveLane? lane = _first;
        _first = null;
        while (lane is not null)
        {
            ReceiveLane? next = lane.NextWithPackets;
            lane.NextWithPackets = null;
            lane.IsListed = false;
            if (lane.Settle())
            {
                Note(lane);
            }

            lane = next;
        }
    }

    /// <summary>Frees what waits in sockets' queues. For the end of a stack, when nobody reads any more.</summary>
    public void Clear()
    {
        for (ReceiveLane? lane = _first; lane is not null; lane = lane.NextWithPackets)
        {
            lane.Clear();
        }
    }
}
