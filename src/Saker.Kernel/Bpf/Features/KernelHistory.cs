using Saker.Bpf;

namespace Saker.Kernel.Bpf;

/// <summary>Which version of Linux first has what. Numbers are given out in order, so each version has those from the end of the version before to its own end.</summary>
public static class KernelHistory
{
    /// <summary>The last helper of each version that has brought some.</summary>
    private static readonly (int Last, string Version)[] Helpers =
    [
        (3, "3.19"), (11, "4.1"), (16, "4.2"), (22, "4.3"), (25, "4.4"), (26, "4.5"), (30, "4.6"), (36, "4.8"), (41, "4.9"), (44, "4.10"), (45, "4.11"), (47, "4.12"),
        (50, "4.13"), (53, "4.14"), (57, "4.15"), (59, "4.16"), (64, "4.17"), (80, "4.18"), (83, "4.19"), (90, "4.20"), (92, "5.0"), (98, "5.1"), (108, "5.2"), (110, "5.3"),
        (115, "5.5"), (118, "5.6"), (124, "5.7"), (135, "5.8"), (141, "5.9"), (155, "5.10"), (162, "5.11"), (163, "5.12"), (165, "5.13"), (168, "5.14"), (175, "5.15"),
        (179, "5.16"), (185, "5.17"), (193, "5.18"), (203, "5.19"), (207, "6.0"), (209, "6.1"), (211, "6.2"),
    ];

    /// <summary>The last type of program of each version that has brought some.</summary>
    private static readonly (int Last, string Version)[] Programs =
    [
        ((int)ProgramType.SocketFilter, "3.19"), ((int)ProgramType.SchedulerAction, "4.1"), ((int)ProgramType.Tracepoint, "4.7"), ((int)ProgramType.Xdp, "4.8"),
        ((int)ProgramType.PerfEvent, "4.9"), ((int)ProgramType.LightweightTunnelXmit, "4.10"), ((int)ProgramType.SocketOperations, "4.13"), ((int)ProgramType.SocketSkb, "4.14"),
        ((int)ProgramType.CgroupDevice, "4.15"), ((int)ProgramType.CgroupSocketAddress, "4.17"), ((int)ProgramType.LircMode2, "4.18"), ((int)ProgramType.SocketReusePort, "4.19"),
        ((int)ProgramType.FlowDissector, "4.20"), ((int)ProgramType.RawTracepointWritable, "5.2"), ((int)ProgramType.CgroupSocketOption, "5.3"), ((int)ProgramType.Tracing, "5.5"),
        ((int)ProgramType.Extension, "5.6"), ((int)ProgramType.SecurityModule, "5.7"), ((int)ProgramType.SocketLookup, "5.9"), ((int)ProgramType.SystemCall, "5.14"),
        ((int)ProgramType.Netfilter, "6.4"),
    ];

    /// <summary>The last type of map of each version that has brought some.</summary>
    private static readonly (int Last, string Version)[] Maps =
    [
        ((int)MapType.Array, "3.19"), ((int)MapType.ProgramArray, "4.2"), ((int)MapType.PerfEventArray, "4.3"), ((int)MapType.StackTrace, "4.6"), ((int)MapType.CgroupArray, "4.8"),
        ((int)MapType.LruPerCpuHash, "4.10"), ((int)MapType.LpmTrie, "4.11"), ((int)MapType.HashOfMaps, "4.12"), ((int)MapType.SocketMap, "4.14"), ((int)MapType.CpuMap, "4.15"),
        ((int)MapType.SocketHash, "4.18"), ((int)MapType.ReusePortSocketArray, "4.19"), ((int)MapType.Stack, "4.20"), ((int)MapType.SocketStorage, "5.2"),
        ((int)MapType.DeviceMapHash, "5.4"), ((int)MapType.StructOps, "5.6"), ((int)MapType.RingBuffer, "5.8"), ((int)MapType.InodeStorage, "5.10"),
        ((int)MapType.TaskStorage, "5.11"), ((int)MapType.BloomFilter, "5.16"), ((int)MapType.UserRingBuffer, "6.1"), ((int)MapType.CgroupLocalStorage, "6.2"),
        ((int)MapType.Arena, "6.9"),
    ];

    /// <summary>Links did not come in the order of their numbers: a version for each.</summary>
    private static readonly string[] Links = ["", "5.7", "5.7", "5.7", "5.8", "5.8", "5.9", "5.15", "5.18", "6.4", "6.4", "6.6", "6.6", "6.7", "6.10"];

    /// <summary>The first version with a helper; null: none is known that has it.</summary>
    public static Version? FirstWithHelper(int number) => Find(Helpers, number);

    /// <summary>The first version with a type of program; null: none is known that has it.</summary>
    public static Version? FirstWith(ProgramType type) => Find(Programs, (int)type);

    /// <summary>The first version with a type of map; null: none is known that has it.</summary>
    public static Version? FirstWith(MapType type) => Find(Maps, (int)type);

    /// <summary>The first version with a type of link; null: none is known that has it.</summary>
    public static Version? FirstWith(KernelLinkType type) => type > KernelLinkType.Unspecified && (int)type < Links.Length ? Version.Parse(Links[(int)type]) : null;

    private static Version? Find((int Last, string Version)[] rows, int number)
    {
        string? version = number <= 0 ? null : rows.FirstOrDefault(row => number <= row.Last).Version;
        return version is null ? null : Version.Parse(version);
    }
}
