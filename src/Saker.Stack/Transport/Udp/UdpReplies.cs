using Saker.Packets;
using Saker.Stack.Ip;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Transport.Udp;

/// <summary>Answers datagrams: what is the same over IPv4 and IPv6.</summary>
internal abstract class UdpReplies<TTrace> : ReceiveStage<TTrace>, IDatagramReplies
    where TTrace : struct, ITracing
{
    private protected UdpReplies(Cpu cpu)
        : base(cpu)
    {
    }

    /// <inheritdoc/>
    public bool TryReply(PacketBuffer datagram, int offset, int length)
    {
        if (offset < 0 || length < 0 || length > datagram.Length - UdpView.FixedLength - offset)
        {
            throw new ArgumentOutOfRangeException(nameof(length), length, "The answer's payload lies in that of the datagram.");
        }

        if (ForwardingInformation.IsGroup(datagram.Destination)
            || !UdpView.TryParse(datagram.Linear, out UdpView udp)
            || udp.SourcePort == udp.DestinationPort
            || udp.SourcePort == 0)
        {
            return false;
        }

        UdpHeader header = new() { SourcePort = udp.DestinationPort, DestinationPort = udp.SourcePort, DatagramLength = (ushort)(UdpView.FixedLength + length) };
        return TrySend(datagram, offset, header);
    }

    /// <summary>Routes an answer, makes it and sends it.</summary>
    /// <param name="datagram">The datagram that is answered.</param>
    /// <param name="offset">Where in its payload the answer's begins.</param>
    /// <param name="header">The answer's header.</param>
    private protected abstract bool TrySend(PacketBuffer datagram, int offset, in UdpHeader header);

    /// <summary>Makes an answer, checksum and all.</summary>
    private protected bool TryMake(PacketBuffer datagram, int offset, in UdpHeader header, uint pseudoHeader, out PacketBuffer reply)
    {
        if (!OwnPackets.TryAllocate(Cpu, datagram, header.DatagramLength, out reply))
        {
            return false;
        }

        header.Emit(reply.Linear);
        reply.Write(UdpView.FixedLength, datagram, UdpView.FixedLength + offset, header.DatagramLength - UdpView.FixedLength);
        if (UdpEditor.TryParse(reply.Linear, out UdpEditor editor))
        {
            editor.Checksum = InternetChecksum.CompleteNonZero(TransportChecksum.Sum(reply, reply.Length, pseudoHeader));
        }

        return true;
    }
}
