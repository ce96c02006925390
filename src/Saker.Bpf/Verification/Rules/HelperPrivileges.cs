using System.Collections.Frozen;

namespace Saker.Bpf.Verification.Rules;

/// <summary>Which helpers are for whom, beside what the type of the program says (<c>bpf_base_func_proto</c> of Linux 6.18).</summary>
internal static class HelperPrivileges
{
    /// <summary>Those that tell of processes, of the kernel's memory and of its log.</summary>
    private static readonly FrozenSet<int> ForPerformanceMonitoring = FrozenSet.Create(
        6, 16, 22, 35, 55, 109, 112, 113, 114, 115, 117, 136, 137, 138, 139, 140, 141, 149, 158, 165, 175, 176, 177, 178, 180, 196);

    /// <summary>Those that came when programs had to be trusted: locks, callbacks, timers, dynamic pointers, storage, control groups.</summary>
    private static readonly FrozenSet<int> ForCapable = FrozenSet.Create(
        17, 37, 80, 93, 94, 118, 123, 153, 154, 156, 157, 164, 169, 170, 171, 172, 181, 194, 197, 198, 199, 200, 201, 202, 203, 209, 210, 211);

    /// <summary>The capability that someone lacks to call a helper; null: none.</summary>
    public static string? MissingFor(int helper, VerifierPrivilege privilege) =>
        privilege != VerifierPrivilege.Root && ForPerformanceMonitoring.Contains(helper) ? "CAP_PERFMON"
        : privilege == VerifierPrivilege.Unprivileged && ForCapable.Contains(helper) ? "CAP_BPF"
        : null;
}
