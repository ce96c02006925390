using Saker.Host.Hosts;
using Saker.Host.Sysctls;
using Saker.Stack.Devices;
using Saker.Wire;

namespace Saker.Host.Snapshots.Reading;

/// <summary>Reads <c>sockets</c>.</summary>
/// <remarks>
/// <c>/proc/net</c> does not say whether a socket on <c>[::]</c> takes IPv4, too. It is taken to, unless <c>net.ipv6.bindv6only</c> is on, an entry says
/// otherwise by <c>v6only</c>, or a socket of IPv4 holds the same port on all addresses: both could not have been bound. Two members are for those who
/// write a snapshot by hand, since Linux does not tell: <c>groups</c>, and <c>receiveBuffer</c> of a raw socket.
/// The kernel lists the youngest socket first and finds it first; those here come oldest first, in the order in which to open them.
/// </remarks>
internal sealed class SocketReader(SnapshotDevices devices, IEnumerable<IPv4Address> groups, HostSettings settings, SnapshotLimitations limitations)
{
    // Every device is in this one without any socket's doing.
    private readonly IPv4Address[] _joinedGroups = [.. groups.Where(group => group != IPv4Address.AllHosts).Distinct()];
    private readonly SortedDictionary<string, int> _otherStates = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _otherProtocols = new(StringComparer.Ordinal);
    private readonly HashSet<SocketConfiguration> _told = new(ReferenceEqualityComparer.Instance);
    private int _waiting;
    private int _groupSockets;
    private int _untoldSockets;

    public IReadOnlyList<SocketConfiguration> Read(SnapshotDocument snapshot)
    {
        List<SocketConfiguration> sockets = [];
        foreach (SnapshotEntry entry in snapshot.Entries(SnapshotPart.Sockets))
        {
            if (Read(entry) is { } socket)
            {
                sockets.Add(socket);
            }
        }

        NoteLimitations();
        sockets.Reverse();
        return WithoutConflicts(sockets);
    }

    private SocketConfiguration? Read(SnapshotEntry entry)
    {
        if (entry.RequiredText("protocol") is not { } protocol)
        {
            return null;
        }

        bool isIPv6 = protocol.EndsWith('6');
        switch (isIPv6 ? protocol[..^1] : protocol)
        {
            case "udp":
                return Read(entry, SocketKind.Udp, isIPv6);
            case "udplite":
                return Read(entry, SocketKind.UdpLite, isIPv6);
            case "tcp":
                return ReadTcp(entry, isIPv6);
            case "raw":
                return Read(entry, SocketKind.Raw, isIPv6);
            case "packet":
                return null;
            default:
                _otherProtocols[protocol] = _otherProtocols.GetValueOrDefault(protocol) + 1;
                return null;
        }
    }

    private SocketConfiguration? ReadTcp(SnapshotEntry entry, bool isIPv6)
    {
        string state = entry.Text("state") ?? string.Empty;
        switch (state)
        {
            case "LISTEN":
                return Read(entry, SocketKind.TcpListener, isIPv6);
            case "TIME_WAIT":
                _waiting++;
                return null;
        }

        SocketConfiguration? socket = Read(entry, SocketKind.TcpConnection, isIPv6);
        if (socket is { IsIPv6Only: false } && state.Length != 0 && state != "ESTABLISHED")
        {
            _otherStates[state] = _otherStates.GetValueOrDefault(state) + 1;
        }

        // What is connected to nobody, and says nothing of its state, can only listen.
        return socket is { RemotePort: 0 } && state.Length == 0 ? socket with { Kind = SocketKind.TcpListener } : socket;
    }

