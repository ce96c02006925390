using System.Runtime.CompilerServices;

namespace Saker.Packets;

/// <content>How a packet comes from one CPU to another.</content>
public sealed unsafe partial class PacketPool
{
    /// <summary>
    /// Takes a packet over that another CPU has handed to this one (<see cref="HandoffRing"/>): it gets metadata of this pool, and the chunks move to it.
    /// The other CPU's entries are left hollow, for it to take back by <see cref="PacketBuffer.FreeHandedOver"/>.
    /// </summary>
    /// <param name="foreign">The other CPU's packet, which shares its bytes with nobody (<see cref="PacketBuffer.TryMakeExclusive"/>).</param>
    /// <param name="packet">The packet, the caller's from now on.</param>
    /// <returns>False if the pool has not enough entries: the packet remains as it was, and the other CPU frees all of it.</returns>
    public bool TryTakeOver(PacketBuffer foreign, out PacketBuffer packet)
    {
        PacketMetadata* source = foreign.Metadata;
        PoolState* pool = State;
        int needed = 1;
        for (PacketMetadata* part = source->FirstFragment; part != null; part = part->Next)
        {
            needed++;
        }

        if (pool->AvailableCount < needed || pool->Next() == null)
        {
            packet = default;
            return false;
        }

        PacketMetadata* entry = Move(pool, source);
        PacketMetadata* last = null;
        for (PacketMetadata* part = source->FirstFragment; part != null; part = part->Next)
        {
            PacketMetadata* moved = Move(pool, part);
            if (last == null)
            {
                entry->FirstFragment = moved;
            }
            else
            {
                last->Next = moved;
            }

            last = moved;
        }

        entry->LastFragment = last;
        packet = new PacketBuffer(entry);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static PacketMetadata* Move(PoolState* pool, PacketMetadata* source)
    {
        PacketMetadata* entry = pool->Free;
        pool->Free = entry->Next;
        pool->AvailableCount--;
        uint generation = entry->Generation;
        *entry = *source;
        entry->Pool = pool;
        entry->Generation = generation;
        entry->Next = null;
        entry->Flags &= ~PacketFlags.Shared;
        source->Flags |= PacketFlags.Hollow;
        return entry;
    }
}
