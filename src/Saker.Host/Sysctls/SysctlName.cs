namespace Saker.Host.Sysctls;

/// <summary>Names of sysctls, as sysctl(8) reads and writes them.</summary>
internal static class SysctlName
{
    /// <summary>The place whose setting counts together with every device's own.</summary>
    public const string All = "all";

    /// <summary>The place whose setting a device begins with.</summary>
    public const string Default = "default";

    /// <summary>The name with dots between its parts.</summary>
    /// <remarks>
    /// The first separator decides: where it is a dot, dots separate and a slash stands for a dot in a part; where it is a slash, the name is a path.
    /// </remarks>
    public static string WithDots(string name)
    {
        int first = name.AsSpan().IndexOfAny('.', '/');
        return first >= 0 && name[first] == '/' ? Exchange(name) : name;
    }

    /// <summary>A device as it stands in a name with dots.</summary>
    public static string OfDevice(string device) => device.Replace('.', '/');

    /// <summary>The device that stands in a name with dots.</summary>
    public static string ToDevice(string place) => place.Replace('/', '.');

    /// <summary>Dots for slashes, and slashes for dots.</summary>
    public static string Exchange(ReadOnlySpan<char> name)
    {
        char[] exchanged = name.ToArray();
        foreach (ref char character in exchanged.AsSpan())
        {
            character = character switch { '/' => '.', '.' => '/', char other => other };
        }

        return new string(exchanged);
    }
}