    private SocketConfiguration? Read(SnapshotEntry entry, SocketKind kind, bool isIPv6)
    {
        if (SocketEnd.Read(entry, "local", isRequired: true) is not { } local || SocketEnd.Read(entry, "remote", isRequired: false) is not { } remote)
        {
            return null;
        }

        if (local.IPv6 is null == isIPv6)
        {
            entry.FaultValue("local", isIPv6 ? "which is no IPv6 address and port" : "which is no IPv4 address and port");
            return null;
        }

        if (kind == SocketKind.Raw && local.Port > byte.MaxValue)
        {
            entry.FaultValue("local", "whose port should be a protocol number");
            return null;
        }

        NetworkDevice? device = devices.Find(entry, "device");
        if (kind == SocketKind.Raw && !isIPv6 && IsUntold(device, (IPProtocol)local.Port))
        {
            _untoldSockets++;
        }

        bool takesAllGroups = entry.Has("multicastAll") ? entry.IsTrue("multicastAll") : !isIPv6;
        IReadOnlyList<IPv4Address> joined = entry.Addresses("groups");
        if (!takesAllGroups && !isIPv6 && !entry.Has("groups"))
        {
            // Who sets this has joined what it wants to have.
            _groupSockets++;
            joined = _joinedGroups;
        }

        bool speaksToIPv6 = remote.IPv6 is { IsUnspecified: false, IsV4Mapped: false };
        SocketConfiguration socket = new(kind, local.Port)
        {
            LocalAddress = local.IPv4,
            LocalIPv6 = local.IPv6,
            IsIPv6Only = isIPv6 && (kind == SocketKind.Raw || speaksToIPv6 || (entry.Has("v6only") ? entry.IsTrue("v6only") : settings.BindsIPv6Only)),
            TakesAllGroups = takesAllGroups,
            Groups = joined,
            RemoteAddress = remote.IPv4,
            RemoteIPv6 = speaksToIPv6 ? remote.IPv6 : null,
            RemotePort = remote.Port,
            Device = device?.Index ?? 0,
            ReceiveBuffer = (int?)entry.Number("receiveBuffer", 1, int.MaxValue) ?? (kind is SocketKind.TcpListener or SocketKind.TcpConnection ? settings.TcpReceiveBuffer : settings.ReceiveBuffer),
        };
        if (entry.Has("v6only"))
        {
            _told.Add(socket);
        }

        return socket;
    }

    /// <summary>
    /// Whether a raw socket may get less than it is taken to: Linux does not tell what of ICMP it filters, nor, without RAW_DIAG, which of several devices it is
    /// bound to.
    /// </summary>
    private bool IsUntold(NetworkDevice? boundTo, IPProtocol protocol) =>
        protocol == IPProtocol.IcmpV4 || (boundTo is null && devices.All.Count(device => !device.IsLoopback && device.Has(DeviceFlags.Up)) > 1);

    /// <summary>A socket on [::] beside one on 0.0.0.0 of the same port takes no IPv4, unless it is said to (SO_REUSEADDR lets both be).</summary>
    private List<SocketConfiguration> WithoutConflicts(List<SocketConfiguration> sockets)
    {
        HashSet<(SocketKind, ushort, int)> held =
        [
            .. sockets.Where(socket => socket.LocalIPv6 is null && socket.LocalAddress.IsAny && socket.RemotePort == 0).Select(PlaceOf),
        ];
        return sockets.ConvertAll(socket =>
            socket is { LocalIPv6: { IsUnspecified: true }, RemotePort: 0 } && !_told.Contains(socket) && held.Contains(PlaceOf(socket)) ? socket with { IsIPv6Only = true } : socket);

        static (SocketKind, ushort, int) PlaceOf(SocketConfiguration socket) => (socket.Kind, socket.LocalPort, socket.Device);
    }

    private void NoteLimitations()
    {
        foreach ((string protocol, int count) in _otherProtocols)
        {
            limitations.Add($"sockets: {Count(count, "socket")} of protocol {protocol} left out");
        }

        foreach ((string state, int count) in _otherStates)
        {
            limitations.Add($"sockets: {Count(count, "TCP connection")} in state {state} taken for established");
        }

        if (_groupSockets != 0)
        {
            limitations.Add(
                $"sockets: {Count(_groupSockets, "socket")} without IP_MULTICAST_ALL taken to have joined all groups of the devices but 224.0.0.1: "
                + "Linux does not tell which; 'groups' of the socket would");
        }

        if (_untoldSockets != 0)
        {
            limitations.Add(
                $"sockets: {Count(_untoldSockets, "raw socket")} taken to filter no ICMP and, where no device is told, to be bound to none: /proc/net/raw does not tell");
        }

        if (_waiting != 0)
        {
            limitations.Add($"sockets: {Count(_waiting, "TCP connection")} in state TIME_WAIT left out");
        }
    }

    private static string Count(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
}
