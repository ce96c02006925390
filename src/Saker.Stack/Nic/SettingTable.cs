namespace Saker.Stack.Nic;

/// <summary>A setting by ethtool's name.</summary>
/// <param name="Name">The name on ethtool's command line.</param>
/// <param name="Get">Reads it; null: the card does not have it.</param>
/// <param name="Set">The settings with another value of it.</param>
/// <param name="IsSwitch">Whether it is <c>on</c> (1) or <c>off</c> (0).</param>
internal sealed record Setting<TSettings>(string Name, Func<TSettings, int?> Get, Func<TSettings, int, TSettings> Set, bool IsSwitch = false);

/// <summary>A setting and its value, as people read it.</summary>
/// <param name="Name">The name.</param>
/// <param name="Value">The value; <c>n/a</c> where the card does not have it.</param>
public readonly record struct SettingText(string Name, string Value);

/// <summary>Settings that ethtool sets by <c>NAME VALUE NAME VALUE …</c>.</summary>
/// <param name="what">What one of them is called in a message.</param>
/// <param name="settings">The settings.</param>
internal sealed class SettingTable<TSettings>(string what, params Setting<TSettings>[] settings)
{
    private const string NotAvailable = "n/a";

    /// <summary>All with their values.</summary>
    public IEnumerable<SettingText> Read(TSettings from) => settings.Select(setting => new SettingText(setting.Name, TextOf(setting, from)));

    /// <summary>Sets what the words ask for.</summary>
    /// <param name="from">The settings.</param>
    /// <param name="words">The words.</param>
    /// <param name="changed">The settings with it.</param>
    /// <returns>What is wrong, in one line; null if nothing is.</returns>
    public string? Apply(TSettings from, CommandWords words, out TSettings changed)
    {
        changed = from;
        bool any = false;
        while (words.TryTake(out ReadOnlySpan<char> word))
        {
            any = true;
            Setting<TSettings>? setting = Find(word);
            if (setting is null)
            {
                return $"'{word}' is no {what}; there are {Names}.";
            }

            if (setting.Get(from) is null)
            {
                return $"the card has no {what} '{word}'.";
            }

            words.TryTake(out ReadOnlySpan<char> text);
            if (!TryParse(setting, text, out int value))
            {
                return $"{word} takes {(setting.IsSwitch ? "on or off" : "a number from 0 on")}; '{text}' is none.";
            }

            changed = setting.Set(changed, value);
        }

        return any ? null : $"nothing to set; give some of {Names}, each with its value.";
    }

    /// <summary>Takes over one value that was read somewhere; a name that is none of them is passed over.</summary>
    public TSettings TakeOver(TSettings into, string name, string text)
    {
        Setting<TSettings>? setting = Find(name);
        return setting is not null && TryParse(setting, text, out int value) ? setting.Set(into, value) : into;
    }

    private string Names => string.Join(", ", settings.Select(setting => setting.Name));

    private static string TextOf(Setting<TSettings> setting, TSettings from) => setting.Get(from) switch
    {
        null => NotAvailable,
        int value when setting.IsSwitch => value != 0 ? "on" : "off",
        int value => $"{value}",
    };

    private static bool TryParse(Setting<TSettings> setting, ReadOnlySpan<char> text, out int value)
    {
        value = text is "on" ? 1 : 0;
        return setting.IsSwitch ? text is "on" or "off" : CommandWords.TryParseNumber(text, out value);
    }

    private Setting<TSettings>? Find(ReadOnlySpan<char> name)
    {
        foreach (Setting<TSettings> setting in settings)
        {
            if (name.SequenceEqual(setting.Name))
            {
                return setting;
            }
        }

        return null;
    }
}
