using Saker.Packets;
using Saker.Stack.Ip;
using Saker.Stack.Ip.V4;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Transport.Tcp;

/// <summary>Answers segments that nobody expects with a reset (<c>tcp_v4_send_reset</c>, RFC 9293 section 3.10.7.1).</summary>
internal sealed class TcpReset<TTrace> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
{
    private const int EcnMask = 3;

    private readonly ForwardingTables _tables;
    private readonly IPv4Output<TTrace> _output;

    public TcpReset(Cpu cpu, ForwardingTables tables, IPv4Output<TTrace> output)
        : base(cpu)
    {
        _tables = tables;
        _output = output;
    }

    /// <summary>Sends a reset because of a segment, if one may be sent. The segment remains the caller's.</summary>
    /// <param name="packet">The segment, whose data begins at the TCP header.</param>
    /// <param name="ip">Its IP header.</param>
    /// <param name="tcp">Its TCP header.</param>
    /// <param name="listener">The listener that it came to; null: nobody.</param>
    public void Send(PacketBuffer packet, IPv4View ip, TcpView tcp, TcpSocket? listener)
    {
        Enter(packet, Stage.TcpSendReset);
        if (!Check(packet, "a reset answers no reset", tcp.Flags, (tcp.Flags & TcpFlags.Rst) == TcpFlags.None)
            || !Check(packet, "without a socket only what was for us is answered", ip.Destination, listener is not null || IsForUs(packet))
            || !Check(packet, "the segment is not signed: we would have to sign the reset", tcp.Options.Length, !IsSigned(tcp)))
        {
            return;
        }

        TrySend(packet, ip, Answer(packet, tcp), listener?.Device ?? 0);

        // Counted even where no way leads back.
        Counters.Add(Counter.TcpOutSegs);
        Counters.Add(Counter.TcpOutRsts);
    }

    private static bool IsSigned(TcpView tcp) => TcpSignatures.Find(tcp.Options) != TcpSignature.None;

    private static TcpHeader Answer(PacketBuffer packet, TcpView tcp)
    {
        TcpHeader answer = new() { SourcePort = tcp.DestinationPort, DestinationPort = tcp.SourcePort, Flags = TcpFlags.Rst };
        if ((tcp.Flags & TcpFlags.Ack) != TcpFlags.None)
        {
            return answer with { SequenceNumber = tcp.AcknowledgmentNumber };
        }

        int length = packet.Length - tcp.HeaderLength;
        length += (tcp.Flags & TcpFlags.Syn) != TcpFlags.None ? 1 : 0;
        length += (tcp.Flags & TcpFlags.Fin) != TcpFlags.None ? 1 : 0;
        return answer with { Flags = TcpFlags.Rst | TcpFlags.Ack, AcknowledgmentNumber = tcp.SequenceNumber + length };
    }

    private bool IsForUs(PacketBuffer packet) => _tables.Current[packet.Destination] is { Type: RouteType.Local };

    /// <summary><c>ip_send_unicast_reply</c>.</summary>
    private void TrySend(PacketBuffer packet, IPv4View ip, TcpHeader answer, int outputDevice)
    {
        if (!IPv4OptionEcho.TryMake(packet, _tables.Current, out IPv4OptionEcho echo))
        {
            return;
        }

        IPv4SendOptions options = new()
        {
            Protocol = IPProtocol.Tcp,
            Destination = echo.FirstHopTo(ip.Source),
            Source = ip.Destination,
            TypeOfService = (byte)(ip.TypeOfService & ~EcnMask),
            DontFragment = true,
            Options = echo.Complete(ip.Destination, ip.Source, InternetTime.MillisecondsOfDay(Cpu.Now)),
            OutputDevice = outputDevice,
        };
        if (!_output.TryRoute(options, out OutputRoute route) || !OwnPackets.TryAllocate(Cpu, packet, answer.Length, out PacketBuffer reset))
        {
            return;
        }

        Span<byte> bytes = reset.Linear;
        answer.Emit(bytes);
        uint pseudoHeader = InternetChecksum.PseudoHeader(ip.Destination, ip.Source, IPProtocol.Tcp, bytes.Length);
        answer = answer with { Checksum = InternetChecksum.Complete(InternetChecksum.Sum(bytes, pseudoHeader)) };
        answer.Emit(bytes);
        _output.Send(reset, route, options);
    }
}
