using Saker.Bpf.Maps;

namespace Saker.Bpf;

/// <summary>CPUs that packets are redirected to, by number (<c>BPF_MAP_TYPE_CPUMAP</c>). A value is the length of the CPU's queue, and the id of a program, which is 0 here.</summary>
public sealed unsafe class CpuMap : RedirectMap
{
    private const uint LongestQueue = 16384;

    internal CpuMap(MapSpec spec, MapEnvironment environment)
        : base(spec, environment)
    {
    }

    /// <inheritdoc/>
    private protected override BpfError WriteEntry(byte* key, byte* value, MapOperationFlags flags)
    {
        uint cpu = *(uint*)key;
        ulong whole = Whole(value);
        BpfError error = ArrayKeys.CheckUpdate(cpu, MaximumEntries, (ulong)flags, hasLock: false);
        if (error != BpfError.None)
        {
            return error;
        }

        if ((uint)whole > LongestQueue)
        {
            return BpfError.Overflow;
        }

        if (cpu >= (uint)CpuCount)
        {
            return BpfError.NoDevice;
        }

        if ((uint)whole == 0)
        {
            Remove(cpu);
            return BpfError.None;
        }

        if (!NamesNoProgram(whole))
        {
            return BpfError.NoMemory;
        }

        Put(cpu, (uint)whole);
        return BpfError.None;
    }
}
