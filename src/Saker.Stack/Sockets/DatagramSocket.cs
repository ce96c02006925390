using Saker.Wire;

namespace Saker.Stack.Sockets;

/// <summary>A datagram that was read.</summary>
/// <param name="Length">Bytes copied to the caller's memory.</param>
/// <param name="RemoteAddress">Who sent it.</param>
/// <param name="RemotePort">From which port, host order; 0 of protocols without.</param>
/// <param name="IsTruncated">Whether the datagram was longer than the caller's memory; the rest is lost.</param>
/// <param name="Timestamp">When it arrived, in nanoseconds since the Unix epoch.</param>
/// <param name="SegmentSize">
/// Bytes of each datagram but the last, which may be shorter, where several came as one (<c>UDP_GRO</c>); else 0.
/// </param>
public readonly record struct ReceivedDatagram(int Length, IPv4Address RemoteAddress, ushort RemotePort, bool IsTruncated, long Timestamp, int SegmentSize = 0);

/// <summary>A socket from which an application reads datagrams.</summary>
public abstract class DatagramSocket : QueuedSocket<ReceivedDatagram>
{
    private protected DatagramSocket(ReceiveQueue? queue)
        : base(queue)
    {
    }
}
