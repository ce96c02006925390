using Saker.Wire;

namespace Saker.Host.Inspection;

/// <summary>Addresses and ends of flows as people write them; a flow's addresses of IPv4 are mapped into IPv6.</summary>
public static class FlowText
{
    /// <summary>An address of a flow.</summary>
    public static string Of(IPv6Address address) => address.IsV4Mapped ? $"{address.EmbeddedIPv4}" : $"{address}";

    /// <summary>An end of a flow, with its port if it has one.</summary>
    public static string Of(IPv6Address address, ushort port) => port == 0 ? Of(address) : address.IsV4Mapped ? $"{address.EmbeddedIPv4}:{port}" : $"[{address}]:{port}";
}
