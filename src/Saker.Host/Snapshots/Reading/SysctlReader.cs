using Saker.Host.Sysctls;
using Saker.Stack.Devices;

namespace Saker.Host.Snapshots.Reading;

/// <summary>Reads <c>sysctls</c>.</summary>
internal static class SysctlReader
{
    /// <summary>All settings as they are written, by their names.</summary>
    public static IReadOnlyDictionary<string, string> ReadTexts(SnapshotDocument snapshot)
    {
        Dictionary<string, string> texts = new(StringComparer.Ordinal);
        if (snapshot.Object(SnapshotPart.Sysctls) is { } part)
        {
            foreach ((string name, string text) in part.Texts())
            {
                texts[name] = text;
            }
        }

        return texts;
    }

    /// <summary>The values of all known sysctls.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="devices">The devices.</param>
    /// <param name="withAddress">Those of them that have an address of IPv4.</param>
    public static HostSysctls Read(SnapshotDocument snapshot, SnapshotDevices devices, IReadOnlyCollection<NetworkDevice> withAddress)
    {
        Dictionary<string, SysctlValue> values = new(StringComparer.Ordinal);
        if (snapshot.Object(SnapshotPart.Sysctls) is { } part)
        {
            foreach ((string name, string text) in part.Texts())
            {
                if (!SysctlRegistry.TryFind(name, out Sysctl? sysctl, out string? place))
                {
                    continue;
                }

                if (sysctl.Type.ForReading.TryParse(text, out SysctlValue? value))
                {
                    values[sysctl.NameFor(place)] = value;
                }
                else
                {
                    part.FaultValue(name, $"no {sysctl.Type.ForReading.Expectation}");
                }
            }
        }

        return new HostSysctls([.. devices.All.Select(device => new SysctlDevice(SysctlName.OfDevice(device.Name), withAddress.Contains(device)))], values);
    }
}
