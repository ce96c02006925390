using System.Runtime.CompilerServices;

namespace Saker.Packets;

/// <content>Freeing, cloning and copying: whose the bytes are.</content>
public readonly unsafe partial struct PacketBuffer
{
    /// <summary>Whether the bytes are shared with a clone, and so must not be written (<c>skb_cloned</c>).</summary>
    public bool IsShared
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => IsSharedEntry(Metadata);
    }

    /// <summary>Gives the metadata back to its pool, and the bytes to their region unless a clone holds them. The handle is dead.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Free()
    {
        PacketMetadata* metadata = Metadata;
        if (metadata->FirstFragment != null)
        {
            ReleaseFragments(metadata);
        }

        Release(metadata);
    }

    /// <summary>Makes a second packet of the same bytes, with metadata of its own (<c>skb_clone</c>).</summary>
    /// <returns>False if the pool is empty.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryClone(out PacketBuffer clone) => TryCloneEntry(Metadata, out clone);

    /// <summary>Makes sure that the linear bytes belong to this packet alone, copying them to a new chunk if they are shared (<c>skb_cow</c>).</summary>
    /// <returns>False if there is no chunk to copy to; the packet is unchanged.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryMakeWritable()
    {
        PacketMetadata* metadata = Metadata;
        return !IsSharedEntry(metadata) || TryUnshare(metadata);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsSharedEntry(PacketMetadata* metadata) =>
        (metadata->Flags & PacketFlags.Shared) != PacketFlags.None && metadata->Region->Sharers[metadata->Chunk] != 0;

    private static bool TryCloneEntry(PacketMetadata* metadata, out PacketBuffer clone)
    {
        PoolState* pool = metadata->Pool;
        PacketMetadata* entry = pool->Next();
        if (entry == null)
        {
            clone = default;
            return false;
        }

        pool->Take(entry);
        uint generation = entry->Generation;
        metadata->Flags |= PacketFlags.Shared;
        metadata->Region->Sharers[metadata->Chunk]++;
        *entry = *metadata;
        entry->Generation = generation;
        entry->Next = null;
        if (metadata->FirstFragment != null)
        {
            metadata->FirstFragment->Sharers++;
        }

        clone = new PacketBuffer(entry);
        return true;
    }

    /// <summary>Copies the linear bytes to a new chunk, and leaves the old one to those who share it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryUnshare(PacketMetadata* metadata)
    {
        // What lies in another CPU's region is copied to this CPU's own.
        RegionState* region = metadata->Pool->Region != null ? metadata->Pool->Region : metadata->Region;
        int offset = (int)(metadata->Data - metadata->Head);
        if (offset + metadata->LinearLength > region->ChunkSize || !region->TryTake(out int chunk))
        {
            return false;
        }

        // Headers in front of the data stay reachable, so the whole used part moves.
        byte* head = region->Address(chunk);
        Unsafe.CopyBlockUnaligned(head, metadata->Head, (uint)(offset + metadata->LinearLength));
        ReleaseChunk(metadata);
        metadata->Region = region;
        metadata->Chunk = chunk;
        metadata->End = region->ChunkSize;
        metadata->Head = head;
        metadata->Data = head + offset;
        metadata->Flags &= ~PacketFlags.Shared;
        return true;
    }

    /// <summary>
    /// Makes sure that all bytes belong to this packet alone, fragments too, so that it can go to another CPU: shared bytes are copied.
    /// </summary>
    /// <returns>False if there is no memory to copy to; the packet can still be used.</returns>
    public bool TryMakeExclusive()
    {
        PacketMetadata* metadata = Metadata;
        if (!TryMakeWritable())
        {
            return false;
        }

        if (metadata->FirstFragment == null)
        {
            return true;
        }

        if (HasSharedFragments(metadata) && !TryCopyFragments(metadata))
        {
            return false;
        }

        for (PacketMetadata* part = metadata->FirstFragment; part != null; part = part->Next)
        {
            if (IsSharedEntry(part) && !TryUnshare(part))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Takes back a packet that was handed to another CPU, and frees what is left of it: the metadata if it was taken over
    /// (<see cref="PacketPool.TryTakeOver"/>), else all. The handle is dead.
    /// </summary>
    public void FreeHandedOver()
    {
        PacketMetadata* metadata = Metadata;
        if ((metadata->Flags & PacketFlags.Hollow) == PacketFlags.None)
        {
            Free();
            return;
        }

        PacketMetadata* part = metadata->FirstFragment;
        metadata->Pool->Return(metadata);
        while (part != null)
        {
            PacketMetadata* next = part->Next;
            part->Pool->Return(part);
            part = next;
        }
    }

    /// <summary>Gives the packet a chain of fragments of its own, which share their bytes with the old ones.</summary>
    private static bool TryCopyFragments(PacketMetadata* metadata)
    {
        PacketMetadata* first = null;
        PacketMetadata* last = null;
        for (PacketMetadata* part = metadata->FirstFragment; part != null; part = part->Next)
        {
            if (!TryCloneEntry(part, out PacketBuffer copy))
            {
                ReleaseChain(first);
                return false;
            }

            PacketMetadata* entry = copy.Metadata;
            entry->Sharers = 0;
            if (first == null)
            {
                first = entry;
            }
            else
            {
                last->Next = entry;
            }

            last = entry;
        }

        metadata->FirstFragment->Sharers--;
        metadata->FirstFragment = first;
        metadata->LastFragment = last;
        CutFragments(metadata);
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ReleaseFragments(PacketMetadata* metadata)
    {
        PacketMetadata* part = metadata->FirstFragment;
        metadata->FirstFragment = null;
        metadata->LastFragment = null;
        metadata->Flags &= ~PacketFlags.FragmentsExceed;
        if (part == null)
        {
            return;
        }

        if (part->Sharers != 0)
        {
            part->Sharers--;
            return;
        }

        ReleaseChain(part);
    }

    private static void ReleaseChain(PacketMetadata* part)
    {
        while (part != null)
        {
            PacketMetadata* next = part->Next;
            Release(part);
            part = next;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Release(PacketMetadata* metadata)
    {
        ReleaseChunk(metadata);
        metadata->Pool->Return(metadata);
    }

    /// <summary>Gives the chunk back, or this packet's share in it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ReleaseChunk(PacketMetadata* metadata)
    {
        RegionState* region = metadata->Region;
        if ((metadata->Flags & PacketFlags.Shared) == PacketFlags.None || region->Sharers[metadata->Chunk] == 0)
        {
            if (region->Owner == metadata->Pool->Owner)
            {
                region->Return(metadata->Chunk);
            }
            else
            {
                region->SendHome(metadata->Chunk, metadata->Pool->Owner);
            }
        }
        else
        {
            region->Sharers[metadata->Chunk]--;
        }
    }
}
