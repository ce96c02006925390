using Saker.Host.Hosts;
using Saker.Kernel.Sockets;
using Saker.Stack.Devices;
using Saker.Wire;

namespace Saker.Host.Verification;

/// <summary>The sockets of a host made for a verification: its own, and those that are in its groups.</summary>
internal static class ReplicaSockets
{
    /// <summary>Connections are made without a handshake; TCP's states are not compared, so any numbers do.</summary>
    private static readonly (uint Send, uint Receive) Sequences = (1, 1);

    /// <summary>How the sockets are opened, in order. Those that take IPv6 only are left out.</summary>
    public static IReadOnlyList<SocketDescription> Of(HostConfiguration host)
    {
        Dictionary<int, string> devices = host.Devices.ToDictionary(device => device.Index, ReplicaCommands.NameOf);
        HashSet<(SocketKind, ushort)> shared =
            [.. host.Sockets.GroupBy(socket => (socket.Kind, socket.LocalPort)).Where(group => group.Skip(1).Any()).Select(group => group.Key)];
        return
        [
            .. host.Devices.SelectMany(GroupsOf),
            .. host.Sockets.Where(TakesIPv4).Select(socket => Describe(socket, devices.GetValueOrDefault(socket.Device)) with
            {
                ReuseAddress = shared.Contains((socket.Kind, socket.LocalPort)),
                Groups = [.. socket.Groups.Select(group => group.ToString())],
                GroupDevice = DeviceOf(socket.Groups, host.Devices),
            }),
        ];
    }

    /// <summary>One socket is in each group, since one can be in few; it is not bound and receives nothing.</summary>
    private static IEnumerable<SocketDescription> GroupsOf(NetworkDevice device) =>
        (device.IPv4?.Groups ?? []).Where(group => group != IPv4Address.AllHosts).Order().Select(group => new SocketDescription("udp", "0.0.0.0:0")
        {
            Groups = [group.ToString()],
            GroupDevice = ReplicaCommands.NameOf(device),
        });

    /// <summary>The device on which groups are joined. A snapshot does not say which one a socket has joined them on.</summary>
    private static string DeviceOf(IReadOnlyList<IPv4Address> groups, IEnumerable<NetworkDevice> devices) =>
        groups.Count == 0 ? string.Empty : ReplicaCommands.NameOf(devices.FirstOrDefault(device => device.IPv4?.IsInGroup(groups[0]) == true) ?? devices.First());

    private static bool TakesIPv4(SocketConfiguration socket) =>
        !socket.IsIPv6Only && socket.LocalIPv6 is null or { IsUnspecified: true } or { IsV4Mapped: true };

    private static SocketDescription Describe(SocketConfiguration socket, string? device)
    {
        string local = socket.LocalIPv6 is { } address ? $"[{address}]:{socket.LocalPort}" : $"{socket.LocalAddress}:{socket.LocalPort}";
        bool isConnected = socket.RemotePort != 0 || !socket.RemoteAddress.IsAny;
        return new SocketDescription(NameOf(socket.Kind), local)
        {
            Device = device,
            Remote = isConnected ? $"{socket.RemoteAddress}:{socket.RemotePort}" : null,
            Sequences = socket.Kind == SocketKind.TcpConnection ? Sequences : null,
            Options = socket.TakesAllGroups || socket.LocalIPv6 is not null ? [] : [SocketOption.OwnGroupsOnly],
        };
    }

    private static string NameOf(SocketKind kind) => kind switch
    {
        SocketKind.Udp => "udp",
        SocketKind.UdpLite => "udplite",
        SocketKind.Raw => "raw",
        _ => "tcp",
    };
}
