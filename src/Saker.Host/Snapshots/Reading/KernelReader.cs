namespace Saker.Host.Snapshots.Reading;

/// <summary>Reads <c>kernel</c>: which one it is.</summary>
internal static class KernelReader
{
    /// <summary>The kernel whose decisions the receive path makes.</summary>
    private const string Reference = "6.18";

    public static void Read(SnapshotDocument snapshot, SnapshotLimitations limitations)
    {
        if (snapshot.Object(SnapshotPart.Kernel)?.Text("release") is { Length: > 0 } release
            && release != Reference
            && !release.StartsWith(Reference + ".", StringComparison.Ordinal)
            && !release.StartsWith(Reference + "-", StringComparison.Ordinal))
        {
            limitations.Add($"kernel: the host runs {release}; decisions are those of {Reference}");
        }
    }
}
