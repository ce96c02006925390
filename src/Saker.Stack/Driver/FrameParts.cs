using Saker.Packets;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Stack.Driver;

/// <summary>A frame in the buffers of a ring, from the descriptor where it begins to the one where it ends, on its way to be a packet.</summary>
internal ref struct FrameParts
{
    /// <summary>So much is copied of a frame whose headers are copied; what is no longer than this is copied whole (<c>I40E_RX_HDR_SIZE</c>).</summary>
    private const int HeaderCopyLength = 256;

    private readonly ReceiveRing _ring;
    private readonly int _first;
    private readonly int _last;

    public FrameParts(ReceiveRing ring, int last)
    {
        _ring = ring;
        _first = ring.CleanIndex;
        _last = last;
        Start = ring.Headroom;
        End = ring.Headroom + LengthOf(_first);
        Count = ring.Descriptors.Distance(_first, last) + 1;
        Length = 0;
        for (int i = 0, index = _first; i < Count; i++, index = ring.Descriptors.Next(index))
        {
            Length += LengthOf(index);
        }
    }

    /// <summary>Where in the first buffer the frame begins.</summary>
    public int Start { get; private set; }

    /// <summary>Where in the first buffer its data ends.</summary>
    public int End { get; private set; }

    /// <summary>How many buffers it lies in.</summary>
    public int Count { get; }

    /// <summary>Bytes of the frame as it arrived.</summary>
    public int Length { get; }

    /// <summary>The whole first buffer.</summary>
    public readonly Span<byte> FirstBuffer => _ring.Memory.BytesOf(_ring[_first].Chunk, 0, _ring.Memory.ChunkSize);

    /// <summary>Moves the ends of the first part.</summary>
    /// <returns>False if they do not lie in the buffer in this order.</returns>
    public bool TryMoveEnds(int start, int end)
    {
        if (start < 0 || start > end || end > _ring.Memory.ChunkSize)
        {
            return false;
        }

        Start = start;
        End = end;
        return true;
    }

    /// <summary>Makes a packet: around the first buffer, or with a copy of its headers; what remains follows in fragments.</summary>
    /// <returns>False if there is no memory; the buffers are all still the ring's.</returns>
    public readonly bool TryMakePacket(Cpu cpu, out PacketBuffer packet)
    {
        bool isMade = _ring.CopiesHeaders ? TryConstruct(cpu, out packet) : TryGive(cpu, _first, Start, End - Start, out packet);
        int index = _first;
        while (isMade && index != _last)
        {
            index = _ring.Descriptors.Next(index);
            int length = LengthOf(index);
            if (length == 0)
            {
                continue;
            }

            isMade = TryGive(cpu, index, _ring.Headroom, length, out PacketBuffer fragment);
            if (isMade)
            {
                packet.AppendFragment(fragment);
            }
            else
            {
                packet.Free();
            }
        }

        return isMade;
    }

    /// <summary>Copies the headers into a chunk of the CPU's own, and attaches the rest of the buffer as a fragment (<c>i40e_construct_skb</c>).</summary>
    private readonly bool TryConstruct(Cpu cpu, out PacketBuffer packet)
    {
        if (!cpu.Packets.TryAllocate(cpu.Frames, out packet))
        {
            return false;
        }

        Span<byte> data = FirstBuffer[Start..End];
        int copied = data.Length <= HeaderCopyLength ? data.Length : FlowDissector.HeaderLength(data[..HeaderCopyLength]);
        copied = Math.Min(copied, packet.Tailroom);
        data[..copied].CopyTo(packet.Put(copied));
        if (copied == data.Length)
        {
            return true;
        }

        if (!TryGive(cpu, _first, Start + copied, data.Length - copied, out PacketBuffer rest))
        {
            packet.Free();
            return false;
        }

        packet.AppendFragment(rest);
        return true;
    }

    /// <summary>Makes a packet around a buffer, whose other half comes next.</summary>
    private readonly bool TryGive(Cpu cpu, int index, int offset, int length, out PacketBuffer packet)
    {
        ref FramePage page = ref _ring[index];
        if (!cpu.Packets.TryBuild(_ring.Memory, ref page, offset, length, out packet))
        {
            return false;
        }

        _ring.TurnPage(ref page);
        return true;
    }

    private readonly int LengthOf(int index) => _ring.Descriptors[index].ReadStatus().Length;
}
