using System.Runtime.CompilerServices;

namespace Saker.Packets;

/// <content>The bytes: where they begin and end, the headers' places, and how fragments are brought together.</content>
public readonly unsafe partial struct PacketBuffer
{
    /// <summary>The bytes that lie together at the front, from where the data now begins.</summary>
    public Span<byte> Linear
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            PacketMetadata* metadata = Metadata;
            return new Span<byte>(metadata->Data, metadata->LinearLength);
        }
    }

    /// <summary>Free bytes in front of the data.</summary>
    public int Headroom => (int)(Metadata->Data - Metadata->Head);

    /// <summary>Free bytes behind the linear data; none while fragments follow.</summary>
    public int Tailroom
    {
        get
        {
            PacketMetadata* metadata = Metadata;
            return metadata->FragmentLength != 0 ? 0 : metadata->End - (int)(metadata->Data - metadata->Head) - metadata->Length;
        }
    }

    /// <summary>Bytes of memory that the packet holds: chunks and metadata (<c>skb->truesize</c>).</summary>
    public int TrueSize
    {
        get
        {
            int size = Metadata->End + PacketMetadata.Size;
            for (PacketMetadata* part = Metadata->FirstFragment; part != null; part = part->Next)
            {
                size += part->End + PacketMetadata.Size;
            }

            return size;
        }
    }

    /// <summary>Where the network header begins, counted from where the data now begins; negative once it was pulled.</summary>
    public int NetworkHeaderOffset => Metadata->NetworkOffset - DataOffset;

    /// <summary>Where the transport header begins, counted from where the data now begins.</summary>
    public int TransportHeaderOffset => Metadata->TransportOffset - DataOffset;

    /// <summary>Length of the link header that was in front of the network header (<c>skb->mac_len</c>).</summary>
    public int LinkHeaderLength
    {
        get => Metadata->LinkLength;
        set => Metadata->LinkLength = (ushort)value;
    }

    /// <summary>The linear bytes from the link header on, though it was pulled.</summary>
    public Span<byte> LinkHeader => From(Metadata->LinkOffset);

    /// <summary>The linear bytes from the network header on.</summary>
    public Span<byte> NetworkHeader
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => From(Metadata->NetworkOffset);
    }

    /// <summary>The linear bytes from the transport header on.</summary>
    public Span<byte> TransportHeader
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => From(Metadata->TransportOffset);
    }

    /// <summary>The packet's bytes, piece by piece.</summary>
    public SegmentEnumerator Segments => new(Metadata, 0, Length);

    private int DataOffset => (int)(Metadata->Data - Metadata->Head);

    /// <summary>Moves an empty packet's data towards the tail, to leave room in front.</summary>
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
    public bool TryMakeLinear(int count) => (uint)count <= (uint)Metadata->LinearLength || TryGather(count);

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
    public void Trim(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        PacketMetadata* metadata = Metadata;
        if (length >= metadata->Length)
        {
            return;
        }

        int linear = metadata->LinearLength;
        if (length <= linear)
        {
            ReleaseFragments(metadata);
            metadata->FragmentLength = 0;
            metadata->Length = length;
            return;
        }

        TrimFragments(length - linear);
    }

    /// <summary>The network header begins where the data now begins.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void MarkNetworkHeader() => Metadata->NetworkOffset = (ushort)DataOffset;

    /// <summary>The transport header begins where the data now begins.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void MarkTransportHeader() => Metadata->TransportOffset = (ushort)DataOffset;

    /// <summary>The transport header begins <paramref name="offset"/> bytes behind the network header.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void MarkTransportHeader(int offset) => Metadata->TransportOffset = (ushort)(Metadata->NetworkOffset + offset);

    /// <summary>The link header begins where the data now begins.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void MarkLinkHeader() => Metadata->LinkOffset = (ushort)DataOffset;

    /// <summary>
    /// Moves the first bytes of the link header towards the data, over what stood behind them: how a tag is taken out of it. The bytes must be writable.
    /// </summary>
    /// <param name="length">How many bytes move.</param>
    /// <param name="count">How far.</param>
    public void CloseLinkHeaderGap(int length, int count)
    {
        Span<byte> link = LinkHeader;
        if ((uint)length > (uint)link.Length || (uint)count > (uint)(link.Length - length))
        {
            ThrowNoRoom();
        }

        link[..length].CopyTo(link[count..]);
        Metadata->LinkOffset += (ushort)count;
    }

    /// <summary>Copies bytes out of the packet, wherever they lie (<c>skb_copy_bits</c>).</summary>
    /// <returns>How many were copied: fewer than asked for where the packet ends.</returns>
    public int CopyTo(int offset, Span<byte> destination)
    {
        int copied = 0;
        foreach (ReadOnlySpan<byte> segment in SegmentsOf(offset, destination.Length))
        {
            segment.CopyTo(destination[copied..]);
            copied += segment.Length;
        }

        return copied;
    }

    /// <summary>The pieces of a part of the packet; ends early where the packet does.</summary>
    public SegmentEnumerator SegmentsOf(int offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return new SegmentEnumerator(Metadata, offset, length);
    }

    /// <summary>Hangs a packet behind this one as its last fragment. The fragment is this packet's from now on.</summary>
    /// <exception cref="InvalidOperationException">The fragments are shared with a clone.</exception>
    public void AppendFragment(PacketBuffer fragment)
    {
        PacketMetadata* metadata = Metadata;
        PacketMetadata* added = fragment.Metadata;
        if (HasSharedFragments(metadata) || HasSharedFragments(added))
        {
            throw new InvalidOperationException("The packet's fragments are shared with a clone.");
        }

        PacketMetadata* tail = added->LastFragment;
        added->Next = added->FirstFragment;
        added->FirstFragment = null;
        added->LastFragment = null;
        if (metadata->FirstFragment == null)
        {
            metadata->FirstFragment = added;
        }
        else
        {
            metadata->LastFragment->Next = added;
        }

        metadata->LastFragment = tail != null ? tail : added;
        metadata->FragmentLength += added->Length;
        metadata->Length += added->Length;
        added->Length -= added->FragmentLength;
        added->FragmentLength = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<byte> From(ushort offset)
    {
        PacketMetadata* metadata = Metadata;
        byte* start = metadata->Head + offset;
        byte* tail = metadata->Data + metadata->LinearLength;
        return tail > start ? new Span<byte>(start, (int)(tail - start)) : default;
    }

    /// <summary>Brings the first <paramref name="count"/> bytes into the first chunk, moving it to a new one if it is shared or full.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryGather(int count)
    {
        PacketMetadata* metadata = Metadata;
        if ((uint)count > (uint)metadata->Length)
        {
            return false;
        }

        int missing = count - metadata->LinearLength;
        int room = metadata->End - DataOffset - metadata->LinearLength;
        if (room < missing ? !TryMoveForward(missing - room) : !TryMakeWritable())
        {
            return false;
        }

        if (HasSharedFragments(metadata) && !TryCopyFragments())
        {
            return false;
        }

        int linear = metadata->LinearLength;
        CopyTo(linear, new Span<byte>(metadata->Data + linear, missing));
        metadata->FragmentLength -= missing;
        while (missing > 0)
        {
            PacketMetadata* first = metadata->FirstFragment;
            int part = Math.Min(missing, first->Length);
            first->Data += part;
            first->Length -= part;
            missing -= part;
            if (first->Length == 0)
            {
                metadata->FirstFragment = first->Next;
                if (first->Next == null)
                {
                    metadata->LastFragment = null;
                }

                Release(first);
            }
        }

        return true;
    }

    /// <summary>Moves the bytes to a chunk of their own, nearer to its beginning, so that there is room behind them.</summary>
    /// <returns>False if there is no chunk, or not so much room in front of the data; the packet is unchanged.</returns>
    private bool TryMoveForward(int count)
    {
        PacketMetadata* metadata = Metadata;
        int used = metadata->LinkLength == 0 ? DataOffset : Math.Min(DataOffset, metadata->LinkOffset);
        if (used < count || !metadata->Region->TryTake(out int chunk))
        {
            return false;
        }

        byte* head = metadata->Region->Address(chunk);
        int offset = DataOffset - count;
        Unsafe.CopyBlockUnaligned(head, metadata->Head + count, (uint)(offset + metadata->LinearLength));
        ReleaseChunk(metadata);
        metadata->Chunk = chunk;
        metadata->Head = head;
        metadata->Data = head + offset;
        metadata->Flags &= ~PacketFlags.Shared;
        metadata->LinkOffset = (ushort)Math.Max(0, metadata->LinkOffset - count);
        metadata->NetworkOffset = (ushort)Math.Max(0, metadata->NetworkOffset - count);
        metadata->TransportOffset = (ushort)Math.Max(0, metadata->TransportOffset - count);
        return true;
    }

    private void TrimFragments(int remaining)
    {
        PacketMetadata* metadata = Metadata;
        if (HasSharedFragments(metadata) && !TryCopyFragments())
        {
            // Without memory for fragments of its own, the packet cannot be cut in place: nothing may be lost, so it stays whole.
            return;
        }

        metadata->Length -= metadata->FragmentLength - remaining;
        metadata->FragmentLength = remaining;
        PacketMetadata* part = metadata->FirstFragment;
        while (remaining > part->Length)
        {
            remaining -= part->Length;
            part = part->Next;
        }

        part->Length = remaining;
        PacketMetadata* rest = part->Next;
        part->Next = null;
        metadata->LastFragment = part;
        while (rest != null)
        {
            PacketMetadata* next = rest->Next;
            Release(rest);
            rest = next;
        }
    }

    private static bool HasSharedFragments(PacketMetadata* metadata) => metadata->FirstFragment != null && metadata->FirstFragment->Sharers != 0;

    private static void ThrowNoRoom() => throw new InvalidOperationException("The packet has fewer bytes, or less room, than that.");

    /// <summary>Walks over the pieces of a packet, or of a part of it. The packet must not change meanwhile.</summary>
    public ref struct SegmentEnumerator
    {
        private PacketMetadata* _part;
        private bool _isHead;
        private int _skip;
        private int _remaining;

        internal SegmentEnumerator(PacketMetadata* packet, int offset, int length)
        {
            _part = packet;
            _isHead = true;
            _skip = offset;
            _remaining = length;
            Current = default;
        }

        /// <summary>The piece.</summary>
        public ReadOnlySpan<byte> Current { get; private set; }

        /// <summary>Itself, for <c>foreach</c>.</summary>
        public readonly SegmentEnumerator GetEnumerator() => this;

        /// <summary>Goes to the next piece that is not empty.</summary>
        public bool MoveNext()
        {
            while (_part != null && _remaining > 0)
            {
                int length = _isHead ? _part->LinearLength : _part->Length;
                byte* data = _part->Data;
                _part = _isHead ? _part->FirstFragment : _part->Next;
                _isHead = false;
                if (_skip >= length)
                {
                    _skip -= length;
                    continue;
                }

                int count = Math.Min(length - _skip, _remaining);
                Current = new ReadOnlySpan<byte>(data + _skip, count);
                _skip = 0;
                _remaining -= count;
                return true;
            }

            return false;
        }
    }
}
