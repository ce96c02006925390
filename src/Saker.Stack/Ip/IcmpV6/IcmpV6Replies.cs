using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Ip.V6;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Ip.IcmpV6;

/// <summary>Answers echo requests (<c>icmpv6_echo_reply</c>, RFC 4443 section 4.2).</summary>
internal sealed class IcmpV6Replies<TTrace> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
{
    private const int ReflectsEchoLabel = 4;

    private readonly DeviceTable _devices;
    private readonly IPv6Settings _settings;
    private readonly IcmpV6RateLimit<TTrace> _limit;
    private readonly IcmpV6Output<TTrace> _output;

    public IcmpV6Replies(Cpu cpu, DeviceTable devices, IPv6Settings settings, IcmpV6RateLimit<TTrace> limit, IcmpV6Output<TTrace> output)
        : base(cpu)
    {
        _devices = devices;
        _settings = settings;
        _limit = limit;
        _output = output;
    }

    /// <summary>Answers an echo request, to a group by an address of the device. The data begins behind the ICMPv6 header.</summary>
    /// <returns>Why the packet must be dropped.</returns>
    public DropReason Echo(PacketBuffer packet, in IcmpV6Header request)
    {
        Enter(packet, Stage.IcmpV6Echo);
        if (!Check(packet, "echo_ignore_all is off", _settings.IcmpEchoIgnoreAll, !_settings.IcmpEchoIgnoreAll)
            || !IPv6View.TryParse(packet.NetworkHeader, out IPv6View header))
        {
            return DropReason.NotSpecified;
        }

        IPv6Address target = header.Destination;
        if (!Check(packet, "the request was for this host alone, or echo_ignore_multicast is off", target, !target.IsMulticast || !_settings.IcmpEchoIgnoreMulticast))
        {
            return DropReason.NotSpecified;
        }

        IPv6SendOptions options = new()
        {
            Protocol = IPProtocol.IcmpV6,
            Source = target.IsMulticast ? default : target,
            Destination = header.Source,
            TrafficClass = header.TrafficClass,
            FlowLabel = (_settings.FlowLabelReflect & ReflectsEchoLabel) != 0 ? header.FlowLabel : 0,
            OutputDevice = packet.Device,
        };
        if (!Check(packet, "a route leads back to the sender", options.Destination, _output.TryRoute(options, out IPv6OutputRoute route))
            || !_limit.AllowGlobal(packet, IcmpV6Type.EchoReply, _devices[packet.Device].IsLoopback, out bool isLimited)
            || (isLimited && !_limit.AllowHost(packet, options.Destination, route))
            || !_output.TryAllocate(packet, request with { Type = IcmpV6Type.EchoReply }, packet.Length, out PacketBuffer reply))
        {
            return DropReason.NotSpecified;
        }

        reply.Write(IcmpV6View.FixedLength, packet, 0, packet.Length);
        _output.Push(reply, route, options);
        return DropReason.None;
    }
}
