using Saker.Stack.Devices;
using Saker.Stack.Ip.V6;
using Saker.Wire;

namespace Saker.Stack.Routing;

/// <summary>Where a packet of our own goes over IPv6, and by which of our addresses.</summary>
/// <param name="Type">What kind of destination it is.</param>
/// <param name="Device">The device that it leaves by.</param>
/// <param name="NextHop">Who gets it on the link.</param>
/// <param name="Source">Our address.</param>
/// <param name="Mtu">The longest packet on this way.</param>
internal readonly record struct IPv6OutputRoute(RouteType Type, NetworkDevice Device, IPv6Address NextHop, IPv6Address Source, int Mtu)
{
    /// <summary>The hop limit of packets on this way.</summary>
    public byte HopLimit { get; init; }

    /// <summary>How long the prefix is that the route leads to, in bits.</summary>
    public int PrefixLength { get; init; } = IPv6Prefix.MaximumLength;
}

/// <summary>Routes packets of this host's own over IPv6 (<c>ip6_route_output</c>, <c>ip6_dst_lookup</c>).</summary>
internal sealed class IPv6OutputRouting
{
    /// <summary>All groups are one prefix, ff00::/8.</summary>
    private const int GroupPrefixLength = 8;

    private readonly ForwardingTables _tables;
    private readonly DeviceTable _devices;
    private readonly IPv6SourceAddresses _sources;
    private readonly NetworkDevice? _loopback;

    public IPv6OutputRouting(ForwardingTables tables, DeviceTable devices)
    {
        _tables = tables;
        _devices = devices;
        _sources = new IPv6SourceAddresses(devices);
        _loopback = devices.All.FirstOrDefault(device => device.IsLoopback);
    }

    /// <summary>Finds the way for a packet.</summary>
    /// <returns>Why there is none, or no address to send from.</returns>
    public RouteError Route(in IPv6SendOptions options, out IPv6OutputRoute route)
    {
        route = default;
        IPv6Address target = options.Destination;
        IPv6ForwardingInformation tables = _tables.Current.IPv6;
        NetworkDevice? output = options.OutputDevice == 0 ? null : _devices.Find(options.OutputDevice);
        bool needsDevice = target.IsLinkLocal || target.IsMulticast;
        if (target.IsUnspecified || (needsDevice && output is null))
        {
            return RouteError.NetworkUnreachable;
        }

        if (target.IsMulticast)
        {
            return Finish(options, RouteType.Multicast, output!, default, GroupPrefixLength, out route);
        }

        if (needsDevice ? tables.IsOwn(target, output!) : tables.IsOwn(target))
        {
            return _loopback is null
                ? RouteError.NetworkUnreachable
                : Finish(options, RouteType.Local, _loopback, default, IPv6Prefix.MaximumLength, out route);
        }

        IPv6Route? found = tables.Lookup(target, options.OutputDevice, needsDevice || (options.OutputDevice != 0 && options.Source.IsUnspecified));
        return found switch
        {
            null => RouteError.NetworkUnreachable,
            { Type: RouteType.Unicast or RouteType.Anycast or RouteType.Local, Device: { } device } => Finish(options, found.Type, device, found, found.Destination.Length, out route),
            { Type: RouteType.Unreachable } => RouteError.HostUnreachable,
            { Type: RouteType.Prohibit } => RouteError.AccessDenied,
            _ => RouteError.Invalid,
        };
    }

    private RouteError Finish(in IPv6SendOptions options, RouteType type, NetworkDevice device, IPv6Route? found, int prefixLength, out IPv6OutputRoute route)
    {
        IPv6Address source = !options.Source.IsUnspecified ? options.Source
            : found is { PreferredSource.IsUnspecified: false } ? found.PreferredSource
            : _sources.Select(device, options.Destination);
        route = new IPv6OutputRoute(
            type,
            device,
            found is null || found.Gateway.IsUnspecified ? options.Destination : found.Gateway,
            source,
            found is { Mtu: not 0 } ? found.Mtu : device.Mtu)
        {
            HopLimit = found is { HopLimit: not 0 } ? found.HopLimit : device.IPv6?.Settings.HopLimit ?? 0,
            PrefixLength = prefixLength,
        };
        return device.IPv6 is null ? RouteError.NetworkUnreachable : source.IsUnspecified ? RouteError.Invalid : RouteError.None;
    }
}
