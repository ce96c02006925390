using System.Runtime.CompilerServices;

namespace Saker.Packets;

/// <summary>
/// Packets in a row, linked through their own metadata: adding and taking costs a store and allocates nothing. A packet is in one list at most.
/// The list is a value that is passed by reference; whoever empties it owns what was in it.
/// </summary>
public unsafe struct PacketList
{
    private PacketMetadata* _first;
    private PacketMetadata* _last;
    private int _count;

    /// <summary>How many packets.</summary>
    public readonly int Count => _count;

    /// <summary>Whether there is none.</summary>
    public readonly bool IsEmpty => _first == null;

    /// <summary>Adds a packet at the end. It is the list's from now on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(PacketBuffer packet)
    {
        PacketMetadata* entry = packet.Metadata;
        entry->Next = null;
        if (_first == null)
        {
            _first = entry;
        }
        else
        {
            _last->Next = entry;
        }

        _last = entry;
        _count++;
    }

    /// <summary>Takes the first packet.</summary>
    /// <returns>False if there is none.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTake(out PacketBuffer packet)
    {
        PacketMetadata* entry = _first;
        if (entry == null)
        {
            packet = default;
            return false;
        }

        // What follows it is no longer its business, and is written over when it is added somewhere.
        _first = entry->Next;
        _count--;
        packet = new PacketBuffer(entry);
        return true;
    }

    /// <summary>Looks at the first packet, which remains the list's.</summary>
    /// <returns>False if there is none.</returns>
    public readonly bool TryPeek(out PacketBuffer packet)
    {
        packet = _first == null ? default : new PacketBuffer(_first);
        return _first != null;
    }

    /// <summary>Moves all packets of another list behind this one's; the other is empty then.</summary>
    public void Append(ref PacketList other)
    {
        if (other._first == null)
        {
            return;
        }

        if (_first == null)
        {
            _first = other._first;
        }
        else
        {
            _last->Next = other._first;
        }

        _last = other._last;
        _count += other._count;
        other = default;
    }

    /// <summary>Frees every packet in the list.</summary>
    public void Free()
    {
        while (TryTake(out PacketBuffer packet))
        {
            packet.Free();
        }
    }
}
