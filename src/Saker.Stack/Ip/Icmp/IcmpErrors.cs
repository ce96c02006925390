using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Ip.V4;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Softirq;
using Saker.Stack.Transport;
using Saker.Wire;

namespace Saker.Stack.Ip.Icmp;

/// <summary>Makes ICMP errors (<c>icmp_send</c>, RFC 1122 section 3.2.2, RFC 1812 section 4.3.2).</summary>
internal sealed class IcmpErrors<TTrace> : ReceiveStage<TTrace>, IPortErrors
    where TTrace : struct, ITracing
{
    private const int HighestKnownType = 18;
    private const byte TypeOfServiceMask = 0x1e;
    private const byte InternetworkControl = 0xc0;

    /// <summary>Longest error message with its IP header (RFC 1812 section 4.3.2.3).</summary>
    private const int LongestMessage = 576;

    private readonly DeviceTable _devices;
    private readonly ForwardingTables _tables;
    private readonly SourceAddresses _sources;
    private readonly IPv4Settings _settings;
    private readonly IcmpRateLimit<TTrace> _limit;
    private readonly IcmpOutput<TTrace> _output;

    public IcmpErrors(
        Cpu cpu,
        DeviceTable devices,
        ForwardingTables tables,
        SourceAddresses sources,
        IPv4Settings settings,
        IcmpRateLimit<TTrace> limit,
        IcmpOutput<TTrace> output)
        : base(cpu)
    {
        _devices = devices;
        _tables = tables;
        _sources = sources;
        _settings = settings;
        _limit = limit;
        _output = output;
    }

    /// <summary>The address that stands in where a host has none to answer with (<c>INADDR_DUMMY</c>, RFC 7600).</summary>
    private static IPv4Address DummyAddress => new(192, 0, 0, 8);

    /// <summary>Whether a type tells of something that went wrong. Of types that nobody knows it is assumed.</summary>
    public static bool IsError(byte type) =>
        type > HighestKnownType || (IcmpV4Type)type is not (IcmpV4Type.EchoReply or IcmpV4Type.EchoRequest
            or IcmpV4Type.TimestampRequest or IcmpV4Type.TimestampReply
            or IcmpV4Type.InformationRequest or IcmpV4Type.InformationReply
            or IcmpV4Type.AddressMaskRequest or IcmpV4Type.AddressMaskReply);

    /// <inheritdoc/>
    public void SendPortUnreachable(PacketBuffer packet) => Send(packet, IcmpV4Type.DestinationUnreachable, (byte)IcmpV4UnreachableCode.Port, 0);

    /// <summary>Sends an error about a packet to its source, if one may be sent. The packet remains the caller's.</summary>
    /// <param name="packet">The packet, its network header marked, wherever its data begins.</param>
    /// <param name="type">The message's type.</param>
    /// <param name="code">Its code.</param>
    /// <param name="information">The last four bytes of its header.</param>
    public void Send(PacketBuffer packet, IcmpV4Type type, byte code, uint information)
    {
        Enter(packet, Stage.IcmpSend);
        if (_tables.Current[packet.Destination] is not { } destination
            || !IPv4View.TryParse(packet.NetworkHeader, out IPv4View header)
            || !MayAnswer(packet, header, destination, type))
        {
            return;
        }

        bool isLimited = false;
        bool fromLoopback = _devices[packet.Device].IsLoopback;
        if ((!fromLoopback && !_limit.AllowGlobal(packet, type, code, out isLimited))
            || !IPv4OptionEcho.TryMake(packet, _tables.Current, out IPv4OptionEcho echo))
        {
            return;
        }

        IPv4SendOptions options = new()
        {
            Protocol = IPProtocol.IcmpV4,
            Source = ChooseSource(packet, header, destination),
            Destination = echo.FirstHopTo(header.Source),
            TypeOfService = IsError((byte)type) ? (byte)((header.TypeOfService & TypeOfServiceMask) | InternetworkControl) : header.TypeOfService,
        };
        if (!Check(packet, "a route leads back to the sender", header.Source, _output.TryRoute(options, out OutputRoute route))
            || (isLimited && !_limit.AllowHost(packet, options.Destination, route.Device.IsLoopback)))
        {
            return;
        }

        options = options with { Source = route.Source.IsAny ? DummyAddress : route.Source };
        options = options with { Options = echo.Complete(options.Source, header.Source, InternetTime.MillisecondsOfDay(Cpu.Now)) };
        Quote(packet, route, options, new IcmpV4Header { Type = type, Code = code, RestOfHeader = information });
    }

    /// <summary>To whom no error may be sent, lest errors multiply (RFC 1122 section 3.2.2).</summary>
    private bool MayAnswer(PacketBuffer packet, IPv4View header, Destination destination, IcmpV4Type type) =>
        Check(packet, "the frame was for this host alone", packet.PacketType, packet.PacketType == PacketType.Host)
        && Check(packet, "the packet was for one host", destination, !destination.IsBroadcastOrMulticast)
        && Check(packet, "the packet is no later fragment", header.FragmentOffset, header.FragmentOffset == 0)
        && (!IsError((byte)type) || header.Protocol != IPProtocol.IcmpV4 || MayAnswerIcmp(packet, header));

    private bool MayAnswerIcmp(PacketBuffer packet, IPv4View header)
    {
        Span<byte> type = stackalloc byte[1];
        int pulled = packet.PushToNetworkHeader();
        int copied = packet.CopyTo(header.HeaderLength, type);
        packet.Pull(pulled);
        return Check(packet, "the packet is no ICMP error itself", copied == 0 ? -1 : type[0], copied == 1 && !IsError(type[0]));
    }

    private IPv4Address ChooseSource(PacketBuffer packet, IPv4View header, Destination destination)
    {
        if (destination is { Type: RouteType.Local, Input: InputAction.DeliverLocally })
        {
            return header.Destination;
        }

        return _settings.IcmpErrorsUseInboundAddress
            ? _sources.Select(_devices[packet.Control<IPv4Control>().InputDevice], header.Source, RouteScope.Link)
            : default;
    }

    /// <summary>Sends the message with as much of the packet as fits.</summary>
    private void Quote(PacketBuffer packet, in OutputRoute route, in IPv4SendOptions options, in IcmpV4Header message)
    {
        int room = Math.Min(route.Mtu, LongestMessage) - IPv4View.FixedLength - options.Options.PaddedLength - message.Length;
        if (!Check(packet, "an IP header fits in the message", room, room > IPv4View.FixedLength))
        {
            return;
        }

        int pulled = packet.PushToNetworkHeader();
        int quoted = Math.Min(packet.Length, room);
        if (_output.TryAllocate(packet, message, quoted, options.Options.PaddedLength, out PacketBuffer answer))
        {
            answer.Write(message.Length, packet, 0, quoted);
            _output.Push(answer, route, options, message.Type);
        }

        packet.Pull(pulled);
    }
}
