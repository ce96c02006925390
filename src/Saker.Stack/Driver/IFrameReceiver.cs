namespace Saker.Stack.Driver;

/// <summary>The receive side of a device, as the link that feeds it sees it.</summary>
public interface IFrameReceiver
{
    /// <summary>A frame arrives: it is copied into packet memory and waits in the ring.</summary>
    /// <param name="frame">The frame from its link header on, without the check sequence.</param>
    /// <param name="timestamp">When it arrived, in nanoseconds since the Unix epoch.</param>
    /// <param name="origin">What the link calls it; see <see cref="Packets.PacketBuffer.Origin"/>.</param>
    /// <returns>False if the ring or the packet memory is full: the frame is lost and counted as missed.</returns>
    bool TryArrive(ReadOnlySpan<byte> frame, long timestamp, uint origin);

    /// <summary>Raises the interrupt: the queue is polled when the softirq runs.</summary>
    void Interrupt();
}
