using Saker.Packets;

namespace Saker.Stack.Sockets;

/// <summary>A socket with a queue, from which an application reads one message after another.</summary>
/// <typeparam name="TMessage">What is told of a message beside its bytes.</typeparam>
public abstract class QueuedSocket<TMessage> : Socket, IDisposable
    where TMessage : struct
{
    private protected QueuedSocket(ReceiveQueue? queue) => Queue = queue;

    internal ReceiveQueue? Queue { get; }

    /// <summary>Reads a message if one waits. One reader at a time.</summary>
    public bool TryReceive(Span<byte> destination, out TMessage message)
    {
        message = default;
        if (Queue is null || Queue.IsClosed || !Queue.TryPeek(out PacketBuffer packet))
        {
            return false;
        }

        message = Read(packet, destination);
        Queue.MarkDone();
        return true;
    }

    /// <summary>Waits for a message and reads it. One reader at a time.</summary>
    /// <exception cref="ObjectDisposedException">The socket was closed.</exception>
    /// <exception cref="InvalidOperationException">The socket has no queue to read from.</exception>
    public async ValueTask<TMessage> ReceiveAsync(Memory<byte> destination, CancellationToken cancellationToken = default)
    {
        if (Queue is null)
        {
            throw new InvalidOperationException("The socket has no receive queue: it was made for a replay.");
        }

        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static state => ((ReceiveQueue)state!).CancelWait(), Queue);
        TMessage message;
        while (!TryReceive(destination.Span, out message))
        {
            ObjectDisposedException.ThrowIf(Queue.IsClosed, this);
            cancellationToken.ThrowIfCancellationRequested();
            await Queue.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        return message;
    }

    /// <summary>Closes the socket for its reader. Remove it from its table first, on the control thread.</summary>
    public void Dispose()
    {
        Queue?.Close();
        GC.SuppressFinalize(this);
    }

    /// <summary>Copies a message out of a packet that lies as the protocol queued it.</summary>
    private protected abstract TMessage Read(PacketBuffer packet, Span<byte> destination);
}
