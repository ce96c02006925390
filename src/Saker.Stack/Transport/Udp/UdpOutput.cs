using Saker.Packets;
using Saker.Stack.Ip.V4;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Transport.Udp;

/// <summary>Sends datagrams over IPv4 (<c>udp_send_skb</c>): for now, answers to received ones.</summary>
internal sealed class UdpOutput<TTrace> : UdpReplies<TTrace>
    where TTrace : struct, ITracing
{
    private readonly IPv4Output<TTrace> _output;

    public UdpOutput(Cpu cpu, IPv4Output<TTrace> output)
        : base(cpu) => _output = output;

    /// <inheritdoc/>
    private protected override bool TrySend(PacketBuffer datagram, int offset, in UdpHeader header)
    {
        if (!IPv4View.TryParse(datagram.NetworkHeader, out IPv4View ip))
        {
            return false;
        }

        IPv4SendOptions options = new() { Protocol = IPProtocol.Udp, Source = ip.Destination, Destination = ip.Source, TypeOfService = ip.TypeOfService };
        uint pseudoHeader = InternetChecksum.PseudoHeader(options.Source, options.Destination, IPProtocol.Udp, header.DatagramLength);
        if (!_output.TryRoute(options, out OutputRoute route) || !TryMake(datagram, offset, header, pseudoHeader, out PacketBuffer reply))
        {
            Counters.Add(Counter.UdpSndbufErrors);
            return false;
        }

        Counters.Add(Counter.UdpOutDatagrams);
        _output.Send(reply, route, options);
        return true;
    }
}
