using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Ip.V4;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Ip.Icmp;

/// <summary>Answers ICMP requests (<c>icmp_echo</c>, <c>icmp_timestamp</c>, <c>icmp_reply</c>).</summary>
internal sealed class IcmpReplies<TTrace> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
{
    /// <summary>With fewer bytes a timestamp request is too short: the asker's time is missing.</summary>
    private const int LeastTimestampLength = 4;

    private readonly DeviceTable _devices;
    private readonly ForwardingTables _tables;
    private readonly OutputRouting _routing;
    private readonly IPv4Settings _settings;
    private readonly IcmpRateLimit<TTrace> _limit;
    private readonly IcmpOutput<TTrace> _output;
    private readonly IcmpProbe _probe;

    public IcmpReplies(
        Cpu cpu,
        DeviceTable devices,
        ForwardingTables tables,
        OutputRouting routing,
        IPv4Settings settings,
        IcmpRateLimit<TTrace> limit,
        IcmpOutput<TTrace> output)
        : base(cpu)
    {
        _devices = devices;
        _tables = tables;
        _routing = routing;
        _settings = settings;
        _limit = limit;
        _output = output;
        _probe = new IcmpProbe(devices, tables);
    }

    /// <summary>Answers an echo request or, where that is allowed, an extended one. The data begins behind the ICMP header.</summary>
    public void Echo(PacketBuffer packet, in IcmpV4Header request)
    {
        Enter(packet, Stage.IcmpEcho);
        if (!Check(packet, "icmp_echo_ignore_all is off", _settings.IcmpEchoIgnoreAll, !_settings.IcmpEchoIgnoreAll))
        {
            return;
        }

        IcmpV4Header reply;
        if (request.Type == IcmpV4Type.EchoRequest)
        {
            reply = request with { Type = IcmpV4Type.EchoReply };
        }
        else if (!Check(packet, "icmp_echo_enable_probe is on", _settings.IcmpEchoEnableProbe, _settings.IcmpEchoEnableProbe)
            || !_probe.TryAnswer(packet, request, out reply))
        {
            return;
        }

        Reply(packet, reply, packet.Length, withTimes: false);
    }

    /// <summary>Answers a timestamp request. The data begins behind the ICMP header.</summary>
    /// <returns>Why the packet must be dropped.</returns>
    public DropReason Timestamp(PacketBuffer packet, in IcmpV4Header request)
    {
        Enter(packet, Stage.IcmpTimestamp);
        if (!Check(packet, "the sender's time is there", packet.Length, packet.Length >= LeastTimestampLength))
        {
            Counters.Add(Counter.IcmpInErrors);
            return DropReason.PacketTooSmall;
        }

        Reply(packet, request with { Type = IcmpV4Type.TimestampReply, Code = 0 }, IcmpV4Timestamps.Size, withTimes: true);
        return DropReason.None;
    }

    private void Reply(PacketBuffer packet, in IcmpV4Header message, int length, bool withTimes)
    {
        if (_tables.Current[packet.Destination] is not { } destination
            || !IPv4View.TryParse(packet.NetworkHeader, out IPv4View header)
            || !IPv4OptionEcho.TryMake(packet, _tables.Current, out IPv4OptionEcho echo)
            || !_limit.AllowGlobal(packet, message.Type, message.Code, out bool isLimited))
        {
            return;
        }

        IPv4SendOptions options = new()
        {
            Protocol = IPProtocol.IcmpV4,
            Source = _routing.AnswerSource(destination, header, _devices[packet.Device]),
            Destination = echo.FirstHopTo(header.Source),
            TypeOfService = header.TypeOfService,
        };
        if (!Check(packet, "a route leads back to the sender", header.Source, _output.TryRoute(options, out OutputRoute route))
            || (isLimited && !_limit.AllowHost(packet, options.Destination, route.Device.IsLoopback)))
        {
            return;
        }

        uint time = InternetTime.MillisecondsOfDay(Cpu.Now);
        options = options with { Source = route.Source, Options = echo.Complete(route.Source, header.Source, time) };
        if (!_output.TryAllocate(packet, message, length, options.Options.PaddedLength, out PacketBuffer reply))
        {
            return;
        }

        if (withTimes)
        {
            WriteTimes(packet, reply, message.Length, time);
        }
        else
        {
            reply.Write(message.Length, packet, 0, length);
        }

        // The kernel counts every reply as an echo reply: it tells nobody the type that it sends.
        _output.Push(reply, route, options, IcmpV4Type.EchoReply);
    }

    private static void WriteTimes(PacketBuffer packet, PacketBuffer reply, int at, uint now)
    {
        Span<byte> times = stackalloc byte[IcmpV4Timestamps.Size];
        new IcmpV4Timestamps(0, now, now).Emit(times);
        packet.CopyTo(0, times[..LeastTimestampLength]);
        reply.Write(at, times);
    }
}
