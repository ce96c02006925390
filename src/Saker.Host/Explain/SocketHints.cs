using Saker.Host.Hosts;
using Saker.Wire;

namespace Saker.Host.Explain;

/// <summary>Who might have been meant by a packet that no socket wanted.</summary>
internal static class SocketHints
{
    /// <summary>How many sockets are named before the rest is only counted.</summary>
    private const int Named = 5;

    public static void Add(List<string> hints, HintScene scene, in FlowKey key)
    {
        IPProtocol protocol = key.Protocol;
        if (protocol is not (IPProtocol.Udp or IPProtocol.UdpLite or IPProtocol.Tcp))
        {
            hints.Add("nobody here waits for it: its program has ended, or it answers something that another host asked.");
            return;
        }

        ushort port = key.DestinationPort;
        string destination = key.Destination.IsV4Mapped ? $"{key.Destination.EmbeddedIPv4}:{port}" : $"[{key.Destination}]:{port}";
        hints.Add($"nobody takes {ProtocolNames.Of(protocol)} at {destination}{(ProtocolNames.OfPort(port) is { } service ? $", the port of {service}" : string.Empty)}.");
        SocketConfiguration[] sockets = [.. scene.Host.Sockets.Where(socket => Is(socket.Kind, protocol))];
        SocketConfiguration[] samePort = [.. sockets.Where(socket => socket.LocalPort == port)];
        if (samePort.Length != 0)
        {
            hints.Add($"on that port, but bound or connected otherwise: {List(samePort, scene)}.");
        }
        else if (sockets.Length != 0)
        {
            hints.Add($"its other {ProtocolNames.Of(protocol)} sockets: {List(sockets, scene)}.");
        }
        else
        {
            hints.Add($"the host has no {ProtocolNames.Of(protocol)} socket at all.");
        }

        if (scene.IsInferred)
        {
            hints.Add("the host's sockets are those that the capture shows at work; --host FILE ('saker snapshot') knows the others.");
        }
    }

    private static bool Is(SocketKind kind, IPProtocol protocol) => kind switch
    {
        SocketKind.Udp => protocol == IPProtocol.Udp,
        SocketKind.UdpLite => protocol == IPProtocol.UdpLite,
        SocketKind.TcpListener or SocketKind.TcpConnection => protocol == IPProtocol.Tcp,
        _ => false,
    };

    private static string List(SocketConfiguration[] sockets, HintScene scene)
    {
        string list = string.Join(", ", sockets.Take(Named).Select(socket => Describe(socket, scene)));
        return sockets.Length > Named ? $"{list} and {sockets.Length - Named} more" : list;
    }

    private static string Describe(SocketConfiguration socket, HintScene scene)
    {
        string local = socket.LocalIPv6 is { } address ? $"[{address}]:{socket.LocalPort}{(socket.IsIPv6Only ? " (IPv6 only)" : string.Empty)}"
            : $"{(socket.LocalAddress.IsAny ? "*" : $"{socket.LocalAddress}")}:{socket.LocalPort}";
        string remote = socket.RemotePort != 0 ? $" with {socket.RemoteAddress}:{socket.RemotePort}" : string.Empty;
        string device = socket.Device != 0 && scene.Host.Devices.FirstOrDefault(other => other.Index == socket.Device) is { } bound ? $" on {bound.Name}" : string.Empty;
        return local + remote + device;
    }
}
