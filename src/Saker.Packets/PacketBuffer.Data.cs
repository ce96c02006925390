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

        // A clone may need what is cut off here: then this packet only counts less of it.
        metadata->Length = length;
        metadata->FragmentLength = length - linear;
        metadata->Flags |= PacketFlags.FragmentsExceed;
        if (!HasSharedFragments(metadata))
        {
            CutFragments(metadata);
        }
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
        PacketMetadata* metadata = Metadata;
        return new SegmentEnumerator(metadata, offset, Math.Min(length, Math.Max(0, metadata->Length - offset)));
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

        CutFragments(metadata);
        CutFragments(added);
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

    /// <summary>
    /// Brings the first <paramref name="count"/> bytes into the first chunk: a new one if it is shared, and further to the front if the tailroom is too small.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryGather(int count)
    {
        PacketMetadata* metadata = Metadata;
        if ((uint)count > (uint)metadata->Length)
        {
            return false;
        }

        int missing = count - metadata->LinearLength;
        if (!TryMakeWritable() || !TryMakeTailroom(missing) || (HasSharedFragments(metadata) && !TryCopyFragments()))
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

    /// <summary>Moves the linear bytes, and the headers in front of them, towards the front of the chunk until enough room is behind them.</summary>
    private bool TryMakeTailroom(int count)
    {
        PacketMetadata* metadata = Metadata;
        byte* tail = metadata->Data + metadata->LinearLength;
        int distance = count - (int)(metadata->Head + metadata->End - tail);
        if (distance <= 0)
        {
            return true;
        }

        // A header that was never marked stands at zero, where none can begin that is to move.
        int first = DataOffset;
        first = metadata->LinkOffset != 0 ? Math.Min(first, metadata->LinkOffset) : first;
        first = metadata->NetworkOffset != 0 ? Math.Min(first, metadata->NetworkOffset) : first;
        first = metadata->TransportOffset != 0 ? Math.Min(first, metadata->TransportOffset) : first;
        if (distance > first)
        {
            return false;
        }

        byte* start = metadata->Head + first;
        long length = tail - start;
        Buffer.MemoryCopy(start, start - distance, length, length);
        metadata->Data -= distance;
        metadata->LinkOffset -= (ushort)(metadata->LinkOffset != 0 ? distance : 0);
        metadata->NetworkOffset -= (ushort)(metadata->NetworkOffset != 0 ? distance : 0);
        metadata->TransportOffset -= (ushort)(metadata->TransportOffset != 0 ? distance : 0);
        return true;
    }

    /// <summary>Cuts the fragments to what the packet counts of them.</summary>
    private static void CutFragments(PacketMetadata* metadata)
    {
        if ((metadata->Flags & PacketFlags.FragmentsExceed) == PacketFlags.None)
        {
            return;
        }

        metadata->Flags &= ~PacketFlags.FragmentsExceed;
        int remaining = metadata->FragmentLength;
        if (remaining == 0)
        {
            ReleaseFragments(metadata);
            return;
        }

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
        ReleaseChain(rest);
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
