using System.Numerics;
using System.Runtime.InteropServices;

namespace Saker.Packets;

/// <summary>
/// Carries packets from the CPU that owns them to one reader on another thread, an application or another CPU, and home again, through one ring and without a
/// lock.
/// </summary>
/// <remarks>
/// A slot goes through three hands. The owner posts a packet; the reader looks at it, copies out what it needs, and marks it done; the owner reclaims the
/// slot and frees the packet, so that pools and regions are touched by their own CPU alone. The ring is full, and refuses, while packets that were not
/// reclaimed fill it. Where several rings lead to one reader (<see cref="HandoffRings"/>), packets bear numbers, by which it knows which comes first.
/// </remarks>
public sealed class HandoffRing
{
    private readonly PacketBuffer[] _slots;
    private readonly long[]? _numbers;
    private readonly int _mask;
    private PaddedIndices _indices;

    /// <summary>Makes a ring.</summary>
    /// <param name="capacity">How many packets it holds: rounded up to a power of two.</param>
    /// <param name="isNumbered">Whether packets bear numbers.</param>
    public HandoffRing(int capacity, bool isNumbered = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, 1 << 24);
        _slots = new PacketBuffer[BitOperations.RoundUpToPowerOf2((uint)capacity)];
        _numbers = isNumbered ? new long[_slots.Length] : null;
        _mask = _slots.Length - 1;
    }

    /// <summary>How many packets it holds at most.</summary>
    public int Capacity => _slots.Length;

    /// <summary>How many packets were ever handed to the reader. For any thread.</summary>
    public long PostedCount => Volatile.Read(ref _indices.Posted);

    /// <summary>How many of them the reader has marked done. For any thread.</summary>
    public long DoneCount => Volatile.Read(ref _indices.Done);

    /// <summary>Whether the reader has nothing to read. For the reader.</summary>
    public bool IsEmpty => Volatile.Read(ref _indices.Posted) == _indices.Done;

    /// <summary>Whether there is no free slot. For the owner.</summary>
    public bool IsFull => _indices.Posted - _indices.Reclaimed > _mask;

    /// <summary>Whether every packet has been reclaimed. For the owner.</summary>
    public bool IsEmptyForOwner => _indices.Posted == _indices.Reclaimed;

    /// <summary>Hands a packet to the reader. For the owner.</summary>
    /// <returns>False if the ring is full: the packet is still the caller's.</returns>
    public bool TryPost(PacketBuffer packet)
    {
        if (IsFull)
        {
            return false;
        }

        long posted = _indices.Posted;
        _slots[(int)posted & _mask] = packet;
        Volatile.Write(ref _indices.Posted, posted + 1);
        return true;
    }

    /// <summary>Hands a packet to the reader with a number. For the owner of a ring that is numbered.</summary>
    /// <inheritdoc cref="TryPost(PacketBuffer)"/>
    public bool TryPost(PacketBuffer packet, long number)
    {
        if (IsFull)
        {
            return false;
        }

        _numbers![(int)_indices.Posted & _mask] = number;
        return TryPost(packet);
    }

    /// <summary>Looks at the oldest packet that is not done. For the reader, which must not free or change it.</summary>
    public bool TryPeek(out PacketBuffer packet)
    {
        long done = _indices.Done;
        if (Volatile.Read(ref _indices.Posted) == done)
        {
            packet = default;
            return false;
        }

        packet = _slots[(int)done & _mask];
        return true;
    }

    /// <summary>Looks at the oldest packet that is not done, and its number. For the reader of a ring that is numbered.</summary>
    /// <inheritdoc cref="TryPeek(out PacketBuffer)"/>
    public bool TryPeek(out PacketBuffer packet, out long number)
    {
        bool isThere = TryPeek(out packet);
        number = isThere ? _numbers![(int)_indices.Done & _mask] : 0;
        return isThere;
    }

    /// <summary>Gives the packet last peeked at back. For the reader, which must not look at it any more.</summary>
    public void MarkDone()
    {
        if (IsEmpty)
        {
            throw new InvalidOperationException("No packet was peeked at.");
        }

        Volatile.Write(ref _indices.Done, _indices.Done + 1);
    }

    /// <summary>Takes back the oldest packet that the reader is done with. For the owner, whose it is again.</summary>
    /// <returns>False if the reader is done with none.</returns>
    public bool TryReclaim(out PacketBuffer packet)
    {
        long reclaimed = _indices.Reclaimed;
        if (reclaimed == Volatile.Read(ref _indices.Done))
        {
            packet = default;
            return false;
        }

        packet = _slots[(int)reclaimed & _mask];
        _indices.Reclaimed = reclaimed + 1;
        return true;
    }

    /// <summary>The indices, those of the two threads on lines of their own.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 320)]
    private struct PaddedIndices
    {
        /// <summary>Written by the owner.</summary>
        [FieldOffset(64)]
        public long Posted;

        /// <summary>Written and read by the owner alone.</summary>
        [FieldOffset(72)]
        public long Reclaimed;

        /// <summary>Written by the reader.</summary>
        [FieldOffset(192)]
        public long Done;
    }
}
