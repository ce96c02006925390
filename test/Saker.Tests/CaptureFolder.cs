namespace Saker.Tests;

/// <summary>
/// The folder of captures that tests run over: what <c>SAKER_CAPTURES</c> names, else <c>../shared/captures</c> beside the checkout.
/// Tests that need it are marked <see cref="CapturesFactAttribute"/> or <see cref="CapturesTheoryAttribute"/> and are reported as skipped without it.
/// </summary>
public static class CaptureFolder
{
    private static readonly string[] Endings = [".pcap", ".pcapng", ".cap", ".pcap.gz", ".pcapng.gz"];

    /// <summary>The folder, or null where there is none.</summary>
    public static string? Location { get; } = Find();

    /// <summary>Why tests over captures are skipped, or null where they run.</summary>
    public static string? SkipReason { get; } = Location is null
        ? "No captures: set SAKER_CAPTURES to a folder of them, or put one at ../shared/captures beside the checkout."
        : Files().Count == 0 ? $"No capture files (*{string.Join(", *", Endings)}) in {Location}." : null;

    /// <summary>Every capture file below the folder, in a fixed order; none where there is no folder.</summary>
    public static IReadOnlyList<string> Files() => Location is null
        ? []
        : [.. Directory.EnumerateFiles(Location, "*", SearchOption.AllDirectories)
            .Where(path => Endings.Any(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase)))
            .Order(StringComparer.Ordinal)];

    /// <summary>The full path of one capture, as a test names it. Where it is not there, the test fails and says so.</summary>
    public static string PathOf(string name) => Files().FirstOrDefault(path => Path.GetFileName(path) == name)
        ?? throw new FileNotFoundException($"There is no capture {name} in {Location}.");

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("SAKER_CAPTURES") is { Length: > 0 } named)
        {
            return Directory.Exists(named) ? named : null;
        }

        string beside = Path.GetFullPath(Repository.PathOf("../shared/captures"));
        return Directory.Exists(beside) ? beside : null;
    }
}

/// <summary>A test over the capture folder; skipped, with the reason, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CapturesFactAttribute : FactAttribute
{
    public CapturesFactAttribute() => Skip = CaptureFolder.SkipReason;
}

/// <summary>A table test over the capture folder; skipped, with the reason, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CapturesTheoryAttribute : TheoryAttribute
{
    public CapturesTheoryAttribute() => Skip = CaptureFolder.SkipReason;
}
