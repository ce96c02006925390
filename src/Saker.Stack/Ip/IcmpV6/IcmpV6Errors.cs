using Saker.Packets;
using Saker.Stack.Devices;
using Saker.Stack.Ip.V6;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Softirq;
using Saker.Stack.Transport;
using Saker.Wire;

namespace Saker.Stack.Ip.IcmpV6;

/// <summary>Makes ICMPv6 errors (<c>icmp6_send</c>, RFC 4443 section 2.4).</summary>
internal sealed class IcmpV6Errors<TTrace> : ReceiveStage<TTrace>, IPortErrors
    where TTrace : struct, ITracing
{
    /// <summary>Longest error message with its IPv6 header: what every link carries.</summary>
    private const int LongestMessage = 1280;

    private const byte FirstInformational = 128;

    /// <summary>How far behind a packet's beginning its transport header is looked for.</summary>
    private const int MostHeaders = 256;

    private readonly DeviceTable _devices;
    private readonly ForwardingTables _tables;
    private readonly IcmpV6RateLimit<TTrace> _limit;
    private readonly IcmpV6Output<TTrace> _output;

    public IcmpV6Errors(Cpu cpu, DeviceTable devices, ForwardingTables tables, IcmpV6RateLimit<TTrace> limit, IcmpV6Output<TTrace> output)
        : base(cpu)
    {
        _devices = devices;
        _tables = tables;
        _limit = limit;
        _output = output;
    }

    /// <inheritdoc/>
    public void SendPortUnreachable(PacketBuffer packet) =>
        Send(packet, IcmpV6Type.DestinationUnreachable, (byte)IcmpV6UnreachableCode.PortUnreachable, 0);

    /// <summary>Sends an error about a packet to its source, if one may be sent. The packet remains the caller's.</summary>
    /// <param name="packet">The packet, its network header marked, wherever its data begins.</param>
    /// <param name="type">The message's type.</param>
    /// <param name="code">Its code.</param>
    /// <param name="information">The last four bytes of its header.</param>
    public void Send(PacketBuffer packet, IcmpV6Type type, byte code, uint information)
    {
        Enter(packet, Stage.IcmpV6Send);
        if (!IPv6View.TryParse(packet.NetworkHeader, out IPv6View header))
        {
            return;
        }

        IPv6Address target = header.Destination, source = header.Source;
        NetworkDevice device = _devices[packet.Device];
        bool isForUs = !target.IsMulticast && packet.PacketType == PacketType.Host;
        bool mayAnswerGroup = type == IcmpV6Type.PacketTooBig
            || (type == IcmpV6Type.ParameterProblem && code == (byte)IcmpV6ParameterProblemCode.UnrecognizedOption && ReportsToGroups(packet, information));
        if (!Check(packet, "the packet was for this host alone", target, isForUs || mayAnswerGroup)
            || !Check(packet, "the sender is one host", source, !source.IsUnspecified && !source.IsMulticast)
            || !MayAnswer(packet))
        {
            return;
        }

        IPv6SendOptions options = new()
        {
            Protocol = IPProtocol.IcmpV6,
            Source = isForUs && _tables.Current.IPv6.IsOwn(target, device) ? target : default,
            Destination = source,
            OutputDevice = source.IsLinkLocal ? device.Index : 0,
        };
        if (!_limit.AllowGlobal(packet, type, device.IsLoopback, out bool isLimited)
            || !Check(packet, "a route leads back to the sender", source, _output.TryRoute(options, out IPv6OutputRoute route))
            || (isLimited && !_limit.AllowHost(packet, source, route)))
        {
            return;
        }

        Quote(packet, route, options, new IcmpV6Header { Type = type, Code = code, RestOfHeader = information });
    }

    /// <summary>Whether the option at a place says that senders to groups are to be told, too (RFC 8200 section 4.2).</summary>
    private static bool ReportsToGroups(PacketBuffer packet, uint position) =>
        position >= packet.NetworkHeader.Length || packet.NetworkHeader[(int)position] >> 6 == (int)UnrecognizedOptionAction.DiscardAndReport;

    /// <summary>No error answers an error, or what cannot be told from one, lest errors multiply (<c>is_ineligible</c>).</summary>
    private bool MayAnswer(PacketBuffer packet)
    {
        Span<byte> headers = stackalloc byte[MostHeaders];
        Span<byte> type = stackalloc byte[1];
        int pulled = packet.PushToNetworkHeader();
        headers = headers[..packet.CopyTo(0, headers)];
        IPv6ExtensionWalker walker = new(headers[IPv6View.FixedLength..], (IPProtocol)headers[IPv6View.NextHeaderPosition]);
        IPv6WalkEnd end = walker.Finish();
        int at = IPv6View.FixedLength + walker.Offset;
        int copied = packet.CopyTo(at, type);
        packet.Pull(pulled);

        // Of a header that is cut its beginning counts: it says what would follow.
        IPProtocol protocol = end == IPv6WalkEnd.Truncated && copied != 0 ? (IPProtocol)type[0] : walker.NextHeader;
        bool isTold = end == IPv6WalkEnd.UpperLayer && copied != 0;
        return end is not (IPv6WalkEnd.UpperLayer or IPv6WalkEnd.Truncated)
            || protocol != IPProtocol.IcmpV6
            || Check(packet, "the packet is no ICMPv6 error itself", isTold ? type[0] : -1, isTold && type[0] >= FirstInformational);
    }

    /// <summary>Sends the message with as much of the packet as fits.</summary>
    private void Quote(PacketBuffer packet, in IPv6OutputRoute route, in IPv6SendOptions options, in IcmpV6Header message)
    {
        int pulled = packet.PushToNetworkHeader();
        int quoted = Math.Min(packet.Length, LongestMessage - IPv6View.FixedLength - message.Length);
        if (_output.TryAllocate(packet, message, quoted, out PacketBuffer answer))
        {
            answer.Write(message.Length, packet, 0, quoted);
            _output.Push(answer, route, options);
        }

        packet.Pull(pulled);
    }
}
