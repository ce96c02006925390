using System.Runtime.InteropServices;
using Saker.Packets;
using Saker.Stack.Driver.Links;

namespace Saker.Tests.Stack.Driver.Links;

/// <summary>
/// A queue whose frames lie in memory that is shared with somebody else, as an AF_XDP socket's do: chunks go to the other side to be filled, come back with frames, and are given
/// again when they are free. What is sent is kept as bytes.
/// </summary>
internal sealed unsafe class SharedMemoryQueue : ILinkQueue, IDisposable
{
    private const int ChunkSize = 2048;
    private const int FrameOffset = 256;

    private readonly int _chunks;
    private readonly int _fillSize;
    private readonly byte* _memory;
    private readonly Queue<int> _fill = new();
    private readonly Queue<LinkFrame> _received = new();
    private readonly List<PacketBuffer> _posted = [];

    public SharedMemoryQueue(int chunks = 256, int fillSize = 64)
    {
        _chunks = chunks;
        _fillSize = fillSize;
        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)(chunks * ChunkSize), 4096);
    }

    public FrameRegion Memory { get; private set; } = null!;

    public ILinkInterrupt? Interrupt { get; private set; }

    public bool IsClosed { get; private set; }

    /// <summary>Chunks that the other side has.</summary>
    public int FillCount => _fill.Count;

    /// <summary>What <see cref="HasFrames"/> says if it is not the truth.</summary>
    public bool? ClaimsFrames { get; set; }

    /// <summary>Frames that have room until the next flush.</summary>
    public int Room { get; set; } = int.MaxValue;

    /// <summary>Frames that the next flush loses.</summary>
    public int FailNext { get; set; }

    /// <summary>Frames that the other side takes altogether; the rest wait.</summary>
    public int Taken { get; set; } = int.MaxValue;

    /// <summary>How often it was flushed.</summary>
    public int FlushCalls { get; private set; }

    /// <summary>Whether the other side finishes frames.</summary>
    public bool FinishesFrames { get; set; }

    /// <summary>What was left to do of the frames that were sent.</summary>
    public List<LinkOffload> Left { get; } = [];

    /// <summary>The frames that were sent, and how many by each flush.</summary>
    public List<byte[]> Sent { get; } = [];

    public List<int> Flushes { get; } = [];

    public long ArrivesAt { get; set; } = long.MaxValue;

    public bool HasFrames => ClaimsFrames ?? _received.Count != 0;

    public long NextArrivalAt => ArrivesAt;

    public FrameRegion Open(in LinkOpening opening)
    {
        Memory = FrameRegion.Over((nint)_memory, _chunks, ChunkSize, FrameOffset, opening.Cpu, opening.CpuCount);
        Interrupt = opening.Interrupt;
        Refill();
        return Memory;
    }

    /// <summary>A frame arrives, in parts of some length.</summary>
    /// <returns>False: no chunk was there to be filled.</returns>
    public bool Deliver(ReadOnlySpan<byte> frame, LinkFrame told = default, int partLength = ChunkSize - FrameOffset)
    {
        int parts = Math.Max(1, (frame.Length + partLength - 1) / partLength);
        if (_fill.Count < parts)
        {
            return false;
        }

        for (int i = 0; i < parts; i++)
        {
            int chunk = _fill.Dequeue();
            int length = Math.Min(partLength, frame.Length);
            frame[..length].CopyTo(new Span<byte>(_memory + (chunk * ChunkSize) + FrameOffset, length));
            frame = frame[length..];
            _received.Enqueue((i == 0 ? told : default) with { Chunk = chunk, Offset = FrameOffset, Length = length, IsContinued = i + 1 < parts });
        }

        return true;
    }

    public int Receive(Span<LinkFrame> parts, int most, long now)
    {
        int count = 0;
        while (most > 0 && parts.Length - count >= LinkFrame.MostParts && _received.Count != 0)
        {
            do
            {
                parts[count] = _received.Dequeue();
            }
            while (parts[count++].IsContinued);
            most--;
        }

        Refill();
        return count;
    }

    public bool HasRoomFor(PacketBuffer frame) => _posted.Count < Room;

    public bool Finishes(PacketBuffer frame) => FinishesFrames && LinkOffload.TryFind(frame, out _);

    public void Post(PacketBuffer frame) => _posted.Add(frame);

    public bool HasUnsent => _posted.Count != 0;

    public int Flush()
    {
        FlushCalls++;
        int taken = Math.Min(_posted.Count, Taken);
        if (taken == 0)
        {
            return 0;
        }

        Taken -= Taken == int.MaxValue ? 0 : taken;
        int lost = Math.Min(FailNext, taken);
        FailNext = 0;
        Flushes.Add(taken);
        for (int i = 0; i < taken; i++)
        {
            byte[] bytes = new byte[_posted[i].Length];
            _posted[i].CopyTo(0, bytes);
            LinkOffload.TryFind(_posted[i], out LinkOffload left);
            _posted[i].Free();
            if (i >= lost)
            {
                Sent.Add(bytes);
                Left.Add(left);
            }
        }

        _posted.RemoveRange(0, taken);
        return lost;
    }

    public void Close()
    {
        IsClosed = true;
        Taken = int.MaxValue;
        Flush();
        foreach (LinkFrame frame in _received)
        {
            Memory.ReturnChunk(frame.Chunk);
        }

        foreach (int chunk in _fill)
        {
            Memory.ReturnChunk(chunk);
        }

        Assert.Equal(Memory.ChunkCount, Memory.AvailableCount + HeldAtClose);
    }

    /// <summary>Chunks that packets may still hold when it is closed.</summary>
    public int HeldAtClose { get; set; }

    public void Dispose() => NativeMemory.AlignedFree(_memory);

    private void Refill()
    {
        while (_fill.Count < _fillSize && Memory.TryTakeChunk(out int chunk))
        {
            _fill.Enqueue(chunk);
        }
    }
}
