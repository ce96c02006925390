using Saker.Packets;
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
public abstract class DatagramSocket : Socket, IDisposable
{
    private protected DatagramSocket(ReceiveQueue? queue) => Queue = queue;

    internal ReceiveQueue? Queue { get; }

    /// <summary>Reads a datagram if one waits. One reader at a time.</summary>
    public bool TryReceive(Span<byte> destination, out ReceivedDatagram datagram)
    {
        datagram = default;
        if (Queue is null || Queue.IsClosed || !Queue.TryPeek(out PacketBuffer packet))
        {
            return false;
        }

        datagram = Read(packet, destination);
        Queue.MarkDone();
        return true;
    }

    /// <summary>Waits for a datagram and reads it. One reader at a time.</summary>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    /// <exception cref="InvalidOperationException">The socket has no queue to read from.</exception>
    public async ValueTask<ReceivedDatagram> ReceiveAsync(Memory<byte> destination, CancellationToken cancellationToken = default)
    {
        if (Queue is null)
        {
            throw new InvalidOperationException("The socket has no receive queue: it was made for a replay.");
        }

        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static state => ((ReceiveQueue)state!).CancelWait(), Queue);
        ReceivedDatagram datagram;
        while (!TryReceive(destination.Span, out datagram))
        {
            ObjectDisposedException.ThrowIf(Queue.IsClosed, this);
            cancellationToken.ThrowIfCancellationRequested();
            await Queue.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        return datagram;
    }

    /// <summary>Closes the socket for its reader. Remove it from its table first, on the control thread.</summary>
    public void Dispose()
    {
        Queue?.Close();
        GC.SuppressFinalize(this);
    }

    /// <summary>Copies a datagram out of a packet that lies as the protocol queued it.</summary>
    private protected abstract ReceivedDatagram Read(PacketBuffer packet, Span<byte> destination);
}
