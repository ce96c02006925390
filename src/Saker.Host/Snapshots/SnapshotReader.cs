using System.Diagnostics.CodeAnalysis;
using Saker.Host.Hosts;

namespace Saker.Host.Snapshots;

/// <summary>Reads a host's snapshot.</summary>
public static class SnapshotReader
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="host">The host.</param>
    /// <param name="fault">What is wrong with it, in one line.</param>
    public static bool TryRead(string path, [NotNullWhen(true)] out HostConfiguration? host, [NotNullWhen(false)] out string? fault)
    {
        host = null;
        fault = $"{path}: snapshots cannot be read yet.";
        return false;
    }
}
