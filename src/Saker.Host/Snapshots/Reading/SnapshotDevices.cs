using Saker.Stack.Devices;

namespace Saker.Host.Snapshots.Reading;

/// <summary>The devices of a snapshot, by the names that its other parts call them.</summary>
internal sealed class SnapshotDevices
{
    private readonly Dictionary<string, NetworkDevice> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<int, NetworkDevice> _byIndex = [];
    private readonly HashSet<NetworkDevice> _withoutEthernet = [];

    /// <summary>All devices, in the snapshot's order.</summary>
    public List<NetworkDevice> All { get; } = [];

    /// <summary>What kind each virtual device is, by its name.</summary>
    public Dictionary<string, string> Kinds { get; } = new(StringComparer.Ordinal);

    /// <summary>Adds a device.</summary>
    /// <returns>The one that already has its index or its name; null: it was added.</returns>
    public NetworkDevice? Add(NetworkDevice device, bool isEthernet)
    {
        if (!_byIndex.TryAdd(device.Index, device))
        {
            return _byIndex[device.Index];
        }

        if (!_byName.TryAdd(device.Name, device))
        {
            return _byName[device.Name];
        }

        All.Add(device);
        if (!isEthernet)
        {
            _withoutEthernet.Add(device);
        }

        return null;
    }

    /// <summary>Whether its link addresses are those of Ethernet.</summary>
    public bool IsEthernet(NetworkDevice device) => !_withoutEthernet.Contains(device);

    /// <summary>The device of a name; null: there is none.</summary>
    public NetworkDevice? FindNamed(string? name) => name is null ? null : _byName.GetValueOrDefault(name);

    /// <summary>The device that an entry names; null: none, or one that is not there, which is noted as a fault.</summary>
    public NetworkDevice? Find(SnapshotEntry entry, string member)
    {
        if (entry.Text(member) is not { } name)
        {
            return null;
        }

        if (!_byName.TryGetValue(name, out NetworkDevice? device))
        {
            entry.FaultUnknownDevice(member);
        }

        return device;
    }

    /// <summary>The same for an entry that must name one, by <c>ifname</c>, and agree with the links about its index.</summary>
    public NetworkDevice? FindInterface(SnapshotEntry entry)
    {
        if (entry.RequiredText("ifname") is null || Find(entry, "ifname") is not { } device)
        {
            return null;
        }

        if (entry.Number("ifindex", 1, int.MaxValue) is { } index && index != device.Index)
        {
            entry.Contradiction($"'ifindex' of {device.Name} is {index}, but {device.Index} in 'links'; collect both at once");
            return null;
        }

        return device;
    }
}
