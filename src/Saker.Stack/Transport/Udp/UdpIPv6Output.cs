using Saker.Packets;
using Saker.Stack.Ip.V6;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Transport.Udp;

/// <summary>Sends datagrams over IPv6 (<c>udp_v6_send_skb</c>): for now, answers to received ones.</summary>
internal sealed class UdpIPv6Output<TTrace> : UdpReplies<TTrace>
    where TTrace : struct, ITracing
{
    private readonly IPv6Output<TTrace> _output;

    public UdpIPv6Output(Cpu cpu, IPv6Output<TTrace> output)
        : base(cpu) => _output = output;

    /// <inheritdoc/>
    private protected override bool TrySend(PacketBuffer datagram, int offset, in UdpHeader header)
    {
        if (!IPv6View.TryParse(datagram.NetworkHeader, out IPv6View ip))
        {
            return false;
        }

        IPv6SendOptions options = new()
        {
            Protocol = IPProtocol.Udp,
            Source = ip.Destination,
            Destination = ip.Source,
            TrafficClass = ip.TrafficClass,
            OutputDevice = ip.Source.IsLinkLocal ? datagram.Device : 0,
        };
        uint pseudoHeader = InternetChecksum.PseudoHeader(options.Source, options.Destination, IPProtocol.Udp, header.DatagramLength);
        if (!_output.TryRoute(options, out IPv6OutputRoute route) || !TryMake(datagram, offset, header, pseudoHeader, out PacketBuffer reply))
        {
            Counters.Add(Counter.Udp6SndbufErrors);
            return false;
        }

        Counters.Add(Counter.Udp6OutDatagrams);
        _output.Send(reply, route, options);
        return true;
    }
}
