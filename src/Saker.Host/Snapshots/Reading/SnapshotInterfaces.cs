using Saker.Host.Sysctls;
using Saker.Stack.Devices;
using Saker.Stack.Ip.V4;
using Saker.Wire;

namespace Saker.Host.Snapshots.Reading;

/// <summary>Joins addresses, groups and settings to each device's part in IPv4.</summary>
internal sealed class SnapshotInterfaces(
    Dictionary<NetworkDevice, List<IPv4InterfaceAddress>> addresses, Dictionary<NetworkDevice, List<IPv4Address>> groups, HostSysctls sysctls)
{
    /// <summary>A device with a smaller MTU takes no part in IPv4 (<c>IPV4_MIN_MTU</c>, RFC 791, section 3.2).</summary>
    private const int LeastMtu = 68;

    private readonly HashSet<IPv4Address> _own = [.. addresses.Values.SelectMany(list => list).Select(address => address.Address)];

    /// <summary>Gives every device its part in IPv4: one without an address has one, too.</summary>
    public void Assign(SnapshotDevices devices)
    {
        foreach (NetworkDevice device in devices.All.Where(device => device.Mtu >= LeastMtu))
        {
            device.IPv4 = new IPv4Interface(addresses.GetValueOrDefault(device, []), groups.GetValueOrDefault(device, []), sysctls.SettingsOf(device.Name));
        }
    }

    /// <summary>Whether an address is the host's own.</summary>
    public bool IsOwn(IPv4Address address) => _own.Contains(address);

    /// <summary>Whether next hops of a device count only while its link is up.</summary>
    public static bool IgnoresRoutesWithLinkDown(NetworkDevice device) => device.IPv4 is { Settings.IgnoreRoutesWithLinkDown: true };
}
