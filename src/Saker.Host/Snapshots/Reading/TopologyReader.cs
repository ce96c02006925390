using System.Globalization;
using Saker.Host.Hosts;
using Saker.Stack.Devices;
using Saker.Stack.Devices.Bridge;
using Saker.Stack.Devices.Vlan;
using Saker.Wire;

namespace Saker.Host.Snapshots.Reading;

/// <summary>Reads from <c>links</c> how devices stand upon each other: VLANs, bridges and their ports.</summary>
internal sealed class TopologyReader(SnapshotDevices devices, SnapshotLimitations limitations)
{
    private const string Bridge = "bridge";
    private const string Vlan = "vlan";

    private readonly List<VlanDevice> _vlans = [];
    private readonly Dictionary<NetworkDevice, EthernetBridge> _bridges = [];

    /// <summary>Reads a topology that comes to one that is there already.</summary>
    public static DeviceTopology Read(SnapshotDocument snapshot, SnapshotDevices devices, SnapshotLimitations limitations, DeviceTopology present)
    {
        TopologyReader reader = new(devices, limitations);
        reader._vlans.AddRange(present.Vlans);
        foreach (EthernetBridge bridge in present.Bridges)
        {
            reader._bridges.Add(bridge.Device, bridge);
        }

        SnapshotEntry[] links = [.. snapshot.Entries(SnapshotPart.Links)];
        foreach (SnapshotEntry link in links)
        {
            reader.ReadKind(link);
        }

        foreach (SnapshotEntry link in links)
        {
            reader.ReadMaster(link);
        }

        ForwardingReader.Read(snapshot, devices, reader._bridges);
        return new DeviceTopology
        {
            Vlans = reader._vlans,
            Bridges = [.. reader._bridges.Values],
            Traffic = [.. present.Traffic, .. TrafficReader.Read(snapshot, devices, limitations)],
            Taps = [.. present.Taps, .. PacketSocketReader.Read(snapshot, devices, limitations)],
        };
    }

    private void ReadKind(SnapshotEntry link)
    {
        if (devices.Find(link, "ifname") is not { } device || link.Object("linkinfo") is not { } info)
        {
            return;
        }

        switch (info.Text("info_kind"))
        {
            case Vlan:
                ReadVlan(link, device, info.Object("info_data"));
                break;
            case Bridge:
                _bridges[device] = new EthernetBridge(device, ReadBridge(device, info.Object("info_data")));
                break;
        }
    }

    private void ReadVlan(SnapshotEntry link, NetworkDevice device, SnapshotEntry? details)
    {
        // Across namespaces 'link' is the name of another device than ours of that name.
        string? name = link.Text("link");
        if (link.Has("link_netnsid") || devices.FindNamed(name) is not { } lower || details is not { } data)
        {
            limitations.Add($"links: {device.Name} is a VLAN of {name ?? "another device"}, whose tagged frames it takes; this is not evaluated");
            return;
        }

        if (ReadProtocol(data, "protocol") is not { } protocol)
        {
            return;
        }

        if (data.Number("id", 0, VlanDevice.LargestId) is not { } id)
        {
            data.Fault("'id' is missing");
            return;
        }

        if (lower == device || _vlans.Any(other => other.Lower == lower && other.Protocol == protocol && other.Id == id))
        {
            link.Contradiction($"{device.Name} is a VLAN {id} of {lower.Name}, which it cannot be: there is one already, or it is the device itself");
            return;
        }

        IReadOnlyList<string> flags = data.Words("flags");
        _vlans.Add(new VlanDevice(device, lower, (ushort)id, protocol) { ReorderHeader = !data.Has("flags") || flags.Contains("REORDER_HDR") });
    }

    private BridgeSettings ReadBridge(NetworkDevice device, SnapshotEntry? details)
    {
        if (details is not { } data)
        {
            return new BridgeSettings();
        }

        bool snoops = data.Number("mcast_snooping", 0, 1) != 0;
        if (snoops && data.Number("mcast_querier", 0, 1) == 1)
        {
            limitations.Add($"links: {device.Name} asks who listens to groups (mcast_querier), which is not evaluated: unless others ask, frames to groups go out by all ports");
        }

        BridgeSettings settings = new();
        return settings with
        {
            AgeingTime = data.Number("ageing_time", 0, uint.MaxValue) is { } hundredths ? TimeSpan.FromMilliseconds(10 * hundredths) : settings.AgeingTime,
            GroupForwardMask = ReadMask(data),
            HasSpanningTree = data.Number("stp_state", 0, 2) > 0,
            LearnsNothingFromLinkLocal = data.Number("no_linklocal_learn", 0, 1) == 1,
            SnoopsMulticast = snoops,
            IsVlanFiltering = data.Number("vlan_filtering", 0, 1) == 1,
            VlanProtocol = ReadProtocol(data, "vlan_protocol") ?? settings.VlanProtocol,
        };
    }

