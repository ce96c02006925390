using Saker.Bpf;
using Saker.Bpf.Btf;

namespace Saker.Kernel.Bpf;

/// <summary>
/// Asks the running kernel what of BPF it has, by loading the smallest programs and making the smallest maps; they are gone at once. Answers are kept for the process.
/// What a kernel has depends on its build and on backports, so that its version does not tell. Takes CAP_BPF, and for most CAP_NET_ADMIN and CAP_PERFMON.
/// </summary>
public static class BpfFeatures
{
    private static readonly Dictionary<(string Kind, long Number), bool?> Answers = [];

    /// <summary>Whether programs of a type can be loaded.</summary>
    /// <exception cref="KernelException">This thread may not ask; the message says what it lacks.</exception>
    public static BpfFeature Of(ProgramType type) =>
        new($"program type {type.KernelName()}", Ask(nameof(ProgramType), (long)type, () => ProgramProbe.HasType(type)), KernelHistory.FirstWith(type));

    /// <summary>Whether maps of a type can be made.</summary>
    /// <exception cref="KernelException">This thread may not ask; the message says what it lacks.</exception>
    public static BpfFeature Of(MapType type) => new($"map type {type.KernelName()}", Ask(nameof(MapType), (long)type, () => MapProbe.HasType(type)), KernelHistory.FirstWith(type));

    /// <summary>Whether programs of a type may call a helper. It is unknown of types that are attached to something of the kernel's own by its type (tracing, lsm, ...).</summary>
    /// <param name="type">The type of program.</param>
    /// <param name="helper">The helper's number.</param>
    /// <exception cref="KernelException">This thread may not ask; the message says what it lacks.</exception>
    public static BpfFeature OfHelper(ProgramType type, int helper)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(helper);
        return new(
            $"helper {helper} for {type.KernelName()}",
            Ask(nameof(OfHelper), ((long)type << 32) | (uint)helper, () => ProgramProbe.HasHelper(type, helper)),
            Later(KernelHistory.FirstWithHelper(helper), KernelHistory.FirstWith(type)));
    }

    /// <summary>Whether programs can be attached by a type of link: whether the kernel's own types have what keeps one. Nothing is attached to find that out.</summary>
    public static BpfFeature Of(KernelLinkType type) => new(
        $"link type {type.KernelName()}", Ask(nameof(KernelLinkType), (long)type, () => StructureOf(type) is { } name && File.Exists(KernelTypes.OwnPath) ? KernelTypes.Own.Find(name, BtfKind.Structure).Any() : null), KernelHistory.FirstWith(type));

    private static string? StructureOf(KernelLinkType type) => type switch
    {
        KernelLinkType.RawTracepoint => "bpf_raw_tp_link",
        KernelLinkType.Tracing => "bpf_tracing_link",
        KernelLinkType.Cgroup => "bpf_cgroup_link",
        KernelLinkType.Iterator => "bpf_iter_link",
        KernelLinkType.NetworkNamespace => "bpf_netns_link",
        KernelLinkType.Xdp => "bpf_xdp_link",
        KernelLinkType.PerfEvent => "bpf_perf_link",
        KernelLinkType.KernelProbeMulti => "bpf_kprobe_multi_link",
        KernelLinkType.StructOps => "bpf_struct_ops_link",
        KernelLinkType.Netfilter => "bpf_nf_link",
        KernelLinkType.Tcx => "tcx_link",
        KernelLinkType.UserProbeMulti => "bpf_uprobe_multi_link",
        KernelLinkType.Netkit => "netkit_link",
        KernelLinkType.SocketMap => "sockmap_link",
        _ => null,
    };

    private static Version? Later(Version? one, Version? other) => one is null || other is null ? null : one > other ? one : other;

    /// <summary>Asks once. A thread that may not ask gets the exception, and the next one asks again.</summary>
    private static bool? Ask(string kind, long number, Func<bool?> probe)
    {
        lock (Answers)
        {
            if (!Answers.TryGetValue((kind, number), out bool? answer))
            {
                Answers.Add((kind, number), answer = probe());
            }

            return answer;
        }
    }
}
