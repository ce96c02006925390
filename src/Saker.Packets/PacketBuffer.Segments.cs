namespace Saker.Packets;

/// <content>Packets that stand for several: what is known of their segments, and how those are hung together and taken apart.</content>
public readonly unsafe partial struct PacketBuffer
{
    /// <summary>Bytes of payload in each segment but the last, which may have fewer; 0: the packet stands for itself alone (<c>gso_size</c>).</summary>
    public int GsoSize => Metadata->GsoSize;

    /// <summary>How many segments the packet stands for; 0 where it stands for itself alone (<c>gso_segs</c>).</summary>
    public int GsoSegments => Metadata->GsoSegments;

    /// <summary>How it is to be cut.</summary>
    public GsoType GsoType => Metadata->GsoType;

    /// <summary>Whether the packet stands for several (<c>skb_is_gso</c>).</summary>
    public bool IsMerged => Metadata->GsoSize != 0;

    /// <summary>The polling context that received the packet; 0: none (<c>skb->napi_id</c>).</summary>
    public ushort NapiId
    {
        get => Metadata->NapiId;
        set => Metadata->NapiId = value;
    }

    /// <summary>Notes how many segments a packet stands for.</summary>
    /// <param name="size">Bytes of payload in each.</param>
    /// <param name="segments">How many.</param>
    /// <param name="type">How to cut it.</param>
    public void SetMerged(int size, int segments, GsoType type)
    {
        PacketMetadata* metadata = Metadata;
        metadata->GsoSize = (ushort)size;
        metadata->GsoSegments = (ushort)segments;
        metadata->GsoType = type;
    }

    /// <summary>The packet stands for itself alone.</summary>
    public void ClearMerged() => SetMerged(0, 0, GsoType.None);

    /// <summary>
    /// Hangs a packet behind this one as a segment that can be taken off again whole (<see cref="TryTakeSegment"/>), with the headers that were pulled off it.
    /// </summary>
    public void AppendSegment(PacketBuffer segment)
    {
        segment.Metadata->Flags |= PacketFlags.BeginsSegment;
        AppendFragment(segment);
    }

    /// <summary>Whether the fragments can be taken off: no clone shares them, and the packet counts all of them.</summary>
    public bool HasOwnFragments
    {
        get
        {
            PacketMetadata* metadata = Metadata;
            return metadata->FirstFragment != null && metadata->FirstFragment->Sharers == 0 && (metadata->Flags & PacketFlags.FragmentsExceed) == PacketFlags.None;
        }
    }

    /// <summary>
    /// Whether the fragments' ends are also the ends of segments: pieces of <paramref name="size"/> bytes, the last one perhaps shorter, without cutting any;
    /// and in front of each piece there is room for <paramref name="headroom"/> bytes that no clone shares.
    /// </summary>
    public bool FragmentsFit(int size, int headroom)
    {
        int filled = 0;
        for (PacketMetadata* part = Metadata->FirstFragment; part != null; part = part->Next)
        {
            bool isShared = (part->Flags & PacketFlags.Shared) != PacketFlags.None && part->Region->Sharers[part->Chunk] != 0;
            if (filled == 0 && (isShared || part->Data - part->Head < headroom))
            {
                return false;
            }

            filled += part->Length;
            if (filled > size)
            {
                return false;
            }

            filled = filled == size ? 0 : filled;
        }

        return true;
    }

    /// <summary>
    /// Takes the first fragments off the packet, as a packet of its own: as many as make <paramref name="size"/> bytes, or all. The first of them becomes the
    /// head, with the headroom and the header offsets that it had when it was hung on.
    /// </summary>
    /// <returns>False if there is no fragment, or not the packet's own.</returns>
    public bool TryTakeFragments(int size, out PacketBuffer taken)
    {
        PacketMetadata* metadata = Metadata;
        if (!HasOwnFragments)
        {
            taken = default;
            return false;
        }

        PacketMetadata* head = metadata->FirstFragment;
        PacketMetadata* last = head;
        int length = head->Length;
        while (length < size && last->Next != null)
        {
            last = last->Next;
            length += last->Length;
        }

        Detach(metadata, null, head, last, length);
        taken = new PacketBuffer(head);
        return true;
    }

    /// <summary>Takes the first segment off that <see cref="AppendSegment"/> has hung on.</summary>
    /// <returns>False if there is none, or a clone shares it.</returns>
    public bool TryTakeSegment(out PacketBuffer segment)
    {
        PacketMetadata* metadata = Metadata;
        PacketMetadata* before = null;
        PacketMetadata* head = HasOwnFragments ? metadata->FirstFragment : null;
        while (head != null && (head->Flags & PacketFlags.BeginsSegment) == PacketFlags.None)
        {
            before = head;
            head = head->Next;
        }

        if (head == null)
        {
            segment = default;
            return false;
        }

        PacketMetadata* last = head;
        int length = head->Length;
        while (last->Next != null && (last->Next->Flags & PacketFlags.BeginsSegment) == PacketFlags.None)
        {
            last = last->Next;
            length += last->Length;
        }

        Detach(metadata, before, head, last, length);
        segment = new PacketBuffer(head);
        return true;
    }

    /// <summary>Bytes in front of the first segment that was hung on with <see cref="AppendSegment"/> (<c>skb_pagelen</c>).</summary>
    public int LengthBeforeSegments
    {
        get
        {
            PacketMetadata* metadata = Metadata;
            int length = metadata->LinearLength;
            for (PacketMetadata* part = metadata->FirstFragment; part != null && (part->Flags & PacketFlags.BeginsSegment) == PacketFlags.None; part = part->Next)
            {
                length += part->Length;
            }

            return Math.Min(length, metadata->Length);
        }
    }

    /// <summary>Copies what is known of a packet apart from its bytes and header offsets, for a packet made of its parts (<c>__copy_skb_header</c>).</summary>
    public void InheritFrom(PacketBuffer other)
    {
        PacketMetadata* target = Metadata;
        PacketMetadata* source = other.Metadata;
        const PacketFlags Inherited = PacketFlags.VlanTagged | PacketFlags.Hashed | PacketFlags.HashCoversPorts;
        target->Protocol = source->Protocol;
        target->PacketType = source->PacketType;
        target->Device = source->Device;
        target->Hash = source->Hash;
        target->Queue = source->Queue;
        target->Timestamp = source->Timestamp;
        target->Mark = source->Mark;
        target->VlanTag = source->VlanTag;
        target->VlanProtocol = source->VlanProtocol;
        target->Origin = source->Origin;
        target->TraceNode = source->TraceNode;
        target->Control = source->Control;
        target->Destination = source->Destination;
        target->Socket = source->Socket;
        target->NapiId = source->NapiId;
        target->LinkLength = source->LinkLength;
        target->Flags = (target->Flags & ~Inherited) | (source->Flags & Inherited);
    }

    /// <summary>Takes fragments out of a packet's chain, and makes a packet of them.</summary>
    private static void Detach(PacketMetadata* packet, PacketMetadata* before, PacketMetadata* head, PacketMetadata* last, int length)
    {
        if (before == null)
        {
            packet->FirstFragment = last->Next;
        }
        else
        {
            before->Next = last->Next;
        }

        if (last->Next == null)
        {
            packet->LastFragment = before;
        }

        packet->FragmentLength -= length;
        packet->Length -= length;

        PacketMetadata* second = head == last ? null : head->Next;
        last->Next = null;
        head->Next = null;
        head->FirstFragment = second;
        head->LastFragment = second == null ? null : last;
        head->FragmentLength = length - head->Length;
        head->Length = length;
        head->Flags &= ~PacketFlags.BeginsSegment;
    }
}
