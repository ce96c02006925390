using System.Collections.Immutable;

namespace Saker.Bpf.Verification;

/// <summary>
/// Which helper takes which type of map (Linux 6.18, <c>check_map_func_compatibility</c>). There are two sides to it. Some helpers are made for some types and take no others; and some types
/// take, beside the helpers that are made for them, few or none. All else goes together.
/// </summary>
internal static class HelperMaps
{
    /// <summary>Helpers and the types that they are made for.</summary>
    private static readonly ImmutableArray<(int[] Helpers, MapType[] Maps)> MadeFor =
    [
        ([HelperNumbers.TailCall], [MapType.ProgramArray]),
        ([22, 25, 55, 111, 121], [MapType.PerfEventArray]),
        ([130, 131, 134, 198, 199, 200], [MapType.RingBuffer]),
        ([209], [MapType.UserRingBuffer]),
        ([27], [MapType.StackTrace]),
        ([33, 37], [MapType.CgroupArray]),
        ([81], [MapType.CgroupStorage, MapType.PerCpuCgroupStorage]),
        ([51], [MapType.DeviceMap, MapType.DeviceMapHash, MapType.CpuMap, MapType.XskMap]),
        ([52, 53, 60], [MapType.SocketMap]),
        ([70, 71, 72], [MapType.SocketHash]),
        ([82], [MapType.ReusePortSocketArray, MapType.SocketMap, MapType.SocketHash]),
        ([88], [MapType.Queue, MapType.Stack]),
        ([87, 89], [MapType.Queue, MapType.Stack, MapType.BloomFilter]),
        ([195], [MapType.PerCpuArray, MapType.PerCpuHash, MapType.LruPerCpuHash]),
        ([164], [MapType.Hash, MapType.LruHash, MapType.PerCpuHash, MapType.LruPerCpuHash, MapType.Array, MapType.PerCpuArray]),
        ([107, 108], [MapType.SocketStorage]),
        ([145, 146], [MapType.InodeStorage]),
        ([156, 157], [MapType.TaskStorage]),
        ([210, 211], [MapType.CgroupLocalStorage]),
    ];

    /// <summary>Types that take, beside the helpers made for them, only these.</summary>
    private static readonly ImmutableArray<(MapType[] Maps, int[] Helpers)> Beside =
    [
        ([MapType.ProgramArray, MapType.PerfEventArray, MapType.RingBuffer, MapType.UserRingBuffer, MapType.StackTrace, MapType.CgroupArray], []),
        ([MapType.CgroupStorage, MapType.PerCpuCgroupStorage, MapType.CpuMap, MapType.ReusePortSocketArray, MapType.Queue, MapType.Stack, MapType.BloomFilter], []),
        ([MapType.DeviceMap, MapType.DeviceMapHash, MapType.XskMap, MapType.ArrayOfMaps, MapType.HashOfMaps], [HelperNumbers.MapLookup]),
        ([MapType.SocketMap, MapType.SocketHash], [HelperNumbers.MapLookup, HelperNumbers.MapUpdate, HelperNumbers.MapDelete]),
        ([MapType.SocketStorage, MapType.InodeStorage, MapType.TaskStorage, MapType.CgroupLocalStorage], [HelperNumbers.ExchangePointer]),
    ];

    /// <summary>Whether a helper takes maps of a type.</summary>
    /// <param name="helper">The helper's number; it is one that takes a map.</param>
    /// <param name="map">The map's type.</param>
    /// <param name="program">The type of the program that calls.</param>
    public static bool Takes(int helper, MapType map, ProgramType program)
    {
        bool isMadeForSome = false;
        foreach ((int[] helpers, MapType[] maps) in MadeFor)
        {
            if (helpers.Contains(helper))
            {
                isMadeForSome = true;
                if (maps.Contains(map))
                {
                    return true;
                }
            }
        }

        return !isMadeForSome && TakesBeside(helper, map) && (map is not (MapType.SocketMap or MapType.SocketHash) || helper == HelperNumbers.MapLookup || MayChangeSockets(program));
    }

    /// <summary>Programs that are never run while a socket is locked may put sockets into maps and take them out.</summary>
    private static bool MayChangeSockets(ProgramType program) =>
        program is ProgramType.SocketFilter or ProgramType.SchedulerClassifier or ProgramType.SchedulerAction or ProgramType.Xdp
            or ProgramType.SocketReusePort or ProgramType.FlowDissector or ProgramType.SocketLookup;

    private static bool TakesBeside(int helper, MapType map)
    {
        foreach ((MapType[] maps, int[] helpers) in Beside)
        {
            if (maps.Contains(map))
            {
                return helpers.Contains(helper);
            }
        }

        return true;
    }
}
