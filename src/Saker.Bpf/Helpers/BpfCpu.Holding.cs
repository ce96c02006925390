using Saker.Bpf.Maps;

namespace Saker.Bpf;

/// <content>
/// What the program that runs holds and others wait for: records that it has reserved in ring buffers and not yet submitted, and a spin lock. A verifier sees to it that a
/// program leaves nothing; one that is only checked may be stopped in between, or forget, and every later record of the ring, or user of the value, would wait for ever.
/// </content>
public sealed unsafe partial class BpfCpu
{
    private readonly RingBufferMap?[] _recordRings = new RingBufferMap?[MaximumRecords];
    private readonly ulong[] _records = new ulong[MaximumRecords];
    private int _recordCount;
    private int* _lock;

    /// <summary>How many records a checked program may hold at a time; it gets no more, as if the ring were full.</summary>
    internal const int MaximumRecords = 64;

    /// <summary>Whether the program holds anything.</summary>
    internal bool Holds => _recordCount > 0 || _lock is not null;

    /// <summary>The spin lock that the program holds; null: none.</summary>
    internal int* HeldLock
    {
        get => _lock;
        set => _lock = value;
    }

    /// <summary>Notes a record that the program has reserved.</summary>
    /// <returns>Whether there is room for the note.</returns>
    internal bool TryHold(RingBufferMap ring, ulong record)
    {
        if (_recordCount == MaximumRecords)
        {
            return false;
        }

        (_recordRings[_recordCount], _records[_recordCount]) = (ring, record);
        _recordCount++;
        return true;
    }

    /// <summary>The program has submitted or discarded a record.</summary>
    internal void LetGo(ulong record)
    {
        int at = _records.AsSpan(0, _recordCount).IndexOf(record);
        if (at >= 0)
        {
            _recordCount--;
            (_recordRings[at], _records[at]) = (_recordRings[_recordCount], _records[_recordCount]);
            _recordRings[_recordCount] = null;
        }
    }

    /// <summary>Gives back what the program has left, when its run is over.</summary>
    internal void GiveBack()
    {
        if (_lock is not null)
        {
            WordLock.Exit(_lock);
            _lock = null;
        }

        while (_recordCount > 0)
        {
            _recordCount--;
            _recordRings[_recordCount]!.Discard((byte*)_records[_recordCount], 0);
            _recordRings[_recordCount] = null;
        }
    }
}
