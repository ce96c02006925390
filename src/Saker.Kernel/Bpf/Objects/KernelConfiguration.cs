using System.IO.Compression;
using Saker.Bpf;

namespace Saker.Kernel.Bpf;

/// <summary>How the running kernel was built: <c>CONFIG_*</c> by name, with values as its <c>.config</c> has them. What is not set is not there.</summary>
public static class KernelConfiguration
{
    private const string Compressed = "/proc/config.gz";

    private static readonly Lazy<IReadOnlyDictionary<string, string>> Known = new(Read);

    /// <summary>The values; empty where the kernel's configuration is nowhere to be found.</summary>
    public static IReadOnlyDictionary<string, string> All => Known.Value;

    /// <summary>What objects are told of it, and of its version.</summary>
    public static ConfigurationValues Values => ConfigurationValues.Of(All, Environment.OSVersion.Version);

    private static Dictionary<string, string> Read()
    {
        string plain = $"/boot/config-{(File.Exists("/proc/sys/kernel/osrelease") ? File.ReadAllText("/proc/sys/kernel/osrelease").Trim() : "")}";
        if (File.Exists(Compressed))
        {
            using StreamReader reader = new(new GZipStream(File.OpenRead(Compressed), CompressionMode.Decompress));
            return Parse(reader.ReadToEnd().Split('\n'));
        }

        return File.Exists(plain) ? Parse(File.ReadLines(plain)) : [];
    }

    private static Dictionary<string, string> Parse(IEnumerable<string> lines)
    {
        Dictionary<string, string> values = [];
        foreach (string line in lines.Where(line => line.StartsWith("CONFIG_", StringComparison.Ordinal)))
        {
            int sign = line.IndexOf('=', StringComparison.Ordinal);
            if (sign > 0)
            {
                values[line[..sign]] = line[(sign + 1)..];
            }
        }

        return values;
    }
}
