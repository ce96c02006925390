using Saker.Wire;

namespace Saker.Stack.Sockets;

/// <summary>What every socket has: where it is bound, and to whom it is connected.</summary>
/// <remarks>The address part of a socket does not change once it is in a table, so that the packet path reads it without locks.</remarks>
public abstract class Socket
{
    /// <summary>The protocol's name as <c>ss</c> and the replay show it: <c>udp</c>, <c>tcp</c>, <c>raw</c>, <c>packet</c>.</summary>
    public abstract string ProtocolName { get; }

    /// <summary>The local address; 0.0.0.0: any.</summary>
    public IPv4Address LocalAddress { get; init; }

    /// <summary>The local port in host order; for raw sockets the protocol number.</summary>
    public ushort LocalPort { get; init; }

    /// <summary>The remote address, if the socket is connected; else 0.0.0.0.</summary>
    public IPv4Address RemoteAddress { get; init; }

    /// <summary>The remote port in host order, if the socket is connected; else 0.</summary>
    public ushort RemotePort { get; init; }

    /// <summary>Index of the device that it is bound to; 0: any.</summary>
    public int Device { get; init; }

    /// <summary>Name of the device that it is bound to, for people; null: any.</summary>
    public string? DeviceName { get; init; }

    /// <summary>
    /// The address as it was bound, where that is an IPv6 address: the socket takes IPv4, too, if this is <c>::</c> or an IPv4-mapped address and
    /// <see cref="IsIPv6Only"/> is off. Null: a socket of IPv4.
    /// </summary>
    public IPv6Address? LocalIPv6 { get; init; }

    /// <summary>The remote address of a socket of IPv6 that is connected to one of IPv6; null: it is not.</summary>
    public IPv6Address? RemoteIPv6 { get; init; }

    /// <summary>Whether a socket of IPv6 takes no IPv4 (<c>IPV6_V6ONLY</c>).</summary>
    public bool IsIPv6Only { get; init; }

    /// <summary>Whether a socket of IPv6 can get packets of IPv4.</summary>
    public bool TakesIPv4 =>
        LocalIPv6 is not { } address || (!IsIPv6Only && RemoteIPv6 is null && (address == IPv6Address.Unspecified || address.IsV4Mapped));

    /// <summary>Whether it gets what is sent to groups that others have joined, too (<c>IP_MULTICAST_ALL</c>); else only its own <see cref="Groups"/>.</summary>
    public bool TakesAllGroups { get; init; } = true;

    /// <summary>The groups that it has joined.</summary>
    public IReadOnlyList<IPv4Address> Groups { get; init; } = [];

    /// <summary>Whether it wants packets from one remote end only.</summary>
    public bool IsConnected => !RemoteAddress.IsAny || RemotePort != 0 || RemoteIPv6 is not null;

    /// <summary>What the application does with what it gets.</summary>
    public ReaderMode Reader { get; init; } = ReaderMode.Application;

    /// <summary>What <see cref="ToString"/> says, made once.</summary>
    public string Name => field ??= ToString();

    /// <summary>Whether what is sent to an address may be for it: what is sent to a group must be one that it takes (<c>ip_mc_sf_allow</c>).</summary>
    internal bool Takes(IPv4Address destination) => TakesAllGroups || !destination.IsMulticast || HasJoined(destination);

    /// <summary>
    /// Protocol and local address, as in <c>udp 0.0.0.0:53</c>; with the device as in <c>udp 0.0.0.0%eth0:53</c>, and with the remote end where there is one.
    /// </summary>
    public override string ToString()
    {
        string device = DeviceName is null ? string.Empty : $"%{DeviceName}";
        string local = LocalIPv6 is { } address ? $"[{address}]{device}:{LocalPort}" : $"{LocalAddress}{device}:{LocalPort}";
        string remote = LocalIPv6 is null ? $"{RemoteAddress}" : RemoteIPv6 is { } other ? $"[{other}]" : $"[::ffff:{RemoteAddress}]";
        return IsConnected ? $"{ProtocolName} {local} {remote}:{RemotePort}" : $"{ProtocolName} {local}";
    }

    private bool HasJoined(IPv4Address group)
    {
        for (int i = 0; i < Groups.Count; i++)
        {
            if (Groups[i] == group)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>Who reads a socket.</summary>
public enum ReaderMode
{
    /// <summary>An application, by the socket's methods.</summary>
    Application,

    /// <summary>An application that keeps up is assumed: whatever comes is read at once, and nobody looks at it.</summary>
    Immediate,

    /// <summary>Nobody: what comes stays in the queue until that is full.</summary>
    None,

    /// <summary>A service, on the CPU where the packet is (<see cref="Transport.Udp.UdpSocket.Service"/>).</summary>
    Service,
}
