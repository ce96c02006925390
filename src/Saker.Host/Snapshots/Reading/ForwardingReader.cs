using Saker.Stack.Devices;
using Saker.Stack.Devices.Bridge;

namespace Saker.Host.Snapshots.Reading;

/// <summary>Reads <c>fdb</c> and <c>bridgeVlans</c>: which stations bridges know, and which VLANs their ports belong to.</summary>
internal static class ForwardingReader
{
    private const ushort LargestVlan = 4094;

    public static void Read(SnapshotDocument snapshot, SnapshotDevices devices, Dictionary<NetworkDevice, EthernetBridge> bridges)
    {
        foreach (SnapshotEntry entry in snapshot.Entries(SnapshotPart.BridgeVlans))
        {
            ReadVlans(entry, devices, bridges);
        }

        foreach (SnapshotEntry entry in snapshot.Entries(SnapshotPart.ForwardingDatabase))
        {
            ReadStation(entry, devices, bridges);
        }
    }

    /// <summary>A station that a bridge knows. Entries without a master are a device's own filter of addresses.</summary>
    private static void ReadStation(SnapshotEntry entry, SnapshotDevices devices, Dictionary<NetworkDevice, EthernetBridge> bridges)
    {
        if (!entry.Has("master") || devices.Find(entry, "master") is not { } master || !bridges.TryGetValue(master, out EthernetBridge? bridge)
            || devices.Find(entry, "ifname") is not { } device || entry.LinkAddress("mac") is not { IsUnicast: true } address)
        {
            return;
        }

        int port = bridge.Ports.FirstOrDefault(other => other.Device == device)?.Number ?? 0;
        ushort vlan = (ushort)(entry.Number("vlan", 0, LargestVlan) ?? 0);
        bool isSticky = entry.Words("flags").Contains("sticky");
        ForwardingTarget target = entry.Text("state") switch
        {
            "permanent" => ForwardingTarget.Local(port),
            var state when isSticky => ForwardingTarget.Sticky(port, state == "static"),
            "static" => ForwardingTarget.Static(port),
            _ => ForwardingTarget.Learned(port),
        };

        // How long a station has not been heard of is not told: those that are known at the beginning are not forgotten.
        bridge.Forwarding.Set(address, vlan, target, long.MaxValue / 2);
    }

    private static void ReadVlans(SnapshotEntry entry, SnapshotDevices devices, Dictionary<NetworkDevice, EthernetBridge> bridges)
    {
        if (devices.Find(entry, "ifname") is not { } device)
        {
            return;
        }

        List<BridgeVlan> vlans = [];
        ushort portVlan = 0;
        foreach (SnapshotEntry vlan in entry.Entries("vlans"))
        {
            if (vlan.Number("vlan", 1, LargestVlan) is not { } first)
            {
                continue;
            }

            IReadOnlyList<string> flags = vlan.Words("flags");
            portVlan = flags.Contains("PVID") ? (ushort)first : portVlan;
            for (long id = first; id <= (vlan.Number("vlanEnd", first, LargestVlan) ?? first); id++)
            {
                vlans.Add(new BridgeVlan((ushort)id) { IsUntagged = flags.Contains("Egress Untagged") });
            }
        }

        BridgeVlans read = new(vlans, portVlan);
        if (bridges.TryGetValue(device, out EthernetBridge? own))
        {
            own.Vlans = read;
        }
        else if (bridges.Values.SelectMany(bridge => bridge.Ports).FirstOrDefault(port => port.Device == device) is { } port)
        {
            port.Vlans = read;
        }
    }
}
