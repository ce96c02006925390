using System.Diagnostics.CodeAnalysis;

namespace Saker.Host.Sysctls;

/// <summary>A sysctl that is to be set: <c>NAME=VALUE</c>, as <c>sysctl -w</c> takes it.</summary>
public sealed record SysctlAssignment
{
    private SysctlAssignment(Sysctl sysctl, string? place, SysctlValue value)
    {
        Sysctl = sysctl;
        Place = place;
        Value = value;
    }

    /// <summary>What is set.</summary>
    public Sysctl Sysctl { get; }

    /// <summary>Of what a device has, whose: <c>all</c>, <c>default</c>, or a device with slashes for its dots; otherwise null.</summary>
    public string? Place { get; }

    /// <summary>The value.</summary>
    public SysctlValue Value { get; }

    /// <summary>The name in full.</summary>
    public string Name => Sysctl.NameFor(Place);

    /// <summary>Reads one.</summary>
    /// <param name="text">What was given.</param>
    /// <param name="assignment">What it says.</param>
    /// <param name="fault">What is wrong with it, in one line.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out SysctlAssignment? assignment, [NotNullWhen(false)] out string? fault)
    {
        ArgumentNullException.ThrowIfNull(text);
        assignment = null;
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0)
        {
            fault = $"'{text}' sets nothing; a sysctl is set by NAME=VALUE.";
            return false;
        }

        string given = text[..equals].Trim();
        string name = SysctlName.WithDots(given);
        if (!SysctlRegistry.TryFind(name, out Sysctl? sysctl, out string? place))
        {
            IReadOnlyList<string> nearest = SysctlRegistry.Nearest(name);
            string suggestion = nearest.Count == 0 ? string.Empty : $" nearest: {string.Join(", ", nearest)};";
            fault = $"the stack knows no sysctl '{given}';{suggestion} 'saker sysctl' lists all.";
            return false;
        }

        string written = text[(equals + 1)..].Trim();
        if (!sysctl.Type.TryParse(written, out SysctlValue? value))
        {
            fault = $"{name} takes a {sysctl.Type.Expectation}; '{written}' is none.";
            return false;
        }

        assignment = new SysctlAssignment(sysctl, place, value);
        fault = null;
        return true;
    }
}
