namespace Saker.KernelTests.Bpf.Verification;

/// <summary>
/// While it lives, anybody may load socket filters (<c>kernel.unprivileged_bpf_disabled</c> is 0), which most machines forbid; then the machine's setting is put back. It belongs to tests that run alone.
/// </summary>
internal sealed class UnprivilegedPrograms : IDisposable
{
    private const string Setting = "/proc/sys/kernel/unprivileged_bpf_disabled", Allowed = "0", ForbiddenForGood = "1";

    private readonly string _before = File.ReadAllText(Setting).Trim();

    public UnprivilegedPrograms()
    {
        if (_before != Allowed)
        {
            File.WriteAllText(Setting, Allowed);
        }
    }

    /// <summary>Why they can never be loaded here; null: they can.</summary>
    public static string? WhyForbidden { get; } = File.Exists(Setting) && File.ReadAllText(Setting).Trim() != ForbiddenForGood
        ? null
        : "skipped: kernel.unprivileged_bpf_disabled is 1, which nobody can change before the next boot";

    public void Dispose()
    {
        if (_before != Allowed)
        {
            File.WriteAllText(Setting, _before);
        }
    }
}
