using System.Diagnostics.CodeAnalysis;
using Saker.Stack.Ip.V4;

namespace Saker.Host.Sysctls;

/// <summary>
/// The values that the known sysctls have on one host: at first those that are known of it, and defaults; then what is written, with the same effects on
/// other values as in the kernel.
/// </summary>
/// <remarks>Belongs to who sets a host up; one thread at a time.</remarks>
public sealed class HostSysctls
{
    private readonly Dictionary<string, SysctlValue> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _written = new(StringComparer.Ordinal);
    private readonly List<string> _warnings = [];
    private readonly IReadOnlyList<SysctlDevice> _devices;

    internal HostSysctls(IReadOnlyList<SysctlDevice> devices, IReadOnlyDictionary<string, SysctlValue>? given = null)
    {
        _devices = devices;
        given ??= new Dictionary<string, SysctlValue>();
        foreach (HostSysctl sysctl in SysctlRegistry.OfHost)
        {
            if (given.TryGetValue(sysctl.Name, out SysctlValue? value) || sysctl.AliasOf is null)
            {
                _values[sysctl.AliasOf ?? sysctl.Name] = (value ?? sysctl.Default).Over(sysctl.Default);
            }
        }

        foreach (InterfaceSysctl sysctl in SysctlRegistry.OfInterfaces)
        {
            SysctlValue all = sysctl.HasAll ? Begin(sysctl, SysctlName.All, sysctl.DefaultFor(SysctlName.All)) : sysctl.Default;
            SysctlValue atFirst = Begin(sysctl, SysctlName.Default, sysctl.Default);
            foreach (SysctlDevice device in devices)
            {
                // Whoever sets forwarding of all sets every device's.
                Begin(sysctl, device.Place, sysctl.IsForwarding ? all : atFirst);
            }
        }

        SysctlValue Begin(InterfaceSysctl sysctl, string place, SysctlValue otherwise)
        {
            string name = sysctl.NameFor(place);
            return _values[name] = _values.GetValueOrDefault(name) ?? given.GetValueOrDefault(name) ?? otherwise;
        }
    }

    /// <summary>A kernel's without devices, as it begins.</summary>
    public static HostSysctls OfFreshKernel { get; } = new([]);

    /// <summary>What is to be said of what was written, one line each.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <summary>Why something could not be written, in one line; null: all was.</summary>
    public string? Refusal { get; private set; }

    /// <summary>The settings of the host as a whole.</summary>
    internal HostSettings Settings =>
        SysctlRegistry.OfHost.Where(sysctl => sysctl.AliasOf is null).Aggregate(new HostSettings(), (settings, sysctl) => sysctl.Apply(settings, _values[sysctl.Name]));

    /// <summary>The values of a sysctl by their full names: one, or those of <c>all</c> if it has one, <c>default</c> and each device.</summary>
    public IEnumerable<KeyValuePair<string, SysctlValue>> ValuesOf(Sysctl sysctl)
    {
        ArgumentNullException.ThrowIfNull(sysctl);
        return sysctl is InterfaceSysctl
            ? Places.Select(place => sysctl.NameFor(place)).Where(_values.ContainsKey).Select(name => KeyValuePair.Create(name, _values[name]))
            : [KeyValuePair.Create(sysctl.Name, _values[(sysctl as HostSysctl)?.AliasOf ?? sysctl.Name])];
    }

    /// <summary>The settings of a device as they take effect: its own and those of <c>all</c> combined.</summary>
    internal IPv4InterfaceSettings SettingsOf(string deviceName)
    {
        string device = SysctlName.OfDevice(deviceName);
        return SysctlRegistry.OfInterfaces.Aggregate(
            new IPv4InterfaceSettings(),
            (settings, sysctl) => sysctl.Apply(settings, _values[sysctl.NameFor(device)], _values[sysctl.NameFor(sysctl.HasAll ? SysctlName.All : device)]));
    }

    /// <summary>Writes values, in their order. What cannot be written is a <see cref="Refusal"/>, and ends it.</summary>
    internal void Write(IReadOnlyList<SysctlAssignment> assignments)
    {
        foreach (SysctlAssignment assignment in assignments)
        {
            if (!TryWrite(assignment, out string? refusal))
            {
                Refusal = refusal;
                return;
            }
        }

        string[] idle = [.. assignments.Where(assignment => !assignment.Sysctl.IsDecisive).Select(assignment => assignment.Name).Distinct()];
        if (idle.Length != 0)
        {
            _warnings.Add($"--sysctl: {string.Join(", ", idle)} {(idle.Length == 1 ? "decides" : "decide")} nothing yet");
        }
    }

    private IEnumerable<string> Places => _devices.Select(device => device.Place).Prepend(SysctlName.Default).Prepend(SysctlName.All);

    private bool TryWrite(SysctlAssignment assignment, [NotNullWhen(false)] out string? refusal)
    {
        string name = (assignment.Sysctl as HostSysctl)?.AliasOf ?? assignment.Name;
        if (!_values.TryGetValue(name, out SysctlValue? before))
        {
            string devices = string.Join(", ", _devices.Select(device => SysctlName.ToDevice(device.Place)));
            refusal = $"--sysctl {assignment.Name}: the host has no device '{SysctlName.ToDevice(assignment.Place!)}'; it has {devices}.";
            return false;
        }

        refusal = null;
        SysctlValue value = assignment.Value.Over(before);
        _values[name] = value;
        _written.Add(name);
        if (SysctlRegistry.TryFind(name, out Sysctl? sysctl, out string? place) && sysctl is InterfaceSysctl setting)
        {
            switch (place)
            {
                case SysctlName.All when setting.IsForwarding && !value.Equals(before):
                    ChangeForwarding(setting, value);
                    break;
                case SysctlName.Default:
                    HandDown(setting, name, value);
                    break;
            }
        }

        return true;
    }

    /// <summary>The host becomes a router, or ceases to be one (<c>inet_forward_change</c>).</summary>
    private void ChangeForwarding(InterfaceSysctl forwarding, SysctlValue value)
    {
        foreach (string place in Places)
        {
            _values[forwarding.NameFor(place)] = value;
        }

        _values["net.ipv4.conf.all.accept_redirects"] = new SysctlValue([value.IsOn ? 0 : 1]);
    }

    /// <summary>
    /// Devices whose setting nobody has touched take that of <c>default</c> (<c>devinet_copy_dflt_conf</c>, <c>neigh_copy_dflt_parms</c>). With its first address a device keeps all that it
    /// has; some settings are not handed down at all.
    /// </summary>
    private void HandDown(InterfaceSysctl sysctl, string name, SysctlValue value)
    {
        string[] takers = !sysctl.IsHandedDown ? [] :
            [.. _devices.Where(device => !device.HasAddress).Select(device => sysctl.NameFor(device.Place)).Where(taker => !_written.Contains(taker))];
        foreach (string taker in takers)
        {
            _values[taker] = value;
        }

        if (takers.Length == 0)
        {
            _warnings.Add($"--sysctl: {name} counts for devices to come; those of the host have a value of their own");
        }
    }
}

/// <summary>A device as sysctls know it.</summary>
/// <param name="Place">Its name, with slashes for its dots.</param>
/// <param name="HasAddress">Whether it has an address of IPv4.</param>
internal readonly record struct SysctlDevice(string Place, bool HasAddress);
