using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Ip.V4;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Ip.Arp;

/// <summary>Which requests are answered and from whom something is learned, by an interface's settings (Documentation/networking/ip-sysctl.rst).</summary>
internal sealed class ArpPolicy<TTrace> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
{
    private readonly OutputRouting _routing;

    public ArpPolicy(Cpu cpu, OutputRouting routing)
        : base(cpu)
    {
        _routing = routing;
    }

    /// <summary>Whether <c>arp_ignore</c> lets a request for an address of this host be answered (<c>arp_ignore</c>).</summary>
    public bool MayAnswer(PacketBuffer packet, NetworkDevice device, in ArpHeader arp)
    {
        int level = device.IPv4!.Settings.ArpIgnore;
        SourceAddresses own = _routing.Sources;
        bool mayAnswer = level switch
        {
            1 => own.Confirm(device, default, arp.TargetAddress, RouteScope.Host),
            2 => own.Confirm(device, arp.SenderAddress, arp.TargetAddress, RouteScope.Host),
            3 => own.Confirm(null, default, arp.TargetAddress, RouteScope.Link),
            8 => false,
            _ => true,
        };
        return Check(packet, "arp_ignore lets the request be answered", level, mayAnswer);
    }

    /// <summary>Whether <c>arp_filter</c> is off, or what we send to the sender leaves by this device (<c>arp_filter</c>).</summary>
    public bool PassesFilter(PacketBuffer packet, NetworkDevice device, in ArpHeader arp)
    {
        if (!device.IPv4!.Settings.ArpFilter)
        {
            return true;
        }

        if (!Check(
            packet,
            "a route leads to the sender",
            arp.SenderAddress,
            _routing.Route(arp.SenderAddress, arp.TargetAddress, 0, 0, out OutputRoute route) == RouteError.None))
        {
            return false;
        }

        if (Check(packet, "arp_filter: it leads by the same device", route.Device, ReferenceEquals(route.Device, device)))
        {
            return true;
        }

        Counters.Add(Counter.TcpExtArpFilter);
        return false;
    }

    /// <summary>Whether we answer for the host that the target's route leads to (<c>arp_fwd_proxy</c>, <c>arp_fwd_pvlan</c>).</summary>
    public bool IsProxy(PacketBuffer packet, NetworkDevice device, Destination destination, in ArpHeader arp)
    {
        IPv4InterfaceSettings settings = device.IPv4!.Settings;
        if (ReferenceEquals(destination.Device, device))
        {
            bool isPrivate = settings.ProxyArpPrivateVlan && arp.SenderAddress != arp.TargetAddress;
            return Check(packet, "proxy_arp_pvlan is on, as the target is on the same link", settings.ProxyArpPrivateVlan, isPrivate);
        }

        return Check(packet, "proxy_arp is on", settings.ProxyArp, settings.ProxyArp)
            && Check(packet, "medium_id lets us be a proxy", settings.MediumId, IsOtherMedium(settings.MediumId, destination.Device));
    }

    /// <summary>Whether <c>arp_accept</c> lets us learn of a neighbour that we have not asked for (<c>arp_accept</c>).</summary>
    public bool AcceptsUnknown(NetworkDevice device, IPv4Address sender) => device.IPv4!.Settings.ArpAccept switch
    {
        1 => true,
        2 => _routing.Sources.Confirm(device, sender, default, RouteScope.Link),
        _ => false,
    };

    private static bool IsOtherMedium(int medium, NetworkDevice? output)
    {
        if (medium is 0 or -1)
        {
            return medium == 0;
        }

        int other = output?.IPv4?.Settings.MediumId ?? -1;
        return other != medium && other != -1;
    }
}
