using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Saker.Packets;

/// <content>The bytes: where they begin and end.</content>
public readonly unsafe partial struct PacketBuffer
{
    /// <summary>The bytes that lie together at the front, from where the data now begins.</summary>
    public Span<byte> Linear
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            PacketMetadata* metadata = Metadata;
            return MemoryMarshal.CreateSpan(ref *metadata->Data, metadata->LinearLength);
        }
    }

    /// <summary>Free bytes in front of the data.</summary>
    public int Headroom => DataOffset;

    /// <summary>Free bytes behind the linear data; none while fragments follow.</summary>
    public int Tailroom
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            PacketMetadata* metadata = Metadata;
            return metadata->FragmentLength != 0 ? 0 : metadata->End - (int)(metadata->Data - metadata->Head) - metadata->Length;
        }
    }

    /// <summary>
    /// Bytes of memory that the kernel would charge for the packet (<c>skb->truesize</c>): what accounts of memory add up. Whoever makes a packet says
    /// it by <see cref="FrameMemoryCost"/>; of one that nobody has told of, it is that of an allocated frame of the length that it has now.
    /// </summary>
    public int TrueSize
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            PacketMetadata* metadata = Metadata;
            return metadata->TrueSize != 0 ? metadata->TrueSize : FrameMemoryCost.Of(FrameMemory.Allocated, metadata->Length);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        set
        {
            PacketMetadata* metadata = Metadata;
            metadata->TrueSize = value;
        }
    }

    private int DataOffset
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            PacketMetadata* metadata = Metadata;
            return (int)(metadata->Data - metadata->Head);
        }
    }

    /// <summary>Moves an empty packet's data towards the tail, to leave room in front.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Reserve(int count)
    {
        PacketMetadata* metadata = Metadata;
        if (metadata->Length != 0 || (uint)count > (uint)Tailroom)
        {
            ThrowNoRoom();
        }

        metadata->Data += count;
    }

    /// <summary>Takes bytes of the headroom in front of the data, and returns them to be written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Push(int count)
    {
        PacketMetadata* metadata = Metadata;
        if ((uint)count > (uint)(metadata->Data - metadata->Head))
        {
            ThrowNoRoom();
        }

        metadata->Data -= count;
        metadata->Length += count;
        return new Span<byte>(metadata->Data, count);
    }

    /// <summary>Takes bytes of the tailroom behind the data, and returns them to be written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Put(int count)
    {
        if ((uint)count > (uint)Tailroom)
        {
            ThrowNoRoom();
        }

        PacketMetadata* metadata = Metadata;
        byte* tail = metadata->Data + metadata->Length;
        metadata->Length += count;
        return new Span<byte>(tail, count);
    }

    /// <summary>Lets the data begin at the network header, where it begins behind it.</summary>
    /// <returns>How many bytes are to be pulled (<see cref="Pull"/>) for it to begin where it did.</returns>
    public int PushToNetworkHeader()
    {
        int pulled = Math.Max(-NetworkHeaderOffset, 0);
        Push(pulled);
        return pulled;
    }

    /// <summary>Lets the data begin later: the bytes remain in front of it. They must be linear (<see cref="TryPull"/> checks).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Pull(int count)
    {
        PacketMetadata* metadata = Metadata;
        if ((uint)count > (uint)metadata->LinearLength)
        {
            ThrowNoRoom();
        }

        metadata->Data += count;
        metadata->Length -= count;
    }

    /// <summary>Makes sure that the first <paramref name="count"/> bytes are there and lie together (<c>pskb_may_pull</c>).</summary>
    /// <returns>False if the packet is shorter, or there is no memory to bring them together.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryMakeLinear(int count)
    {
        PacketMetadata* metadata = Metadata;
        return (uint)count <= (uint)metadata->LinearLength || TryGather(metadata, count);
    }

    /// <summary>Pulls bytes that may have to be brought together first (<c>pskb_pull</c>).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryPull(int count)
    {
        if (!TryMakeLinear(count))
        {
            return false;
        }

        Pull(count);
        return true;
    }

    /// <summary>Cuts the packet to its first <paramref name="length"/> bytes; a longer length changes nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Trim(int length)
    {
        PacketMetadata* metadata = Metadata;
        if (length < metadata->Length)
        {
            Cut(metadata, length);
        }
    }

    private static void Cut(PacketMetadata* metadata, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        int linear = metadata->LinearLength;
        if (length <= linear)
        {
            ReleaseFragments(metadata);
            metadata->FragmentLength = 0;
            metadata->Length = length;
            return;
        }

        // A clone may need what is cut off here: then this packet only counts less of it.
        metadata->Length = length;
        metadata->FragmentLength = length - linear;
        metadata->Flags |= PacketFlags.FragmentsExceed;
        if (!HasSharedFragments(metadata))
        {
            CutFragments(metadata);
        }
    }

    private static void ThrowNoRoom() => throw new InvalidOperationException("The packet has fewer bytes, or less room, than that.");
}
