using Saker.Packets;
using Saker.Stack.Sockets;
using Saker.Wire;

namespace Saker.Stack.Transport.Udp;

/// <summary>A datagram that was read.</summary>
/// <param name="Length">Bytes of payload copied to the caller's memory.</param>
/// <param name="RemoteAddress">Who sent it.</param>
/// <param name="RemotePort">From which port, host order.</param>
/// <param name="IsTruncated">Whether the payload was longer than the caller's memory; the rest is lost.</param>
/// <param name="Timestamp">When it arrived, in nanoseconds since the Unix epoch.</param>
public readonly record struct ReceivedDatagram(int Length, IPv4Address RemoteAddress, ushort RemotePort, bool IsTruncated, long Timestamp);

/// <summary>A UDP socket that receives.</summary>
public sealed class UdpSocket : Socket, IDisposable
{
    private readonly ReceiveQueue? _queue;
    private volatile bool _isClosed;

    /// <summary>Makes a socket.</summary>
    /// <param name="queue">Where datagrams wait for the application; null where nobody reads it (<see cref="ReaderMode.Immediate"/>).</param>
    public UdpSocket(ReceiveQueue? queue = null) => _queue = queue;

    /// <inheritdoc/>
    public override string ProtocolName => IsLite ? "udplite" : "udp";

    /// <summary>Whether it is a socket of UDP-Lite (RFC 3828).</summary>
    public bool IsLite { get; init; }

    internal ReceiveQueue? Queue => _queue;

    /// <summary>Reads a datagram if one waits. One reader at a time.</summary>
    public bool TryReceive(Span<byte> destination, out ReceivedDatagram datagram)
    {
        datagram = default;
        if (_queue is null || _isClosed || !_queue.TryPeek(out PacketBuffer packet))
        {
            return false;
        }

        datagram = Read(packet, destination);
        _queue.MarkDone();
        return true;
    }

    /// <summary>Waits for a datagram and reads it. One reader at a time.</summary>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    /// <exception cref="InvalidOperationException">The socket has no queue to read from.</exception>
    public async ValueTask<ReceivedDatagram> ReceiveAsync(Memory<byte> destination, CancellationToken cancellationToken = default)
    {
        if (_queue is null)
        {
            throw new InvalidOperationException("The socket has no receive queue: it was made for a replay.");
        }

        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((ReceiveQueue)state!).CancelWait(new OperationCanceledException(token)), _queue);
        ReceivedDatagram datagram;
        while (!TryReceive(destination.Span, out datagram))
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            cancellationToken.ThrowIfCancellationRequested();
            await _queue.WaitAsync().ConfigureAwait(false);
        }

        return datagram;
    }

    /// <summary>Closes the socket for its reader. Remove it from its table first, on the control thread.</summary>
    public void Dispose()
    {
        _isClosed = true;
        _queue?.CancelWait(new ObjectDisposedException(nameof(UdpSocket)));
    }

    /// <summary>Copies a datagram out. Its data begins at the UDP header.</summary>
    private static ReceivedDatagram Read(PacketBuffer packet, Span<byte> destination)
    {
        int length = packet.Length - UdpView.FixedLength;
        int copied = packet.CopyTo(UdpView.FixedLength, destination[..Math.Min(length, destination.Length)]);
        bool hasHeaders = IPv4View.TryParse(packet.NetworkHeader, out IPv4View ip) & UdpView.TryParse(packet.TransportHeader, out UdpView udp);
        return hasHeaders
            ? new ReceivedDatagram(copied, ip.Source, udp.SourcePort, copied < length, packet.Timestamp)
            : new ReceivedDatagram(copied, IPv4Address.Any, 0, copied < length, packet.Timestamp);
    }
}
