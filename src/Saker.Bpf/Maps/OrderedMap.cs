using System.Runtime.CompilerServices;
using Saker.Bpf.Maps;

namespace Saker.Bpf;

/// <summary>What queues and stacks have in common: values without keys, in a ring. Who pushes or pops holds its lock for a copy's time.</summary>
public abstract unsafe class OrderedMap : BpfMap
{
    private readonly MapMemory _memory;
    private readonly MapMemory _lock = new(64);
    private readonly ulong _stride;
    private uint _first;
    private uint _count;

    private protected OrderedMap(MapSpec spec, MapEnvironment environment)
        : base(spec, environment)
    {
        _stride = (uint)CpuStride;
        _memory = new MapMemory(_stride * MaximumEntries);
    }

    /// <summary>Whether what came last goes first.</summary>
    private protected abstract bool IsStack { get; }

    /// <inheritdoc/>
    internal override byte* Find(byte* key, int cpu) => null;

    /// <inheritdoc/>
    internal override BpfError Update(byte* key, byte* value, ulong flags, int cpu) => BpfError.InvalidArgument;

    /// <inheritdoc/>
    internal override BpfError Delete(byte* key, int cpu) => BpfError.InvalidArgument;

    /// <inheritdoc/>
    internal override BpfError Push(byte* value, ulong flags)
    {
        // To push what must exist means to give up the oldest value where there is no room.
        if ((flags & (ulong)MapOperationFlags.NoExist) != 0 || flags > (ulong)MapOperationFlags.Exist)
        {
            return BpfError.InvalidArgument;
        }

        WordLock.Enter((int*)_lock.Start);
        BpfError error = BpfError.None;
        if (_count == MaximumEntries && flags == 0)
        {
            error = BpfError.TooBig;
        }
        else
        {
            if (_count == MaximumEntries)
            {
                _first = At(1);
                _count--;
            }

            ValueLayout.Copy(PlaceOf(At(_count++)), value, ValueSize);
        }

        WordLock.Exit((int*)_lock.Start);
        return error;
    }

    /// <inheritdoc/>
    internal override BpfError Pop(byte* value) => Read(value, takes: true);

    /// <inheritdoc/>
    internal override BpfError Peek(byte* value) => Read(value, takes: false);

    /// <inheritdoc/>
    internal override bool TryFindValue(ulong address, out MemoryRegion region)
    {
        region = default;
        return false;
    }

    /// <inheritdoc/>
    private protected override void Free()
    {
        _memory.Dispose();
        _lock.Dispose();
    }

    /// <inheritdoc/>
    private protected override BpfError ReadEntry(byte* key, byte* value, MapOperationFlags flags) => Peek(value);

    /// <inheritdoc/>
    private protected override BpfError TakeEntry(byte* key, byte* value, MapOperationFlags flags) => Pop(value);

    /// <inheritdoc/>
    private protected override BpfError WriteEntry(byte* key, byte* value, MapOperationFlags flags) => Push(value, (ulong)flags);

    /// <inheritdoc/>
    private protected override BpfError NextEntry(byte* key, byte* next) => BpfError.InvalidArgument;

    private BpfError Read(byte* value, bool takes)
    {
        WordLock.Enter((int*)_lock.Start);
        BpfError error = BpfError.None;
        if (_count == 0)
        {
            Unsafe.InitBlockUnaligned(value, 0, (uint)ValueSize);
            error = BpfError.NotFound;
        }
        else
        {
            ValueLayout.Copy(value, PlaceOf(At(IsStack ? _count - 1 : 0)), ValueSize);
            if (takes)
            {
                _first = IsStack ? _first : At(1);
                _count--;
            }
        }

        WordLock.Exit((int*)_lock.Start);
        return error;
    }

    private uint At(uint index)
    {
        ulong place = (ulong)_first + index;
        return (uint)(place >= MaximumEntries ? place - MaximumEntries : place);
    }

    private byte* PlaceOf(uint place) => _memory.Start + (place * _stride);
}
