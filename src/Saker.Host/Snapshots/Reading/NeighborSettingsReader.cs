using System.Globalization;
using Saker.Host.Sysctls;
using Saker.Stack.Devices;
using Saker.Stack.Routing;

namespace Saker.Host.Snapshots.Reading;

/// <summary>
/// Reads how neighbours on a device are treated, from <c>net.ipv4.neigh</c> in <c>sysctls</c>. What is missing for the device is taken from <c>default</c>, and
/// then from the kernel's own.
/// </summary>
internal sealed class NeighborSettingsReader(SnapshotDocument snapshot, IReadOnlyDictionary<string, string> texts)
{
    private const string Prefix = "net.ipv4.neigh.";
    private const long Second = 1_000_000_000;
    private const long Millisecond = Second / 1000;

    /// <summary>The unit of what is told in user space's ticks (<c>USER_HZ</c>).</summary>
    private const long Tick = Second / 100;

    /// <summary>The settings of a device.</summary>
    public NeighborSettings Read(NetworkDevice device)
    {
        NeighborSettings kernel = NeighborSettings.Default;
        return new NeighborSettings
        {
            RetransmitTime = Find("retrans_time_ms") * Millisecond ?? kernel.RetransmitTime,
            DelayFirstProbeTime = Find("delay_first_probe_time") * Second ?? kernel.DelayFirstProbeTime,
            ReachableTime = Find("base_reachable_time_ms") * Millisecond ?? kernel.ReachableTime,
            LockTime = Find("locktime") * Tick ?? kernel.LockTime,
            UnicastProbes = Find("ucast_solicit") ?? kernel.UnicastProbes,
            MulticastProbes = Find("mcast_solicit") ?? kernel.MulticastProbes,
            WaitingLimit = Find("unres_qlen_bytes") ?? kernel.WaitingLimit,
        };

        int? Find(string setting) => Number($"{Prefix}{SysctlName.OfDevice(device.Name)}.{setting}") ?? Number($"{Prefix}{SysctlName.Default}.{setting}");
    }

    private int? Number(string name)
    {
        if (!texts.TryGetValue(name, out string? text))
        {
            return null;
        }

        if (int.TryParse(text.AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            return number;
        }

        snapshot.Object(SnapshotPart.Sysctls)?.FaultValue(name, $"no whole number from 0 to {int.MaxValue}");
        return null;
    }
}
