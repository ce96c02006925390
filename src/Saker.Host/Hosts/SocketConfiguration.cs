using Saker.Stack;
using Saker.Stack.Sockets;
using Saker.Stack.Transport.Raw;
using Saker.Stack.Transport.Tcp;
using Saker.Stack.Transport.Udp;
using Saker.Wire;

namespace Saker.Host.Hosts;

/// <summary>What kind of socket.</summary>
public enum SocketKind
{
    /// <summary>UDP.</summary>
    Udp,

    /// <summary>UDP-Lite.</summary>
    UdpLite,

    /// <summary>TCP, listening.</summary>
    TcpListener,

    /// <summary>TCP, with a remote end.</summary>
    TcpConnection,

    /// <summary>Raw IP.</summary>
    Raw,
}

/// <summary>A socket that an application has open.</summary>
/// <param name="Kind">What kind.</param>
/// <param name="LocalPort">The local port in host order; of raw sockets the protocol.</param>
public sealed record SocketConfiguration(SocketKind Kind, ushort LocalPort)
{
    /// <summary>The local address; 0.0.0.0: any.</summary>
    public IPv4Address LocalAddress { get; init; }

    /// <summary>The local address of a socket of IPv6; null: a socket of IPv4.</summary>
    public IPv6Address? LocalIPv6 { get; init; }

    /// <summary>Whether a socket of IPv6 takes no IPv4.</summary>
    public bool IsIPv6Only { get; init; }

    /// <summary>Whether it gets what is sent to groups that others have joined, too (<c>IP_MULTICAST_ALL</c>), as sockets of IPv4 do unless told otherwise.</summary>
    public bool TakesAllGroups { get; init; } = true;

    /// <summary>The groups that it has joined, as far as is known.</summary>
    public IReadOnlyList<IPv4Address> Groups { get; init; } = [];

    /// <summary>The remote address; 0.0.0.0: not connected.</summary>
    public IPv4Address RemoteAddress { get; init; }

    /// <summary>The remote address of a socket of IPv6 that is connected to one of IPv6; null: it is not.</summary>
    public IPv6Address? RemoteIPv6 { get; init; }

    /// <summary>The remote port in host order; 0: not connected.</summary>
    public ushort RemotePort { get; init; }

    /// <summary>Index of the device that it is bound to; 0: any.</summary>
    public int Device { get; init; }

    /// <summary>The state of a TCP connection.</summary>
    public TcpState TcpState { get; init; } = TcpState.Established;

    /// <summary>What the packets in its receive queue may be charged, in bytes (<c>SO_RCVBUF</c>, twice what was asked for).</summary>
    public int ReceiveBuffer { get; init; } = ReceiveQueue.DefaultLimit;

    /// <summary>Opens it.</summary>
    internal void Open(NetworkStack stack, ReaderMode reader)
    {
        string? device = Device == 0 ? null : stack.Devices[Device].Name;
        switch (Kind)
        {
            case SocketKind.TcpListener or SocketKind.TcpConnection:
                stack.TcpSockets.Add(new TcpSocket
                {
                    State = Kind == SocketKind.TcpListener ? TcpState.Listen : TcpState,
                    LocalAddress = LocalAddress,
                    LocalPort = LocalPort,
                    LocalIPv6 = LocalIPv6,
                    IsIPv6Only = IsIPv6Only,
                    RemoteAddress = RemoteAddress,
                    RemoteIPv6 = RemoteIPv6,
                    RemotePort = RemotePort,
                    Device = Device,
                    DeviceName = device,
                    Reader = reader,
                });
                break;
            case SocketKind.Raw:
                stack.RawSockets.Add(new RawSocket(CreateQueue(stack, reader))
                {
                    LocalAddress = LocalAddress,
                    LocalPort = LocalPort,
                    LocalIPv6 = LocalIPv6,
                    RemoteAddress = RemoteAddress,
                    RemoteIPv6 = RemoteIPv6,
                    Device = Device,
                    DeviceName = device,
                    TakesAllGroups = TakesAllGroups,
                    Groups = Groups,
                    Reader = reader,
                });
                break;
            default:
                stack.UdpSockets.Add(new UdpSocket(CreateQueue(stack, reader))
                {
                    IsLite = Kind == SocketKind.UdpLite,
                    LocalAddress = LocalAddress,
                    LocalPort = LocalPort,
                    LocalIPv6 = LocalIPv6,
                    IsIPv6Only = IsIPv6Only,
                    RemoteAddress = RemoteAddress,
                    RemoteIPv6 = RemoteIPv6,
                    RemotePort = RemotePort,
                    Device = Device,
                    DeviceName = device,
                    TakesAllGroups = TakesAllGroups,
                    Groups = Groups,
                    Reader = reader,
                });
                break;
        }
    }

    /// <summary>Where datagrams wait; null where they are read at once.</summary>
    private ReceiveQueue? CreateQueue(NetworkStack stack, ReaderMode reader) =>
        reader switch
        {
            ReaderMode.Immediate => null,
            ReaderMode.None => new ReceiveQueue(stack.Cpus, ReceiveBuffer, capacity: 0),
            _ => new ReceiveQueue(stack.Cpus, ReceiveBuffer),
        };
}
