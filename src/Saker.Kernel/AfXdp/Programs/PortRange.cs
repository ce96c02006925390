namespace Saker.Kernel.AfXdp;

/// <summary>Ports of UDP or TCP, in host order, both ends included.</summary>
/// <param name="First">The lowest.</param>
/// <param name="Last">The highest; not below <paramref name="First"/>.</param>
public readonly record struct PortRange(ushort First, ushort Last)
{
    /// <summary>One port.</summary>
    public static implicit operator PortRange(ushort port) => new(port, port);

    /// <summary>One port.</summary>
    public static PortRange FromUInt16(ushort port) => port;

    /// <summary>As <see cref="XdpSteering.TryParse"/> reads it: <c>53</c>, or <c>4000-4100</c>.</summary>
    public override string ToString() => First == Last ? $"{First}" : $"{First}-{Last}";
}
