using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Ip.Icmp;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Ip.V4;

/// <summary>Ends packets for which there is no way (<c>ip_error</c>): a host counts them, a router tells the sender.</summary>
internal sealed class IPv4Error<TTrace> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
{
    /// <summary>What an error costs, and how many can be saved up for (<c>error_cost</c>, <c>error_burst</c>).</summary>
    private const long Cost = 1_000_000_000;
    private const int Burst = 5;

    private readonly DeviceTable _devices;
    private readonly PeerTable<IPv4Address> _peers;
    private readonly IcmpErrors<TTrace> _errors;

    public IPv4Error(Cpu cpu, DeviceTable devices, PeerTable<IPv4Address> peers, IcmpErrors<TTrace> errors)
        : base(cpu)
    {
        _devices = devices;
        _peers = peers;
        _errors = errors;
    }

    /// <summary>Answers, or not, and drops.</summary>
    public void Answer(PacketBuffer packet, Destination destination)
    {
        Enter(packet, Stage.IPv4Error);
        DropReason reason = _devices[packet.Device].IPv4 is { Settings.Forwarding: true }
            ? AnswerAsRouter(packet, destination.Error)
            : CountAsHost(destination.Error);
        Drop(packet, Stage.IPv4Error, reason);
    }

    private DropReason CountAsHost(RouteError error)
    {
        switch (error)
        {
            case RouteError.HostUnreachable:
                Counters.Add(Counter.IpInAddrErrors);
                return DropReason.IPInAddressErrors;
            case RouteError.NetworkUnreachable:
                Counters.Add(Counter.IpExtInNoRoutes);
                return DropReason.IPInNoRoutes;
            default:
                return DropReason.NotSpecified;
        }
    }

    private DropReason AnswerAsRouter(PacketBuffer packet, RouteError error)
    {
        DropReason reason = DropReason.NotSpecified;
        IcmpV4UnreachableCode code;
        switch (error)
        {
            case RouteError.HostUnreachable:
                code = IcmpV4UnreachableCode.Host;
                break;
            case RouteError.NetworkUnreachable:
                Counters.Add(Counter.IpExtInNoRoutes);
                reason = DropReason.IPInNoRoutes;
                code = IcmpV4UnreachableCode.Network;
                break;
            case RouteError.AccessDenied:
                code = IcmpV4UnreachableCode.CommunicationProhibited;
                break;
            default:
                return reason;
        }

        if (IPv4View.TryParse(packet.NetworkHeader, out IPv4View header)
            && Check(
                packet,
                "the sender has not had too many errors lately",
                header.Source,
                _peers.TryTake(header.Source, Cost, Burst, Cpu.Now)))
        {
            _errors.Send(packet, IcmpV4Type.DestinationUnreachable, (byte)code, 0);
        }

        return reason;
    }
}
