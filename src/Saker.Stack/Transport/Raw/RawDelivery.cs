using Saker.Packets;
using Saker.Stack.Observation;
using Saker.Stack.Sockets;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Transport.Raw;

/// <summary>Gives raw sockets their copies (<c>raw_local_deliver</c>, <c>raw6_local_deliver</c>).</summary>
internal sealed class RawDelivery<TTrace> : ReceiveStage<TTrace>
    where TTrace : struct, ITracing
{
    private const int IcmpHeaderLength = 8;
    private const int FilteredIcmpTypes = 32;

    private readonly RawSocketTable _sockets;

    public RawDelivery(Cpu cpu, RawSocketTable sockets)
        : base(cpu)
    {
        _sockets = sockets;
    }

    /// <summary>
    /// Gives a copy to every raw socket that wants it. The packet, whose data begins behind the IP header, remains the caller's.
    /// </summary>
    /// <returns>Whether there was one that had room, even if its filter then refused the packet.</returns>
    public bool Deliver(PacketBuffer packet, IPProtocol protocol)
    {
        bool isTaken = false;
        foreach (RawSocket socket in _sockets.Of(protocol))
        {
            if (!IPv4View.TryParse(packet.NetworkHeader, out IPv4View ip) || !Wants(socket, ip, packet.Device) || !HasRoom(packet, socket))
            {
                continue;
            }

            isTaken = true;
            bool passes = (protocol != IPProtocol.IcmpV4 || Check(packet, "the socket's filter lets this ICMP type pass", socket, PassesFilter(packet, socket)))
                && Check(packet, "the socket takes this group", socket, socket.Takes(ip.Destination));
            if (passes && Check(packet, "there is memory for a copy", socket, packet.TryClone(out PacketBuffer copy)))
            {
                Deliver(copy, socket);
            }
        }

        return isTaken;
    }

    /// <summary>The same of a packet of IPv6 (<c>raw6_local_deliver</c>), whose data begins behind the headers that were passed.</summary>
    public bool DeliverIPv6(PacketBuffer packet, IPProtocol protocol)
    {
        bool isTaken = false;
        foreach (RawSocket socket in _sockets.Of(protocol))
        {
            if (!IPv6View.TryParse(packet.NetworkHeader, out IPv6View ip) || !Wants(socket, ip, packet.Device) || !HasRoom(packet, socket))
            {
                continue;
            }

            // Sockets of ICMPv6 verify the checksum themselves (rawv6_rcv).
            isTaken = true;
            bool isIntact = protocol != IPProtocol.IcmpV6 || TransportChecksum.Verify(packet, packet.Length, ip.PseudoHeader(protocol, packet.Length));
            if (Check(packet, "the checksum is right, if the socket verifies it", socket, isIntact)
                && Check(packet, "there is memory for a copy", socket, packet.TryClone(out PacketBuffer copy)))
            {
                Hand(copy, socket);
            }
        }

        return isTaken;
    }

    /// <summary><c>raw_v6_match</c>.</summary>
    private static bool Wants(RawSocket socket, IPv6View ip, int device) =>
        socket.LocalIPv6 is { } local
        && (local.IsUnspecified || local == ip.Destination)
        && (socket.RemoteIPv6 is not { } remote || remote == ip.Source)
        && (socket.Device == 0 || socket.Device == device);

    /// <summary><c>raw_v4_match</c>.</summary>
    private static bool Wants(RawSocket socket, IPv4View ip, int device) =>
        socket.LocalIPv6 is null
        && (socket.RemoteAddress.IsAny || socket.RemoteAddress == ip.Source)
        && (socket.LocalAddress.IsAny || socket.LocalAddress == ip.Destination)
        && (socket.Device == 0 || socket.Device == device);

    /// <summary><c>icmp_filter</c>.</summary>
    private static bool PassesFilter(PacketBuffer packet, RawSocket socket)
    {
        Span<byte> header = stackalloc byte[IcmpHeaderLength];
        return packet.CopyTo(0, header) == IcmpHeaderLength && (header[0] >= FilteredIcmpTypes || ((socket.IcmpFilter >> header[0]) & 1) == 0);
    }

    /// <summary>A full socket counts the packet, and is passed over as if it were not there.</summary>
    private bool HasRoom(PacketBuffer packet, RawSocket socket)
    {
        bool hasRoom = socket.Reader == ReaderMode.Immediate || socket.Queue?.IsFull(Cpu) == false;
        if (!Check(packet, "the receive buffer has room", socket, hasRoom))
        {
            socket.Drops++;
        }

        return hasRoom;
    }

    /// <summary>Hands a copy over from its IP header on (<c>raw_rcv</c>).</summary>
    private void Deliver(PacketBuffer copy, RawSocket socket)
    {
        copy.Push(-copy.NetworkHeaderOffset);
        Hand(copy, socket);
    }

    /// <summary>Hands a copy over as it lies.</summary>
    private void Hand(PacketBuffer copy, RawSocket socket)
    {
        Enter(copy, Stage.RawDelivery);
        Tell(copy, Stage.RawDelivery, socket);
        if (socket.Reader == ReaderMode.Immediate)
        {
            copy.Free();
        }
        else
        {
            socket.Queue!.Post(Cpu, copy);
        }
    }
}
