using System.Text.Json;
using Saker.Host.Sysctls;

namespace Saker.Host.Snapshots;

/// <summary>The readable settings under <c>/proc/sys/net</c>, as a flat map of <c>net.*</c> names in alphabetical order.</summary>
internal static class SysctlTree
{
    private const string Root = "/proc/sys/";

    // Keys: a snapshot is made to be given away.
    private static readonly string[] Secrets = ["tcp_fastopen_key", "stable_secret", "fib_multipath_hash_seed"];

    public static void Write(Utf8JsonWriter json, string member, string folder)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        json.WriteStartObject(member);
        foreach (var (name, value) in Read(folder))
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
    }

    /// <summary>The settings of a folder by their names.</summary>
    public static IEnumerable<(string Name, string Value)> Read(string folder)
    {
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            if (!Secrets.Contains(Path.GetFileName(path), StringComparer.Ordinal) && TryRead(path, out var value))
            {
                yield return (NameOf(path), value);
            }
        }
    }

    /// <summary>The name as sysctl(8) writes it: dots between the parts, and a slash for a dot inside of one (a device's name may have one).</summary>
    internal static string NameOf(string path) => SysctlName.Exchange(path.AsSpan(Root.Length));

    private static bool TryRead(string path, out string value)
    {
        value = "";
        try
        {
            value = File.ReadAllText(path).TrimEnd('\n').ReplaceLineEndings(" ");
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Some settings can only be written, cannot be read in the state they are in, or only by root.
            return false;
        }
    }
}
