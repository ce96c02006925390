using Saker.Packets;
using Saker.Stack.Ip.V4;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Transport.Udp;

/// <summary>Sends datagrams (<c>udp_send_skb</c>): for now, answers to received ones.</summary>
internal sealed class UdpOutput<TTrace> : ReceiveStage<TTrace>, IDatagramReplies
    where TTrace : struct, ITracing
{
    private readonly IPv4Output<TTrace> _output;

    public UdpOutput(Cpu cpu, IPv4Output<TTrace> output)
        : base(cpu) => _output = output;

    /// <inheritdoc/>
    public bool TryReply(PacketBuffer datagram, int offset, int length)
    {
        if (offset < 0 || length < 0 || length > datagram.Length - UdpView.FixedLength - offset)
        {
            throw new ArgumentOutOfRangeException(nameof(length), length, "The answer's payload lies in that of the datagram.");
        }

        if (ForwardingInformation.IsGroup(datagram.Destination)
            || !IPv4View.TryParse(datagram.NetworkHeader, out IPv4View ip)
            || !UdpView.TryParse(datagram.Linear, out UdpView udp)
            || udp.SourcePort == udp.DestinationPort
            || udp.SourcePort == 0)
        {
            return false;
        }

        IPv4SendOptions options = new() { Protocol = IPProtocol.Udp, Source = ip.Destination, Destination = ip.Source, TypeOfService = ip.TypeOfService };
        UdpHeader header = new() { SourcePort = udp.DestinationPort, DestinationPort = udp.SourcePort, DatagramLength = (ushort)(UdpView.FixedLength + length) };
        if (!_output.TryRoute(options, out OutputRoute route) || !_output.TryAllocate(datagram, header.DatagramLength, out PacketBuffer reply))
        {
            Counters.Add(Counter.UdpSndbufErrors);
            return false;
        }

        header.Emit(reply.Linear);
        reply.Write(UdpView.FixedLength, datagram, UdpView.FixedLength + offset, length);
        if (UdpEditor.TryParse(reply.Linear, out UdpEditor editor))
        {
            uint pseudoHeader = InternetChecksum.PseudoHeader(options.Source, options.Destination, IPProtocol.Udp, reply.Length);
            editor.Checksum = InternetChecksum.CompleteNonZero(TransportChecksum.Sum(reply, reply.Length, pseudoHeader));
        }

        Counters.Add(Counter.UdpOutDatagrams);
        _output.Send(reply, route, options);
        return true;
    }
}
