using System.Diagnostics;
using Saker.Packets;

namespace Saker.Stack.Gro;

/// <summary>The held packets whose hashes have the same low bits, the oldest first (<c>struct gro_list</c>).</summary>
internal sealed class GroBucket
{
    /// <summary>How many packets can be held in a bucket (<c>MAX_GRO_SKBS</c>).</summary>
    public const int Capacity = 8;

    private readonly Entry[] _entries = new Entry[Capacity];

    /// <summary>How many are held.</summary>
    public int Count { get; private set; }

    /// <summary>Whether the next packet needs the oldest one's place.</summary>
    public bool IsFull => Count == Capacity;

    /// <summary>A held packet, the oldest being number 0.</summary>
    public PacketBuffer this[int index] => _entries[index].Packet;

    /// <summary>The number of the held packet of a candidate's flow; -1: there is none. The youngest is asked first.</summary>
    public int Find(in GroCandidate candidate)
    {
        uint hash = candidate.Packet.Hash;
        for (int i = Count - 1; i >= 0; i--)
        {
            ref Entry entry = ref _entries[i];
            if (entry.Digest == candidate.Digest && entry.Packet.Hash == hash && GroNetwork.IsSameFlow(entry.Packet, candidate))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Holds a packet as the youngest. There must be room.</summary>
    public void Add(PacketBuffer packet, ulong digest)
    {
        Debug.Assert(!IsFull, "The oldest must go first.");
        _entries[Count++] = new Entry(packet, digest);
    }

    /// <summary>Takes a packet out.</summary>
    public PacketBuffer Take(int index)
    {
        PacketBuffer packet = _entries[index].Packet;
        Count--;
        for (int i = index; i < Count; i++)
        {
            _entries[i] = _entries[i + 1];
        }

        return packet;
    }

    private readonly record struct Entry(PacketBuffer Packet, ulong Digest);
}
