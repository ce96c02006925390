namespace Saker.Bpf.Verification.Rules;

/// <summary>Licences that are compatible with the kernel's (<c>license_is_gpl_compatible</c>).</summary>
internal static class Licenses
{
    private static readonly string[] Compatible = ["GPL", "GPL v2", "GPL and additional rights", "Dual BSD/GPL", "Dual MIT/GPL", "Dual MPL/GPL"];

    /// <summary>Whether one is.</summary>
    public static bool IsCompatible(string license) => Compatible.Contains(license, StringComparer.Ordinal);
}
