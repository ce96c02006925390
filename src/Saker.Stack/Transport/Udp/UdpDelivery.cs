using Saker.Packets;
using Saker.Stack.Gro;
using Saker.Stack.Observation;
using Saker.Stack.Sockets;
using Saker.Stack.Softirq;

namespace Saker.Stack.Transport.Udp;

/// <summary>Puts datagrams in sockets' queues, and plays the reader where one is assumed (<c>udp_queue_rcv_skb</c>, <c>udp_recvmsg</c>).</summary>
internal sealed class UdpDelivery<TTrace, TKind, TFlow> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
    where TKind : struct, IUdpKind
    where TFlow : struct, IUdpFlow<TFlow>
{
    private readonly UdpSocketTable _sockets;
    private readonly PacketSegmenter _segmenter;
    private readonly IDatagramReplies _replies;

    public UdpDelivery(Cpu cpu, UdpSocketTable sockets, IDatagramReplies replies)
        : base(cpu)
    {
        _sockets = sockets;
        _replies = replies;
        _segmenter = new PacketSegmenter(cpu);
    }

    /// <summary>Delivers a datagram to one socket. The packet's data begins at the UDP header.</summary>
    public void Deliver(PacketBuffer packet, UdpSocket socket, UdpChecksum checksum)
    {
        if (packet.IsMerged && !(socket.TakesMerged && (packet.GsoType & GsoType.FragmentList) == GsoType.None))
        {
            DeliverSegments(packet, socket);
            return;
        }

        Enter(packet, Stage.UdpQueue);
        switch (socket.Reader)
        {
            case ReaderMode.Service when !TKind.IsLite && socket.Service is { } service:
                Serve(packet, socket, service, checksum);
                break;

            case ReaderMode.Immediate:
                Read(packet, socket, checksum);
                break;

            // The application's thread has no part in counters and drops, so its datagrams are verified here.
            case ReaderMode.Application when !checksum.Verify(packet):
                FailChecksum(packet, Stage.UdpQueue, socket);
                break;

            default:
                Queue(packet, socket);
                break;
        }
    }

    /// <summary>Delivers a broadcast or multicast datagram to every socket that wants it (<c>__udp4_lib_mcast_deliver</c>, <c>__udp6_lib_mcast_deliver</c>).</summary>
    public void DeliverToGroup(PacketBuffer packet, TFlow flow, UdpChecksum checksum)
    {
        Enter(packet, TFlow.GroupStage);
        UdpSocket? first = null;
        foreach (UdpSocket socket in _sockets.Candidates(flow.LocalPort))
        {
            if (!flow.IsWantedBy(socket))
            {
                continue;
            }

            if (first is null)
            {
                first = socket;
            }
            else if (packet.TryClone(out PacketBuffer clone))
            {
                Deliver(clone, socket, checksum);
            }
            else
            {
                Counters.Add(Of(Counter.UdpRcvbufErrors));
                Counters.Add(Of(Counter.UdpInErrors));
            }
        }

        if (Check(packet, "a socket wants the datagram", flow.LocalPort, first is not null))
        {
            Deliver(packet, first!, checksum);
            return;
        }

        Ignore(packet);
    }

    /// <summary>Nobody wants a datagram to a group.</summary>
    public void Ignore(PacketBuffer packet)
    {
        if (TFlow.CountsIgnored(TKind.IsLite))
        {
            Counters.Add(Of(Counter.UdpIgnoredMulti));
        }

        Drop(packet, TFlow.GroupStage, DropReason.NotSpecified);
    }

    /// <summary>A socket that has not asked for merged datagrams gets them one by one (<c>udp_rcv_segment</c>).</summary>
    private void DeliverSegments(PacketBuffer packet, UdpSocket socket)
    {
        packet.Push(-packet.NetworkHeaderOffset);
        PacketList segments = default;
        if (!_segmenter.TrySegment(packet, ref segments))
        {
            Counters.Add(Of(Counter.UdpInErrors), packet.GsoSegments);
            Drop(packet, Stage.UdpQueue, DropReason.NotSpecified);
            return;
        }

        while (segments.TryTake(out PacketBuffer segment))
        {
            segment.Pull(segment.TransportHeaderOffset);
            Deliver(segment, socket, default);
        }
    }

    private void Queue(PacketBuffer packet, UdpSocket socket)
    {
        ReceiveQueue? queue = socket.Queue;
        if (!Check(packet, "the receive buffer has room", socket, queue is not null && queue.HasRoom(Cpu, packet)))
        {
            Counters.Add(Of(Counter.UdpRcvbufErrors));
            Counters.Add(Of(Counter.UdpInErrors));
            Drop(packet, Stage.UdpQueue, DropReason.SocketReceiveBuffer);
            return;
        }

        Tell(packet, Stage.UdpQueue, socket);
        queue!.Post(Cpu, packet);
    }

    private void Read(PacketBuffer packet, UdpSocket socket, UdpChecksum checksum)
    {
        Enter(packet, Stage.UdpRead);
        if (!Check(packet, "checksum is right", packet.IsChecksumVerified, checksum.Verify(packet)))
        {
            FailChecksum(packet, Stage.UdpRead, socket);
            return;
        }

        Counters.Add(Of(Counter.UdpInDatagrams));
        Tell(packet, Stage.UdpRead, socket);
        packet.Free();
    }

    /// <summary>A service receives the datagram here and now (<c>encap_rcv</c>).</summary>
    private void Serve(PacketBuffer packet, UdpSocket socket, IDatagramService service, UdpChecksum checksum)
    {
        if (!Check(packet, "checksum is right", packet.IsChecksumVerified, checksum.Verify(packet)))
        {
            FailChecksum(packet, Stage.UdpQueue, socket);
            return;
        }

        Counters.Add(Of(Counter.UdpInDatagrams));
        Tell(packet, Stage.UdpQueue, socket);
        service.Receive(packet, _replies);
        packet.Free();
    }

    private void FailChecksum(PacketBuffer packet, Stage stage, UdpSocket socket)
    {
        Counters.Add(Of(Counter.UdpInCsumErrors));
        Counters.Add(Of(Counter.UdpInErrors));
        Drop(packet, stage, DropReason.UdpChecksum);
    }

    private static Counter Of(Counter counter) => TFlow.Count(TKind.Count(counter));
}
