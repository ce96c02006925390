using System.Globalization;

namespace Saker.Kernel.Bpf;

/// <summary>The processors for which the kernel keeps values: all that there ever can be, whether they run or not.</summary>
public static class PossibleCpus
{
    private const string Path = "/sys/devices/system/cpu/possible";

    private static readonly Lazy<int> Number = new(() => CountIn(File.ReadAllText(Path)));

    /// <summary>How many there are.</summary>
    public static int Count => Number.Value;

    /// <summary>How many a list such as <c>0-3,8</c> names.</summary>
    internal static int CountIn(string list)
    {
        int count = 0;
        foreach (string range in list.Trim().Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] ends = range.Split('-');
            count += int.Parse(ends[^1], CultureInfo.InvariantCulture) - int.Parse(ends[0], CultureInfo.InvariantCulture) + 1;
        }

        return count;
    }
}
