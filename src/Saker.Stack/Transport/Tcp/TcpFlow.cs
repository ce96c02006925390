using Saker.Wire;

namespace Saker.Stack.Transport.Tcp;

/// <summary>Both ends of a segment as the receiver sees them, ports in host order, and the device that it came in by.</summary>
internal readonly record struct TcpFlow(IPv4Address LocalAddress, ushort LocalPort, IPv4Address RemoteAddress, ushort RemotePort, int Device)
{
    /// <summary>A hash over both ends, the same for every device.</summary>
    public uint Hash => HashOf(LocalAddress, LocalPort, RemoteAddress, RemotePort);

    /// <summary>A hash over both ends.</summary>
    public static uint HashOf(IPv4Address localAddress, ushort localPort, IPv4Address remoteAddress, ushort remotePort)
    {
        const ulong Multiplier = 0x9e37_79b9_7f4a_7c15;
        ulong addresses = ((ulong)localAddress.Value << 32) | remoteAddress.Value;
        ulong ports = ((ulong)localPort << 16) | remotePort;
        return (uint)(((addresses * Multiplier) ^ ports) * Multiplier >> 32);
    }
}
