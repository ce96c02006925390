using Saker.Stack.Ip.V4;
using Saker.Stack.Sockets;
using Saker.Stack.Softirq;

namespace Saker.Host.Sysctls;

/// <summary>The settings of a host as a whole that sysctls make. The defaults are the kernel's.</summary>
internal sealed record HostSettings
{
    /// <summary>Those of IPv4.</summary>
    public IPv4Settings IPv4 { get; init; } = new();

    /// <summary>Those of receiving below the protocols.</summary>
    public ReceiveSettings Receive { get; init; } = new();

    /// <summary><c>bindv6only</c>: a socket of IPv6 takes no IPv4 unless it asks for it.</summary>
    public bool BindsIPv6Only { get; init; }

    /// <summary><c>rmem_default</c>: bytes that the receive queue of a socket may hold.</summary>
    public int ReceiveBuffer { get; init; } = ReceiveQueue.DefaultLimit;

    /// <summary>The second of <c>tcp_rmem</c>: the same of a TCP socket.</summary>
    public int TcpReceiveBuffer { get; init; } = 131_072;
}
