using Saker.Bpf;

namespace Saker.Kernel.Bpf;

/// <summary>What the kernel tells of a link (<c>struct bpf_link_info</c>).</summary>
/// <param name="Id">Its id.</param>
/// <param name="Type">What it attaches to.</param>
/// <param name="ProgramId">The program.</param>
/// <param name="Device">For XDP, tcx and netkit: the device's index in its namespace; 0: it was detached, or is for no device.</param>
/// <param name="AttachType">For tcx and netkit: which hook; else null.</param>
public readonly record struct KernelLinkInfo(uint Id, KernelLinkType Type, uint ProgramId, int Device, AttachType? AttachType);

/// <summary>What a link attaches to, with the kernel's numbers (<c>enum bpf_link_type</c> of Linux 6.18).</summary>
public enum KernelLinkType : uint
{
#pragma warning disable CS1591 // The names are the kernel's.
    Unspecified,
    RawTracepoint,
    Tracing,
    Cgroup,
    Iterator,
    NetworkNamespace,
    Xdp,
    PerfEvent,
    KernelProbeMulti,
    StructOps,
    Netfilter,
    Tcx,
    UserProbeMulti,
    Netkit,
    SocketMap,
#pragma warning restore CS1591
}

/// <summary>What the kernel calls types of links: for people.</summary>
public static class KernelLinkTypes
{
    private static readonly string[] Names =
    [
        "unspec", "raw_tracepoint", "tracing", "cgroup", "iter", "netns", "xdp", "perf_event", "kprobe_multi", "struct_ops", "netfilter", "tcx", "uprobe_multi", "netkit", "sockmap",
    ];

    /// <summary>What <c>bpftool</c> calls a type of link; of one that is not known, its number.</summary>
    public static string KernelName(this KernelLinkType type) => (uint)type < (uint)Names.Length ? Names[(int)type] : $"type {(uint)type}";
}
