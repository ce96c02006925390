using System.Globalization;
using Saker.Stack.Nic;

namespace Saker.Host.Snapshots;

/// <summary>Reads what ethtool prints, in the words that its command line uses. All versions of ethtool print this text; not all can print JSON.</summary>
internal static class EthtoolText
{
    private const string NotAvailable = "n/a";

    /// <summary>What <c>-l</c> and <c>-g</c> print: the maxima, and what is set now, without what the card does not have.</summary>
    public static (List<SettingText> Maximum, List<SettingText> Current) ReadLimits(string text)
    {
        List<SettingText> maximum = [];
        List<SettingText> current = [];
        List<SettingText>? section = null;
        foreach (string line in text.Split('\n'))
        {
            if (line.StartsWith("Pre-set maximums", StringComparison.Ordinal))
            {
                section = maximum;
            }
            else if (line.StartsWith("Current hardware settings", StringComparison.Ordinal))
            {
                section = current;
            }
            else if (section is not null && TrySplit(line, out string name, out string value))
            {
                section.Add(new SettingText(name.ToLowerInvariant().Replace(' ', '-'), value));
            }
        }

        return (maximum, current);
    }

    /// <summary>What <c>-c</c> prints.</summary>
    public static List<SettingText> ReadCoalesce(string text)
    {
        const string Adaptive = "Adaptive RX: ";
        List<SettingText> settings = [];
        foreach (string line in text.Split('\n').Skip(1))
        {
            if (line.StartsWith(Adaptive, StringComparison.Ordinal))
            {
                // Both are on one line: "Adaptive RX: off  TX: n/a".
                string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                Add("adaptive-rx", words.ElementAtOrDefault(2));
                Add("adaptive-tx", words.ElementAtOrDefault(4));
            }
            else if (TrySplit(line, out string name, out string value) && !name.Contains(' ', StringComparison.Ordinal))
            {
                settings.Add(new SettingText(name, value));
            }
        }

        return settings;

        void Add(string name, string? value)
        {
            if (value is "on" or "off")
            {
                settings.Add(new SettingText(name, value));
            }
        }
    }

    /// <summary>What <c>-x</c> prints: the table; the key, empty if the card keeps it to itself; the functions and transformations that are on.</summary>
    public static (List<int> Table, string Key, List<string> On) ReadHash(string text)
    {
        List<int> table = [];
        string key = string.Empty;
        List<string> on = [];
        bool isKey = false;
        foreach (string line in text.Split('\n').Skip(1))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (isKey)
            {
                key = colon > 0 ? line.Trim() : string.Empty;
                isKey = false;
            }
            else if (line.StartsWith("RSS hash key", StringComparison.Ordinal))
            {
                isKey = true;
            }
            else if (colon > 0 && int.TryParse(line.AsSpan(0, colon), NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out _))
            {
                foreach (string word in line[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
                {
                    if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int queue))
                    {
                        table.Add(queue);
                    }
                }
            }
            else if (TrySplit(line, out string name, out string value) && value == "on")
            {
                on.Add(name);
            }
        }

        return (table, key, on);
    }

    /// <summary>What <c>-n DEV rx-flow-hash TYPE</c> prints: its letters.</summary>
    public static string ReadFields(string text)
    {
        ReadOnlySpan<(string Start, char Letter)> meanings =
        [
            ("L2DA", 'm'), ("VLAN tag", 'v'), ("L3 proto", 't'), ("IP SA", 's'), ("IP DA", 'd'), ("L4 bytes 0 & 1", 'f'), ("L4 bytes 2 & 3", 'n'),
        ];
        string letters = string.Empty;
        foreach (string line in text.Split('\n'))
        {
            foreach ((string start, char letter) in meanings)
            {
                letters += line.StartsWith(start, StringComparison.Ordinal) ? $"{letter}" : string.Empty;
            }
        }

        return letters;
    }

    private static bool TrySplit(string line, out string name, out string value)
    {
        int colon = line.IndexOf(':', StringComparison.Ordinal);
        name = colon < 0 ? string.Empty : line[..colon].Trim();
        value = colon < 0 ? string.Empty : line[(colon + 1)..].Trim();
        return name.Length != 0 && value.Length != 0 && value != NotAvailable;
    }
}
