using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Ip.V4;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Routing;

/// <summary>
/// May a packet with this source come in by this device (<c>fib_validate_source</c>)? Our own addresses may not, and with a reverse path filter
/// (RFC 3704) the way back must lead the same way.
/// </summary>
internal sealed class SourceValidation<TTrace> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
{
    private readonly ForwardingTables _tables;

    public SourceValidation(Cpu cpu, ForwardingTables tables)
        : base(cpu)
    {
        _tables = tables;
    }

    /// <summary>Validates a source address.</summary>
    /// <param name="packet">The packet, for the observer.</param>
    /// <param name="source">Its source.</param>
    /// <param name="target">Its destination; 0.0.0.0 for broadcasts and groups.</param>
    /// <param name="typeOfService">Its TOS byte.</param>
    /// <param name="outputDevice">The device that it would go out by; 0: none.</param>
    /// <param name="device">The device that it came in by.</param>
    /// <param name="isOnLink">Whether the sender is a direct neighbour; not found out where no filter asks.</param>
    public DropReason Validate(
        PacketBuffer packet,
        IPv4Address source,
        IPv4Address target,
        byte typeOfService,
        int outputDevice,
        NetworkDevice device,
        out bool isOnLink)
    {
        isOnLink = false;
        ForwardingInformation tables = _tables.Current;
        IPv4Interface ipv4 = device.IPv4!;
        IPv4InterfaceSettings settings = ipv4.Settings;
        if (settings.ReversePathFilter == 0 && (device.Index != outputDevice || !settings.SendRedirects) && !tables.HasCustomLocalRoutes)
        {
            bool isForeign = settings.AcceptLocal || !tables.IsOwnAddress(source);
            return Check(packet, "the source is not our own", source, isForeign) ? DropReason.None : DropReason.IPLocalSource;
        }

        Enter(packet, Stage.ValidateSource);
        RouteQuery query = new(source) { TypeOfService = (byte)(typeOfService & 0xfc) };
        RouteAnswer back = tables.Lookup(query);
        if (!back.Found)
        {
            return PassWithoutRoute(packet, source, settings);
        }

        if (back.Type != RouteType.Unicast)
        {
            if (!Check(packet, "the source is a host's address", back.Type, back.Type == RouteType.Local))
            {
                return DropReason.IPInvalidSource;
            }

            if (!Check(packet, "the source is not our own, or accept_local is on", source, settings.AcceptLocal))
            {
                return DropReason.IPLocalSource;
            }
        }

        bool sameDevice = back.Route!.LeavesBy(device) || (back.Type == RouteType.Local && device.IsLoopback);
        if (Check(packet, "the way back leads by the same device", back.NextHop?.Device?.Name, sameDevice))
        {
            isOnLink = back.NextHop!.Scope >= RouteScope.Host;
            return DropReason.None;
        }

        if (ipv4.Addresses.Count == 0)
        {
            return PassWithoutRoute(packet, source, settings);
        }

        if (!Check(packet, "rp_filter is not strict", settings.ReversePathFilter, settings.ReversePathFilter != 1))
        {
            return DropReason.IPReversePathFilter;
        }

        RouteAnswer byDevice = tables.Lookup(query with { OutputDevice = device.Index, IgnoreLinkState = true });
        isOnLink = byDevice is { Found: true, Type: RouteType.Unicast } && byDevice.NextHop!.Scope >= RouteScope.Host;
        return DropReason.None;
    }

    private DropReason PassWithoutRoute(PacketBuffer packet, IPv4Address source, IPv4InterfaceSettings settings) =>
        Check(packet, "a way leads back, or rp_filter is off", source, settings.ReversePathFilter == 0)
            ? DropReason.None
            : DropReason.IPReversePathFilter;
}
