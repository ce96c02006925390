using Saker.Packets;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Transport.Tcp;

/// <summary>
/// TCP's entry (<c>tcp_v4_rcv</c>): header, checksum, and whose the segment is; and what a listener does with segments that begin no connection.
/// </summary>
/// <remarks>The state machine is not built yet: segments for it are told to have reached their socket, and freed.</remarks>
internal sealed class TcpReceive<TTrace> : ReceiveStage<TTrace>, ITransportProtocol, ITransportErrorHandler
    where TTrace : struct, ITracing
{
    private readonly TcpSocketTable _sockets;
    private readonly ForwardingTables _tables;
    private readonly TcpReset<TTrace> _reset;

    public TcpReceive(Cpu cpu, TcpSocketTable sockets, ForwardingTables tables, TcpReset<TTrace> reset)
        : base(cpu)
    {
        _sockets = sockets;
        _tables = tables;
        _reset = reset;
    }

    /// <inheritdoc/>
    public IPProtocol Protocol => IPProtocol.Tcp;

    /// <inheritdoc/>
    public int Receive(PacketBuffer packet)
    {
        Enter(packet, Stage.TcpReceive);
        DropReason reason = Validate(packet);
        if (reason != DropReason.None
            || !TcpView.TryParse(packet.Linear, out TcpView tcp)
            || !IPv4View.TryParse(packet.NetworkHeader, out IPv4View ip))
        {
            Drop(packet, Stage.TcpReceive, reason);
            return 0;
        }

        uint pseudoHeader = InternetChecksum.PseudoHeader(ip.Source, ip.Destination, IPProtocol.Tcp, packet.Length);
        if (packet.Length <= TransportChecksum.ImmediateLength && !HasRightChecksum(packet, tcp, pseudoHeader))
        {
            Drop(packet, Stage.TcpReceive, DropReason.TcpChecksum);
            return 0;
        }

        TcpFlow flow = new(ip.Destination, tcp.DestinationPort, ip.Source, tcp.SourcePort, packet.Device);
        TcpSocket? socket = _sockets.Find(flow);
        Check(packet, "a socket wants the segment", flow.LocalPort, socket is not null);
        reason = socket is null ? DropReason.None : CheckSignature(packet, tcp);
        if (reason == DropReason.None && !HasRightChecksum(packet, tcp, pseudoHeader))
        {
            reason = DropReason.TcpChecksum;
        }

        if (reason != DropReason.None)
        {
            Drop(packet, Stage.TcpReceive, reason);
        }
        else if (socket is null)
        {
            _reset.Send(packet, ip, tcp, listener: null);
            Drop(packet, Stage.TcpReceive, DropReason.NoSocket);
        }
        else if (socket.IsListening)
        {
            Listen(packet, ip, tcp, socket);
        }
        else
        {
            Tell(packet, Stage.TcpReceive, socket);
            packet.Free();
        }

        return 0;
    }

    /// <inheritdoc/>
    public void ReceiveError(PacketBuffer packet, in IcmpErrorReport report)
    {
        // The ports are in the 8 bytes that every error quotes; the rest of the header need not be there.
        if (!IPv4View.TryParse(packet.Linear, out IPv4View ip) || !UdpView.TryParse(packet.Linear[ip.HeaderLength..], out UdpView ports))
        {
            return;
        }

        // The quoted segment was ours: its source is the local end.
        TcpFlow flow = new(ip.Source, ports.SourcePort, ip.Destination, ports.DestinationPort, packet.Device);
        if (!Check(packet, "a connection has sent the segment", flow.LocalPort, _sockets.FindConnection(flow) is not null))
        {
            Counters.Add(Counter.IcmpInErrors);
        }
    }

    /// <summary>Makes sure that the whole header is there and lies together.</summary>
    private DropReason Validate(PacketBuffer packet)
    {
        if (!Check(packet, "the frame was for this host alone", packet.PacketType, packet.PacketType == PacketType.Host))
        {
            return DropReason.NotSpecified;
        }

        Counters.Add(Counter.TcpInSegs);
        if (!Check(packet, "20 bytes of header are there", packet.Length, packet.TryMakeLinear(TcpView.FixedLength))
            || !TcpView.TryParse(packet.Linear, out TcpView tcp))
        {
            return DropReason.NotSpecified;
        }

        int headerLength = tcp.HeaderLength;
        if (!Check(packet, "header length is at least 20", headerLength, headerLength >= TcpView.FixedLength))
        {
            Counters.Add(Counter.TcpInErrs);
            return DropReason.PacketTooSmall;
        }

        return Check(packet, "the whole header is there", headerLength, packet.Length, packet.TryMakeLinear(headerLength))
            ? DropReason.None
            : DropReason.NotSpecified;
    }

    private bool HasRightChecksum(PacketBuffer packet, TcpView tcp, uint pseudoHeader)
    {
        if (packet.IsChecksumVerified
            || Check(packet, "checksum is right", new Hex(tcp.Checksum), TransportChecksum.Verify(packet, packet.Length, pseudoHeader)))
        {
            return true;
        }

        Counters.Add(Counter.TcpInCsumErrors);
        Counters.Add(Counter.TcpInErrs);
        return false;
    }

    /// <summary>Signatures are for sockets that have a key, and none has one here (<c>tcp_inbound_hash</c>).</summary>
    private DropReason CheckSignature(PacketBuffer packet, TcpView tcp)
    {
        if (tcp.Options.IsEmpty)
        {
            return DropReason.None;
        }

        TcpSignature signature = TcpSignatures.Find(tcp.Options);
        if (!Check(packet, "options are sound, with one signature at most", signature, signature != TcpSignature.Malformed))
        {
            return DropReason.TcpAuthenticationHeader;
        }

        if (Check(packet, "no MD5 signature where none is asked for", signature, signature != TcpSignature.Md5))
        {
            return DropReason.None;
        }

        Counters.Add(Counter.TcpExtTCPMD5Unexpected);
        return DropReason.TcpMd5Unexpected;
    }

    /// <summary>What a listener does (<c>tcp_rcv_state_process</c> in its state LISTEN, RFC 9293 section 3.10.7.2).</summary>
    private void Listen(PacketBuffer packet, IPv4View ip, TcpView tcp, TcpSocket listener)
    {
        Enter(packet, Stage.TcpListen);
        TcpFlags flags = tcp.Flags;
        if (!Check(packet, "a listener is sent no ACK", flags, (flags & TcpFlags.Ack) == TcpFlags.None))
        {
            _reset.Send(packet, ip, tcp, listener);
            Drop(packet, Stage.TcpListen, DropReason.TcpFlags);
        }
        else if (!Check(packet, "a listener is sent no RST", flags, (flags & TcpFlags.Rst) == TcpFlags.None))
        {
            Drop(packet, Stage.TcpListen, DropReason.TcpReset);
        }
        else if (!Check(packet, "a listener is sent a SYN without FIN", flags, (flags & (TcpFlags.Syn | TcpFlags.Fin)) == TcpFlags.Syn))
        {
            Drop(packet, Stage.TcpListen, DropReason.TcpFlags);
        }
        else if (!Check(packet, "a connection is asked for by unicast", ip.Destination, !IsBroadcastOrMulticast(packet)))
        {
            // tcp_conn_request's callers free the segment as one that was dealt with, whatever became of it.
            Counters.Add(Counter.TcpExtListenDrops);
            Consume(packet, Stage.TcpListen);
        }
        else
        {
            Tell(packet, Stage.TcpListen, listener);
            packet.Free();
        }
    }

    private bool IsBroadcastOrMulticast(PacketBuffer packet) => _tables.Current[packet.Destination] is { IsBroadcastOrMulticast: true };
}
