namespace Saker.Host.Oracle;

/// <summary>The kernel threads that handle received packets when the softirq load is high.</summary>
internal static class SoftirqThreads
{
    public static IReadOnlyList<int> Ids { get; } =
    [
        .. Directory.EnumerateDirectories("/proc")
            .Where(path => int.TryParse(Path.GetFileName(path), out _) && NameOf(path).StartsWith("ksoftirqd/", StringComparison.Ordinal))
            .Select(path => int.Parse(Path.GetFileName(path))),
    ];

    private static string NameOf(string path)
    {
        try
        {
            return File.ReadAllText(Path.Combine(path, "comm"));
        }
        catch (IOException)
        {
            return ""; // the process has ended meanwhile
        }
    }
}
