using Saker.Bpf.Maps;

namespace Saker.Bpf;

/// <summary>
/// What maps have in common that say where packets are redirected to, by index. They keep what user space puts in; what comes of it is the host's. A value is 4 bytes, and
/// where it may name a program too, 8.
/// </summary>
public abstract unsafe class RedirectMap : BpfMap
{
    private const uint SlotSize = 16;
    private const uint PresenceOffset = 8;

    private readonly MapMemory _memory;

    private protected RedirectMap(MapSpec spec, MapEnvironment environment)
        : base(spec, environment) => _memory = new MapMemory((ulong)MaximumEntries * SlotSize);

    /// <summary>Where a packet goes, for a redirect.</summary>
    /// <param name="index">The index.</param>
    /// <param name="target">The device, the length of a CPU's queue, or the socket's number.</param>
    /// <returns>Whether there is something.</returns>
    internal bool TryGetTarget(uint index, out uint target)
    {
        byte* found = Find((byte*)&index, cpu: 0);
        target = found is null ? 0 : TargetOf(found);
        return found is not null;
    }

    /// <summary>Where a packet goes by a value that is there.</summary>
    internal virtual uint TargetOf(byte* value) => *(uint*)value;

    /// <inheritdoc/>
    internal override byte* Find(byte* key, int cpu) => *(uint*)key < MaximumEntries && IsPresent(*(uint*)key) ? SlotOf(*(uint*)key) : null;

    /// <inheritdoc/>
    internal override BpfError Update(byte* key, byte* value, ulong flags, int cpu) => BpfError.InvalidArgument;

    /// <inheritdoc/>
    internal override BpfError Delete(byte* key, int cpu)
    {
        if (*(uint*)key >= MaximumEntries)
        {
            return BpfError.InvalidArgument;
        }

        Remove(*(uint*)key);
        return BpfError.None;
    }

    /// <inheritdoc/>
    internal override bool TryFindValue(ulong address, out MemoryRegion region)
    {
        byte* slot = _memory.Start + ((address - (ulong)_memory.Start) / SlotSize * SlotSize);
        region = new MemoryRegion((ulong)slot, slot, (uint)ValueSize, isWritable: false);
        return _memory.Holds(address);
    }

    /// <summary>Whether there is something at an index.</summary>
    private protected bool IsPresent(uint index) => Volatile.Read(ref SlotOf(index)[PresenceOffset]) != 0;

    /// <summary>Puts a value in.</summary>
    private protected void Put(uint index, ulong value)
    {
        Volatile.Write(ref *(ulong*)SlotOf(index), value);
        Volatile.Write(ref SlotOf(index)[PresenceOffset], 1);
    }

    /// <summary>Takes a value out.</summary>
    private protected void Remove(uint index) => Volatile.Write(ref SlotOf(index)[PresenceOffset], 0);

    /// <summary>A value as user space gave it.</summary>
    private protected ulong Whole(byte* value) => ValueSize == sizeof(ulong) ? *(ulong*)value : *(uint*)value;

    /// <summary>Whether a value names no program: that is a descriptor, of which only 0 and negative ones say nothing.</summary>
    private protected static bool NamesNoProgram(ulong value) => (int)(value >> 32) <= 0;

    /// <inheritdoc/>
    private protected override void Free() => _memory.Dispose();

    /// <inheritdoc/>
    private protected override BpfError NextEntry(byte* key, byte* next) => ArrayKeys.Next(key, next, MaximumEntries);

    private byte* SlotOf(uint index) => _memory.Start + ((ulong)index * SlotSize);
}
