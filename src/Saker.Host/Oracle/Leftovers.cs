using Saker.Kernel.Namespaces;
using Saker.Kernel.Tracing;

namespace Saker.Host.Oracle;

/// <summary>
/// The names this project gives to namespaces and trace instances, and the removal of those that a killed run left behind.
/// A name bears its process, so that runs side by side leave each other alone.
/// </summary>
internal static class Leftovers
{
    private const string Prefix = "saker-oracle-";
    private static int _next;

    public static string NewName(string purpose) => $"{Prefix}{Environment.ProcessId}-{Interlocked.Increment(ref _next)}-{purpose}";

    public static void Remove()
    {
        foreach (var name in NetworkNamespace.Names().Where(IsOrphan))
        {
            NetworkNamespace.Delete(name);
        }

        foreach (var name in TraceInstance.Names().Where(IsOrphan))
        {
            try
            {
                TraceInstance.Delete(name);
            }
            catch (DirectoryNotFoundException)
            {
                // Another run that has just begun was quicker.
            }
        }
    }

    private static bool IsOrphan(string name)
        => name.StartsWith(Prefix, StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(Prefix.Length).ToString().Split('-')[0], out var process)
            && !Directory.Exists($"/proc/{process}");
}
