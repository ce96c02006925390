using System.Runtime.InteropServices;
using Saker.Host.Links;
using Saker.Packets;
using Saker.Stack.Driver.Links;
using Saker.Wire;

namespace Saker.KernelTests.Links;

/// <summary>A link behind which frames are lost, doubled, cut and changed in both directions, by a seed.</summary>
internal sealed class MangledLink(ILink link, double probability, int seed) : ILink
{
    private readonly MangledQueue[] _queues = [.. link.Queues.Select((queue, number) => new MangledQueue((IDescriptorQueue)queue, link.Options, probability, seed + number))];

    public string Name => link.Name;

    public MacAddress Address => link.Address;

    public int Mtu => link.Mtu;

    public IReadOnlyList<ILinkQueue> Queues => _queues;

    public LinkOptions Options => link.Options;

    public IReadOnlyList<LinkLoss> Losses => link.Losses;

    public string? Fault => link.Fault;

    /// <summary>Frames to which something was done.</summary>
    public long Mangled => _queues.Sum(queue => queue.Mangled);

    public void Dispose() => link.Dispose();

    private sealed class MangledQueue(IDescriptorQueue queue, LinkOptions options, double probability, int seed) : IDescriptorQueue
    {
        private readonly Random _random = new(seed);
        private readonly LinkFrame[] _parts = new LinkFrame[LinkFrame.MostParts];
        private FrameRegion _memory = null!;

        public long Mangled { get; private set; }

        public SafeHandle Descriptor => queue.Descriptor;

        public bool HasFrames => queue.HasFrames;

        public long NextArrivalAt => queue.NextArrivalAt;

        public FrameRegion Open(in LinkOpening opening) => _memory = queue.Open(opening);

        public bool TryRecover() => queue.TryRecover();

        public int Receive(Span<LinkFrame> parts, int most, long now)
        {
            // One frame at a time, so that there is room for a second.
            int count = 0;
            while (most >= 2 && parts.Length - count >= 2 * LinkFrame.MostParts)
            {
                int length = queue.Receive(_parts, 1, now);
                if (length == 0)
                {
                    break;
                }

                Span<LinkFrame> frame = parts.Slice(count, length);
                _parts.AsSpan(0, length).CopyTo(frame);
                int kept = Happens() ? Mangle(frame, parts[(count + length)..]) : length;
                count += kept;
                most -= 2;
            }

            return count;
        }

        public bool HasRoomFor(PacketBuffer frame) => queue.HasRoomFor(frame);

        public bool Finishes(PacketBuffer frame) => queue.Finishes(frame);

        public void Post(PacketBuffer frame)
        {
            if (!Happens())
            {
                queue.Post(frame);
                return;
            }

            Mangled++;
            switch (_random.Next(4))
            {
                case 0:
                    frame.Free();
                    return;
                case 1 when frame.TryClone(out PacketBuffer second):
                    queue.Post(second);
                    if (!queue.HasRoomFor(frame))
                    {
                        frame.Free();
                        return;
                    }

                    break;
                case 2 when frame.Length > 20:
                    frame.Trim(_random.Next(15, frame.Length));
                    break;
                case 3 when frame.TryMakeWritable():
                    frame.Linear[_random.Next(frame.LinearLength)] ^= (byte)(1 << _random.Next(8));
                    break;
            }

            queue.Post(frame);
        }

        public int Flush() => queue.Flush();

        public bool HasUnsent => queue.HasUnsent;

        public void Close() => queue.Close();

        private bool Happens() => _random.NextDouble() < probability;

        /// <summary>Does something to a frame.</summary>
        /// <returns>How many parts are left, or have come.</returns>
        private int Mangle(Span<LinkFrame> frame, Span<LinkFrame> room)
        {
            Mangled++;
            switch (_random.Next(4))
            {
                case 0:
                    foreach (LinkFrame part in frame)
                    {
                        _memory.ReturnChunk(part.Chunk);
                    }

                    return 0;
                case 1:
                    return frame.Length + Double(frame, room);
                case 2:
                    Distrust(frame);
                    frame[^1].Length = _random.Next(frame[^1].Length + 1);
                    return frame.Length;
                default:
                    // Behind the headers a checksum that is not filled in finds changes by chance only.
                    const int Headers = 34;
                    bool isFilled = frame[0].Checksum == ChecksumState.None && options.Unfilled == UnfilledChecksums.Refuse;
                    Distrust(frame);
                    LinkFrame changed = frame[isFilled ? _random.Next(frame.Length) : 0];
                    int length = isFilled ? changed.Length : Math.Min(changed.Length, Headers);
                    if (length != 0)
                    {
                        _memory.BytesOf(changed.Chunk, changed.Offset, length)[_random.Next(length)] ^= (byte)(1 << _random.Next(8));
                    }

                    return frame.Length;
            }
        }

        /// <summary>Nobody vouches for the checksum of a frame that was changed.</summary>
        private static void Distrust(Span<LinkFrame> frame)
        {
            frame[0].Checksum = ChecksumState.None;
            frame[0].SegmentKind = GsoType.None;
        }

        private int Double(Span<LinkFrame> frame, Span<LinkFrame> room)
        {
            for (int i = 0; i < frame.Length; i++)
            {
                if (!_memory.TryTakeChunk(out int chunk))
                {
                    foreach (LinkFrame part in room[..i])
                    {
                        _memory.ReturnChunk(part.Chunk);
                    }

                    return 0;
                }

                room[i] = frame[i] with { Chunk = chunk };
                _memory.BytesOf(frame[i].Chunk, frame[i].Offset, frame[i].Length).CopyTo(_memory.BytesOf(chunk, frame[i].Offset, frame[i].Length));
            }

            return frame.Length;
        }
    }
}
