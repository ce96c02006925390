using Saker.Bpf.Maps;

namespace Saker.Bpf.Helpers;

/// <summary>What programs do with maps.</summary>
internal static unsafe class MapHelpers
{
    private const int LockTrials = 1 << 20;

    /// <summary><c>bpf_map_lookup_elem</c>.</summary>
    public static ulong Lookup(BpfCpu cpu, ulong handle, ulong key, ulong r3, ulong r4, ulong r5) =>
        cpu.TryGetMap(handle, out BpfMap? map) && cpu.TryReach(key, (uint)map.KeySize, writes: false, out byte* bytes) ? (ulong)map.Find(bytes, cpu.Number) : 0;

    /// <summary><c>bpf_map_lookup_percpu_elem</c>.</summary>
    public static ulong LookupOfCpu(BpfCpu cpu, ulong handle, ulong key, ulong number, ulong r4, ulong r5) =>
        cpu.TryGetMap(handle, out BpfMap? map) && cpu.TryReach(key, (uint)map.KeySize, writes: false, out byte* bytes) ? (ulong)map.FindOfCpu(bytes, (uint)number) : 0;

    /// <summary><c>bpf_map_update_elem</c>.</summary>
    public static ulong Update(BpfCpu cpu, ulong handle, ulong key, ulong value, ulong flags, ulong r5) =>
        cpu.TryGetMap(handle, out BpfMap? map) && cpu.TryReach(key, (uint)map.KeySize, writes: false, out byte* bytes)
            && cpu.TryReach(value, (uint)map.ValueSize, writes: false, out byte* content)
            ? map.Update(bytes, content, flags, cpu.Number).Negated()
            : 0;

    /// <summary><c>bpf_map_delete_elem</c>.</summary>
    public static ulong Delete(BpfCpu cpu, ulong handle, ulong key, ulong r3, ulong r4, ulong r5) =>
        cpu.TryGetMap(handle, out BpfMap? map) && cpu.TryReach(key, (uint)map.KeySize, writes: false, out byte* bytes)
            ? map.Delete(bytes, cpu.Number).Negated()
            : 0;

    /// <summary><c>bpf_map_push_elem</c>.</summary>
    public static ulong Push(BpfCpu cpu, ulong handle, ulong value, ulong flags, ulong r4, ulong r5) =>
        cpu.TryGetMap(handle, out BpfMap? map) && cpu.TryReach(value, (uint)map.ValueSize, writes: false, out byte* bytes) ? map.Push(bytes, flags).Negated() : 0;

    /// <summary><c>bpf_map_pop_elem</c>.</summary>
    public static ulong Pop(BpfCpu cpu, ulong handle, ulong value, ulong r3, ulong r4, ulong r5) =>
        cpu.TryGetMap(handle, out BpfMap? map) && cpu.TryReach(value, (uint)map.ValueSize, writes: true, out byte* bytes) ? map.Pop(bytes).Negated() : 0;

    /// <summary><c>bpf_map_peek_elem</c>.</summary>
    public static ulong Peek(BpfCpu cpu, ulong handle, ulong value, ulong r3, ulong r4, ulong r5) =>
        cpu.TryGetMap(handle, out BpfMap? map) && cpu.TryReach(value, (uint)map.ValueSize, writes: true, out byte* bytes) ? map.Peek(bytes).Negated() : 0;

    /// <summary><c>bpf_spin_lock</c>. Who is not verified may hold one at a time, as who is; its wait has an end, since nothing keeps others from writing to a lock.</summary>
    public static ulong Lock(BpfCpu cpu, ulong word, ulong r2, ulong r3, ulong r4, ulong r5)
    {
        int* memory = (int*)word;
        if (!cpu.IsChecked)
        {
            WordLock.Enter(memory);
            return 0;
        }

        if (cpu.HeldLock is not null || !IsLock(cpu, word))
        {
            cpu.Fail();
            return 0;
        }

        SpinWait wait = default;
        for (int i = 0; Interlocked.CompareExchange(ref *memory, 1, 0) != 0; i++)
        {
            if (i == LockTrials)
            {
                cpu.Fail();
                return 0;
            }

            wait.SpinOnce(sleep1Threshold: -1);
        }

        cpu.HeldLock = memory;
        return 0;
    }

    /// <summary><c>bpf_spin_unlock</c>.</summary>
    public static ulong Unlock(BpfCpu cpu, ulong word, ulong r2, ulong r3, ulong r4, ulong r5)
    {
        if (cpu.IsChecked)
        {
            if (cpu.HeldLock is null || cpu.HeldLock != (int*)word)
            {
                cpu.Fail();
                return 0;
            }

            cpu.HeldLock = null;
        }

        WordLock.Exit((int*)word);
        return 0;
    }

    /// <summary>Whether an address is that of the lock in a map's value, which is written, unlike a key: what a verifier makes sure of.</summary>
    private static bool IsLock(BpfCpu cpu, ulong address) =>
        cpu.Running!.Options.Maps?.TryFindHolder(address, out BpfMap? map, out MemoryRegion region) == true && region.IsWritable && map.Layout.IsLock(address - region.Address);
}
