using System.Runtime.CompilerServices;

namespace Saker.Packets;

/// <content>What lies behind the first chunk: how fragments are added, walked over, cut and brought together.</content>
public readonly unsafe partial struct PacketBuffer
{
    /// <summary>The packet's bytes, piece by piece.</summary>
    public SegmentEnumerator Segments
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => PartsOf(Metadata, 0, int.MaxValue);
    }

    /// <summary>Copies bytes out of the packet, wherever they lie (<c>skb_copy_bits</c>).</summary>
    /// <returns>How many were copied: fewer than asked for where the packet ends.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int CopyTo(int offset, Span<byte> destination) => Copy(Metadata, offset, destination);

    /// <summary>The pieces of a part of the packet; ends early where the packet does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public SegmentEnumerator SegmentsOf(int offset, int length) => PartsOf(Metadata, offset, length);

    /// <summary>Hangs a packet behind this one as its last fragment. The fragment is this packet's from now on.</summary>
    /// <exception cref="InvalidOperationException">The fragments are shared with a clone.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AppendFragment(PacketBuffer fragment) => Append(Metadata, fragment.Metadata);

    private static SegmentEnumerator PartsOf(PacketMetadata* metadata, int offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return new SegmentEnumerator(metadata, offset, Math.Min(length, Math.Max(0, metadata->Length - offset)));
    }

    private static int Copy(PacketMetadata* metadata, int offset, Span<byte> destination)
    {
        int copied = 0;
        foreach (ReadOnlySpan<byte> segment in PartsOf(metadata, offset, destination.Length))
        {
            segment.CopyTo(destination[copied..]);
            copied += segment.Length;
        }

        return copied;
    }

    private static void Append(PacketMetadata* metadata, PacketMetadata* added)
    {
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

    /// <summary>
    /// Brings the first <paramref name="count"/> bytes into the first chunk: a new one if it is shared, and further to the front if the tailroom is too small.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryGather(PacketMetadata* metadata, int count)
    {
        if ((uint)count > (uint)metadata->Length)
        {
            return false;
        }

        int missing = count - metadata->LinearLength;
        if ((IsSharedEntry(metadata) && !TryUnshare(metadata))
            || !TryMakeTailroom(metadata, missing)
            || (HasSharedFragments(metadata) && !TryCopyFragments(metadata)))
        {
            return false;
        }

        int linear = metadata->LinearLength;
        Copy(metadata, linear, new Span<byte>(metadata->Data + linear, missing));
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
    private static bool TryMakeTailroom(PacketMetadata* metadata, int count)
    {
        byte* tail = metadata->Data + metadata->LinearLength;
        int distance = count - (int)(metadata->Head + metadata->End - tail);
        if (distance <= 0)
        {
            return true;
        }

        // A header that was never marked stands at zero, where none can begin that is to move.
        int first = (int)(metadata->Data - metadata->Head);
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
