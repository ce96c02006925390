using System.Diagnostics.CodeAnalysis;
using Saker.Host.Hosts;
using Saker.Host.Snapshots.Reading;
using Saker.Host.Sysctls;
using Saker.Stack.Devices;
using Saker.Stack.Ip.V4;
using Saker.Wire;

namespace Saker.Host.Snapshots;

/// <summary>
/// Reads a host's snapshot: what <c>saker snapshot</c> writes, or a JSON object put together by hand from what <c>ip -j</c> prints.
/// </summary>
/// <remarks>
/// Bad content is a fault, never an exception: one line that names the file, the part, the entry, and what was expected. <c>links</c>, <c>addresses</c> and
/// <c>routes</c> must be there. For the other parts the kernel's defaults are assumed, and <see cref="HostConfiguration.Limitations"/> says so; it also names
/// what the snapshot holds and the receive path does not evaluate.
/// </remarks>
public static class SnapshotReader
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="host">The host.</param>
    /// <param name="fault">What is wrong with it, in one line.</param>
    /// <param name="written">Sysctls that are set on the host before anything else is asked of it, in their order.</param>
    public static bool TryRead(
        string path,
        [NotNullWhen(true)] out HostConfiguration? host,
        [NotNullWhen(false)] out string? fault,
        IReadOnlyList<SysctlAssignment>? written = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        host = null;
        SnapshotFaults faults = new(path);
        if (SnapshotBytes.Read(path, faults) is { } bytes)
        {
            return TryParse(bytes, path, out host, out fault, written);
        }

        fault = faults.First!;
        return false;
    }

    /// <summary>Reads a snapshot that is in memory.</summary>
    /// <param name="json">The JSON object, in UTF-8.</param>
    /// <param name="name">What the fault calls it.</param>
    /// <param name="host">The host.</param>
    /// <param name="fault">What is wrong with it, in one line.</param>
    /// <param name="written">Sysctls that are set on the host before anything else is asked of it, in their order.</param>
    public static bool TryParse(
        ReadOnlyMemory<byte> json,
        string name,
        [NotNullWhen(true)] out HostConfiguration? host,
        [NotNullWhen(false)] out string? fault,
        IReadOnlyList<SysctlAssignment>? written = null)
    {
        SnapshotFaults faults = new(name);
        host = null;
        using (SnapshotDocument? document = SnapshotDocument.Parse(json, faults))
        {
            if (document is not null)
            {
                host = Read(document, written ?? []);
            }
        }

        fault = faults.First;
        if (fault is not null)
        {
            host = null;
        }

        return host is not null;
    }

    private static HostConfiguration? Read(SnapshotDocument snapshot, IReadOnlyList<SysctlAssignment> written)
    {
        SnapshotLimitations limitations = new();
        if (!snapshot.HasRequired(SnapshotPart.Links, SnapshotPart.Addresses, SnapshotPart.Routes))
        {
            return null;
        }

        NoteMissing(snapshot, limitations);
        KernelReader.Read(snapshot, limitations);
        SnapshotDevices devices = LinkReader.Read(snapshot, limitations);
        Dictionary<NetworkDevice, List<IPv4InterfaceAddress>> addresses = AddressReader.Read(snapshot, devices);
        HostSysctls sysctls = SysctlReader.Read(snapshot, devices, addresses.Keys);
        sysctls.Write(written);
        HostSettings settings = sysctls.Settings;
        Dictionary<NetworkDevice, List<IPv4Address>> groups = MulticastReader.Read(snapshot, devices);
        SnapshotInterfaces interfaces = new(addresses, groups, sysctls);
        interfaces.Assign(devices);
        IPv6SettingsReader ipv6 = new(snapshot);
        new IPv6InterfaceReader(devices, ipv6, limitations).Assign(snapshot);
        CardReader.Read(snapshot, devices, limitations);
        RuleReader.Read(snapshot, limitations);
        NftablesReader.Read(snapshot, limitations);

        RouteReader routes = new(devices, interfaces, limitations);
        return new HostConfiguration
        {
            Devices = devices.All,
            Routes = routes.Read(snapshot),
            IPv6Routes = routes.IPv6Routes,
            Neighbors = NeighborReader.Read(snapshot, devices, limitations),
            IPv6Neighbors = NeighborReader.ReadIPv6(snapshot, devices, limitations),
            Sockets = new SocketReader(devices, groups.Values.SelectMany(list => list), settings, limitations).Read(snapshot),
            IPv4 = settings.IPv4,
            IPv6 = ipv6.ReadHost(),
            Receive = settings.Receive,
            Sysctls = sysctls,
            KernelSettings = SysctlReader.ReadTexts(snapshot),
            DeviceKinds = devices.Kinds,
            Topology = TopologyReader.Read(snapshot, devices, limitations, DeviceTopology.None),
            Protocols = ProtocolReader.Read(snapshot, limitations),
            Queues = QueueReader.Read(snapshot, devices),
            Limitations = limitations.Lines,
        };
    }

    private static void NoteMissing(SnapshotDocument snapshot, SnapshotLimitations limitations)
    {
        ReadOnlySpan<(SnapshotPart Part, string Assumption)> optional =
        [
            (SnapshotPart.Rules, "no rules but the kernel's own three are assumed"),
            (SnapshotPart.Neighbors, "no neighbour is known at the beginning"),
            (SnapshotPart.Multicast, "no group is joined but 224.0.0.1"),
            (SnapshotPart.Nftables, "no filter is assumed"),
            (SnapshotPart.Sysctls, "the kernel's defaults are assumed"),
            (SnapshotPart.Sockets, "no socket is open"),
            (SnapshotPart.Protocols, "a kernel with LLC and IPv6, and without tunnels, is assumed"),
        ];
        foreach ((SnapshotPart part, string assumption) in optional)
        {
            if (!snapshot.Has(part))
            {
                limitations.Add($"{part.Name}: not in the snapshot; {assumption}");
            }
        }
    }
}
