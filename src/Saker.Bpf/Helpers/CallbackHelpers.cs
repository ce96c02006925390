using Saker.Bpf.Maps;

namespace Saker.Bpf.Helpers;

/// <summary>Helpers that call functions of the program.</summary>
internal static unsafe class CallbackHelpers
{
    private const uint MostLoops = 8 * 1024 * 1024;

    /// <summary><c>bpf_loop</c>.</summary>
    public static ulong Loop(BpfCpu cpu, ulong count, ulong function, ulong argument, ulong flags, ulong r5)
    {
        if (flags != 0)
        {
            return BpfError.InvalidArgument.Negated();
        }

        if ((uint)count > MostLoops)
        {
            return BpfError.TooBig.Negated();
        }

        for (uint i = 0; i < (uint)count; i++)
        {
            if (!cpu.TryCall(function, i, argument, 0, 0, out ulong value) || value != 0)
            {
                return i + 1;
            }
        }

        return (uint)count;
    }

    /// <summary><c>bpf_for_each_map_elem</c>.</summary>
    public static ulong ForEachEntry(BpfCpu cpu, ulong handle, ulong function, ulong argument, ulong flags, ulong r5)
    {
        if (!cpu.TryGetMap(handle, out BpfMap? map))
        {
            return 0;
        }

        if (flags != 0 || !map.HasWalk)
        {
            return BpfError.InvalidArgument.Negated();
        }

        MapWalk walk = default;
        ulong count = 0;
        while (map.Walk(ref walk, cpu.Number))
        {
            count++;
            ulong key = walk.Key is not null ? (ulong)walk.Key : cpu.Lend(walk.Index);
            if (!cpu.TryCall(function, handle, key, (ulong)walk.Value, argument, out ulong value) || value != 0)
            {
                break;
            }
        }

        return count;
    }
}
