using Saker.Kernel.Interop;

namespace Saker.Kernel.Sockets;

/// <summary>A socket, as it is opened.</summary>
/// <param name="Protocol"><c>udp</c>, <c>udplite</c>, <c>tcp</c>, <c>raw</c> or <c>packet</c>. Which IP it is of, <see cref="Local"/> tells.</param>
/// <param name="Local">Address and port; for <c>raw</c> the port is the protocol number, for <c>packet</c> the EtherType.</param>
public sealed record SocketDescription(string Protocol, string Local)
{
    /// <summary>The connected peer.</summary>
    public string? Remote { get; init; }

    /// <summary>The device that the socket is bound to.</summary>
    public string? Device { get; init; }

    /// <summary>IPv4 groups that the socket joins on <see cref="GroupDevice"/>.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>The device on which groups are joined.</summary>
    public string GroupDevice { get; init; } = "eth0";

    /// <summary>The size of the receive buffer as asked for; null for the default.</summary>
    public int? ReceiveBuffer { get; init; }

    /// <summary>Further options that are whole numbers, set before the socket is bound.</summary>
    public IReadOnlyList<SocketOption> Options { get; init; } = [];

    /// <summary>For a connection made without a handshake: the next sequence number to send and the next one expected.</summary>
    public (uint Send, uint Receive)? Sequences { get; init; }

    /// <summary>Whether others may bind the same end.</summary>
    public bool ReuseAddress { get; init; }

    /// <summary>The name in verdicts, as ss(8) writes ends: <c>udp 0.0.0.0%eth0:54</c>, <c>udp 10.0.0.1:6000 10.0.0.2:4000</c>.</summary>
    public override string ToString()
    {
        var local = Device is null ? Local : Local.Insert(Local.LastIndexOf(':'), "%" + Device);
        return Remote is null ? $"{Protocol} {local}" : $"{Protocol} {local} {Remote}";
    }
}

/// <summary>An option of a socket, as setsockopt(2) takes it.</summary>
/// <param name="Level">The level's number.</param>
/// <param name="Name">The option's number.</param>
/// <param name="Value">Its value.</param>
public readonly record struct SocketOption(int Level, int Name, int Value)
{
    /// <summary>A socket of IPv4 gets what is sent to groups that it has joined itself, and to no others.</summary>
    public static SocketOption OwnGroupsOnly { get; } = new(Libc.IPPROTO_IP, Libc.IP_MULTICAST_ALL, 0);
}
