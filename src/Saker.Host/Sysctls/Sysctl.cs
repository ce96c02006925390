using Saker.Stack.Ip.V4;

namespace Saker.Host.Sysctls;

/// <summary>
/// A sysctl that the stack knows: a row of the <see cref="SysctlRegistry"/>, from which snapshots are read, <c>--sysctl</c> is obeyed, and lists are made.
/// </summary>
public abstract class Sysctl
{
    private const char DeviceMark = '*';

    private protected Sysctl(string name, SysctlType type, string defaultValue, string meaning)
    {
        Name = name;
        Type = type;
        Meaning = meaning;
        Default = Parse(defaultValue);
        int mark = name.IndexOf(DeviceMark, StringComparison.Ordinal);
        (Prefix, Suffix) = mark < 0 ? (name, string.Empty) : (name[..mark], name[(mark + 1)..]);
        IsPerDevice = mark >= 0;
    }

    /// <summary>Its name with dots, and a star where a device's name stands, or <c>all</c>, or <c>default</c>.</summary>
    public string Name { get; }

    /// <summary>Which values it takes.</summary>
    public SysctlType Type { get; }

    /// <summary>Its value in Linux 6.18 before anybody has set it; of one that devices have, theirs.</summary>
    public SysctlValue Default { get; }

    /// <summary>What it does, in a sentence.</summary>
    public string Meaning { get; }

    /// <summary>Whether it changes what becomes of a packet; otherwise it is read, and nothing asks for it yet.</summary>
    public bool IsDecisive { get; init; } = true;

    /// <summary>Whether each device has one, beside those of <c>all</c> and <c>default</c>.</summary>
    public bool IsPerDevice { get; }

    /// <summary>Whether <c>all</c> has one.</summary>
    internal virtual bool HasAll => false;

    /// <summary>Its name for the place that counts for most: <c>all</c>, or where that has none, <c>default</c>.</summary>
    public string BroadestName => NameFor(HasAll ? SysctlName.All : SysctlName.Default);

    /// <summary>What stands before the star; the whole name where there is none.</summary>
    internal string Prefix { get; }

    /// <summary>What stands behind the star.</summary>
    internal string Suffix { get; }

    /// <summary>Its name for a place: <c>all</c>, <c>default</c>, or a device with slashes for its dots.</summary>
    public string NameFor(string? place) => IsPerDevice ? $"{Prefix}{place}{Suffix}" : Name;

    /// <summary>Whether a name with dots is one of this row's.</summary>
    /// <param name="name">The name.</param>
    /// <param name="place">What stands for the star; null where there is none.</param>
    internal bool Matches(string name, out string? place)
    {
        place = null;
        if (!IsPerDevice)
        {
            return name == Name;
        }

        int length = name.Length - Prefix.Length - Suffix.Length;
        if (length <= 0 || !name.StartsWith(Prefix, StringComparison.Ordinal) || !name.EndsWith(Suffix, StringComparison.Ordinal))
        {
            return false;
        }

        place = name.Substring(Prefix.Length, length);
        return !place.Contains('.', StringComparison.Ordinal);
    }

    /// <summary>The value that a text of the table stands for.</summary>
    private protected SysctlValue Parse(string text) =>
        Type.TryParse(text, out SysctlValue? value) ? value : throw new ArgumentException($"{Name}: '{text}' is no {Type.Expectation}.", nameof(text));
}

/// <summary>A sysctl of the host as a whole.</summary>
/// <param name="name">Its name.</param>
/// <param name="type">Which values it takes.</param>
/// <param name="defaultValue">Its default.</param>
/// <param name="apply">How it changes the settings.</param>
/// <param name="meaning">What it does.</param>
internal sealed class HostSysctl(
    string name, SysctlType type, string defaultValue, Func<HostSettings, SysctlValue, HostSettings> apply, string meaning)
    : Sysctl(name, type, defaultValue, meaning)
{
    /// <summary>The name of the sysctl that this is by another name; null: it stands for itself.</summary>
    public string? AliasOf { get; init; }

    /// <summary>Changes the settings by a value.</summary>
    public HostSettings Apply(HostSettings settings, SysctlValue value) => apply(settings, value);
}

/// <summary>
/// A sysctl of a device, under <c>net.ipv4.conf</c> or <c>net.ipv4.neigh</c>: each device has one, and <c>default</c>, with which a device begins; under
/// <c>conf</c> <c>all</c> has one, too.
/// </summary>
/// <param name="setting">The last part of its name.</param>
/// <param name="type">Which values it takes.</param>
/// <param name="defaultValue">Its default.</param>
/// <param name="apply">How the device's own and that of <c>all</c> together change the device's settings.</param>
/// <param name="meaning">What it does.</param>
/// <param name="table">Under what it stands.</param>
internal sealed class InterfaceSysctl(
    string setting, SysctlType type, string defaultValue, InterfaceSysctl.Change apply, string meaning, string table = InterfaceSysctl.Conf)
    : Sysctl($"{table}.*.{setting}", type, defaultValue, meaning)
{
    /// <summary>The table of what a device does with IPv4.</summary>
    internal const string Conf = "net.ipv4.conf";

    /// <summary>The table of how the neighbours on a device are treated.</summary>
    internal const string Neigh = "net.ipv4.neigh";

    /// <summary>Changes a device's settings by two values: the device's own, and that of <c>all</c>; where there is none, the device's own again.</summary>
    internal delegate IPv4InterfaceSettings Change(IPv4InterfaceSettings settings, int own, int all);

    /// <summary>The default of <c>all</c>, where it is another; null: the same.</summary>
    public string? DefaultOfAll { get; init; }

    /// <inheritdoc/>
    internal override bool HasAll => table == Conf;

    /// <summary>Whether it is <c>forwarding</c>, which <c>all</c> sets for every device.</summary>
    public bool IsForwarding { get; init; }

    /// <summary>Whether devices that nobody has touched take what is written to <c>default</c>.</summary>
    public bool IsHandedDown { get; init; } = true;

    /// <summary>The value of a place that nobody has set.</summary>
    public SysctlValue DefaultFor(string place) => place == SysctlName.All && DefaultOfAll is { } ofAll ? Parse(ofAll) : Default;

    /// <summary>Changes a device's settings.</summary>
    public IPv4InterfaceSettings Apply(IPv4InterfaceSettings settings, SysctlValue own, SysctlValue all) => apply(settings, (int)own.Number, (int)all.Number);
}
