using System.Globalization;

namespace Saker.Host.Snapshots.Reading;

/// <summary>The settings of a snapshot by their names, as sysctl(8) writes them.</summary>
internal sealed class Sysctls(SnapshotEntry? entry, IReadOnlyDictionary<string, string> values)
{
    /// <summary>A setting that is a whole number; null: it is not in the snapshot. One that is no number, or out of range, is a fault.</summary>
    public int? Number(string name, int least = int.MinValue, int most = int.MaxValue) => (int?)Wide(name, least, most);

    /// <summary>A setting that is a set of 32 bits.</summary>
    public uint? Bits(string name) => (uint?)Wide(name, 0, uint.MaxValue);

    /// <summary>A setting that is on or off.</summary>
    public bool? Flag(string name) => Number(name) is { } number ? number != 0 : null;

    /// <summary>One of several numbers in a setting, counted from zero; null: it is not there.</summary>
    public int? NumberAt(string name, int index)
    {
        if (!values.TryGetValue(name, out string? text))
        {
            return null;
        }

        string[] words = text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (index < words.Length && int.TryParse(words[index], NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            return number;
        }

        entry?.FaultValue(name, $"whose number {index + 1} is none");
        return null;
    }

    private long? Wide(string name, long least, long most)
    {
        if (!values.TryGetValue(name, out string? text))
        {
            return null;
        }

        if (long.TryParse(text.AsSpan().Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) && number >= least && number <= most)
        {
            return number;
        }

        entry?.FaultValue(name, $"no whole number from {least} to {most}");
        return null;
    }
}

/// <summary>Reads <c>sysctls</c>.</summary>
internal static class SysctlReader
{
    public static Sysctls Read(SnapshotDocument snapshot)
    {
        Dictionary<string, string> values = new(StringComparer.Ordinal);
        SnapshotEntry? part = snapshot.Object(SnapshotPart.Sysctls);
        if (part is { } entry)
        {
            foreach ((string name, string value) in entry.Texts())
            {
                values[name] = value;
            }
        }

        return new Sysctls(part, values);
    }
}