    private void ReadMaster(SnapshotEntry link)
    {
        if (devices.Find(link, "ifname") is not { } device || link.Text("master") is not { } name)
        {
            return;
        }

        if (devices.FindNamed(name) is not { } master || !_bridges.TryGetValue(master, out EthernetBridge? bridge))
        {
            limitations.Add($"links: {device.Name} belongs to {name}, which takes its frames; this is not evaluated");
        }
        else if (device == master || device.IsLoopback)
        {
            link.Contradiction($"{device.Name} cannot be a port of {master.Name}");
        }
        else if (bridge.Ports.Length == EthernetBridge.MostPorts)
        {
            link.Contradiction($"{master.Name} has more than {EthernetBridge.MostPorts} ports");
        }
        else if (_bridges.Values.SelectMany(other => other.Ports).FirstOrDefault(port => port.Device == device) is { } port)
        {
            if (port.Bridge == bridge)
            {
                port.Settings = ReadPort(device, link.Object("linkinfo")?.Object("info_slave_data"));
            }
            else
            {
                link.Contradiction($"{device.Name} is a port of {port.Bridge.Device.Name} already");
            }
        }
        else
        {
            bridge.Add(device, ReadPort(device, link.Object("linkinfo")?.Object("info_slave_data")));
        }
    }

    private BridgePortSettings ReadPort(NetworkDevice device, SnapshotEntry? details)
    {
        BridgePortSettings settings = new() { State = device.Has(DeviceFlags.Up) ? BridgePortState.Forwarding : BridgePortState.Disabled };
        if (details is not { } data)
        {
            return settings;
        }

        if (data.IsTrue("neigh_suppress") || data.IsTrue("vlan_tunnel") || data.IsTrue("mab"))
        {
            limitations.Add($"links: {device.Name} suppresses neighbours, maps VLANs to tunnels or asks for authentication (neigh_suppress, vlan_tunnel, mab); this is not evaluated");
        }

        return settings with
        {
            State = ReadState(data) ?? settings.State,
            Learns = IsOn(data, "learning"),
            FloodsUnicast = IsOn(data, "flood"),
            FloodsMulticast = IsOn(data, "mcast_flood"),
            FloodsBroadcast = IsOn(data, "bcast_flood"),
            IsHairpin = data.IsTrue("hairpin"),
            IsIsolated = data.IsTrue("isolated"),
            IsLocked = data.IsTrue("locked"),
            GroupForwardMask = ReadMask(data),
        };
    }

    /// <summary>What is on unless it is said to be off.</summary>
    private static bool IsOn(SnapshotEntry data, string member) => !data.Has(member) || data.IsTrue(member);

    private static BridgePortState? ReadState(SnapshotEntry data)
    {
        if (data.Text("state") is not { } text)
        {
            return null;
        }

        if (Enum.TryParse(text, ignoreCase: true, out BridgePortState state) && Enum.IsDefined(state))
        {
            return state;
        }

        data.FaultValue("state", "none of disabled, listening, learning, forwarding, blocking");
        return null;
    }

    private static EtherType? ReadProtocol(SnapshotEntry data, string member)
    {
        switch (data.Text(member)?.ToUpperInvariant())
        {
            case null or "802.1Q":
                return EtherType.Vlan;
            case "802.1AD":
                return EtherType.ServiceVlan;
            default:
                data.FaultValue(member, "neither 802.1Q nor 802.1ad");
                return null;
        }
    }

    /// <summary>A mask as <c>ip</c> prints it: hexadecimal with or without its prefix.</summary>
    private static ushort ReadMask(SnapshotEntry data)
    {
        if (data.Text("group_fwd_mask") is not { } text)
        {
            return 0;
        }

        ReadOnlySpan<char> digits = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text.AsSpan(2) : text;
        if (ushort.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort mask))
        {
            return mask;
        }

        data.FaultValue("group_fwd_mask", "no mask of 16 bits");
        return 0;
    }
}
