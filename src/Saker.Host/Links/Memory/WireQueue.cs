using Saker.Packets;
using Saker.Stack.Driver.Links;

namespace Saker.Host.Links.Memory;

/// <summary>A queue of one end of a wire.</summary>
internal sealed class WireQueue(WireDirection incoming, WireDirection outgoing, int number, LinkMemoryOptions memory) : ILinkQueue
{
    private FrameRegion? _memory;

    /// <inheritdoc/>
    public bool HasFrames => false;

    /// <inheritdoc/>
    public long NextArrivalAt => incoming.NextArrivalAt(number);

    /// <inheritdoc/>
    public FrameRegion Open(in LinkOpening opening)
    {
        _memory = memory.Make(opening);
        incoming.Connect(number, opening.Interrupt);

        // What is on the wire already is told of, too.
        opening.Interrupt.Raise();
        return _memory;
    }

    /// <inheritdoc/>
    public int Receive(Span<LinkFrame> parts, int most, long now)
    {
        int count = 0;
        while (most > 0 && parts.Length - count >= LinkFrame.MostParts && incoming.TryTake(number, now, out WireFrame frame))
        {
            most--;
            parts[count] = new LinkFrame { Timestamp = frame.ArrivesAt };
            int filled = ChunkFiller.TryFill(_memory!, frame.Bytes.AsSpan(0, frame.Length), parts[count..]);
            incoming.Return(frame);
            if (filled == 0)
            {
                Overflows++;
            }

            count += filled;
        }

        return count;
    }

    /// <summary>Frames that came and found no memory.</summary>
    public long Overflows { get; private set; }

    /// <inheritdoc/>
    public bool HasRoomFor(PacketBuffer frame) => true;

    /// <inheritdoc/>
    public void Post(PacketBuffer frame)
    {
        outgoing.Send(frame, number);
        frame.Free();
    }

    /// <inheritdoc/>
    public int Flush() => 0;

    /// <inheritdoc/>
    public void Close() => incoming.Connect(number, null);
}
