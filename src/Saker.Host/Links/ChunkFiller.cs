using Saker.Packets;
using Saker.Stack.Driver.Links;

namespace Saker.Host.Links;

/// <summary>Copies frames into chunks of a queue's memory, for links whose frames lie elsewhere.</summary>
internal static class ChunkFiller
{
    /// <summary>Copies a frame into as many chunks as it needs.</summary>
    /// <param name="memory">The queue's memory.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="parts">Where its parts are told; what is told of it beside its place is left as it is in the first, and cleared in others.</param>
    /// <returns>How many parts; 0: there are not enough chunks, or the frame has too many parts, and nothing was taken.</returns>
    public static int TryFill(FrameRegion memory, ReadOnlySpan<byte> frame, Span<LinkFrame> parts)
    {
        int capacity = memory.FrameCapacity;
        int count = Math.Max(1, (frame.Length + capacity - 1) / capacity);
        if (count > parts.Length || count > LinkFrame.MostParts)
        {
            return 0;
        }

        for (int i = 0; i < count; i++)
        {
            if (!memory.TryTakeChunk(out int chunk))
            {
                foreach (ref readonly LinkFrame taken in parts[..i])
                {
                    memory.ReturnChunk(taken.Chunk);
                }

                return 0;
            }

            int length = Math.Min(frame.Length, capacity);
            frame[..length].CopyTo(memory.BytesOf(chunk, memory.Headroom, length));
            frame = frame[length..];
            ref LinkFrame part = ref parts[i];
            if (i != 0)
            {
                part = default;
            }

            part.Chunk = chunk;
            part.Offset = memory.Headroom;
            part.Length = length;
            part.IsContinued = i + 1 < count;
        }

        return count;
    }
}
