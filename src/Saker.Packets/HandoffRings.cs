using System.Runtime.InteropServices;

namespace Saker.Packets;

/// <summary>
/// Rings by which several owners, each a CPU, hand packets to one reader (<see cref="HandoffRing"/>), who takes them in the order in which they were posted. No lock.
/// </summary>
/// <remarks>
/// <para>Each packet gets a number when it is posted, and the reader takes the lowest that it sees. It does not wait for a number that was drawn and whose packet is not
/// there yet: what owners post at the same moment has no order.</para>
/// <para>What has an order keeps it. Where an owner ends posting before another begins, as when a flow moves from one CPU to another, the first one's numbers are lower, and
/// its packets are there before the second one draws a number. So the reader asks which number was drawn last before it looks at the rings: of a packet whose number is not
/// above, it sees whatever came before it. One that has a higher number it has seen by chance, and looks again.</para>
/// </remarks>
public sealed class HandoffRings
{
    private readonly HandoffRing?[] _rings;
    private PaddedNumber _drawn;

    /// <summary>Makes place for so many rings.</summary>
    /// <param name="owners">How many owners there are.</param>
    public HandoffRings(int owners) => _rings = new HandoffRing?[owners];

    /// <summary>The ring of an owner; null: it was not given any.</summary>
    /// <param name="owner">The owner's number.</param>
    public HandoffRing? this[int owner] => _rings[owner];

    /// <summary>Gives an owner its ring, before it posts.</summary>
    /// <param name="owner">The owner's number.</param>
    /// <param name="capacity">How many packets it holds: rounded up to a power of two.</param>
    public HandoffRing Provide(int owner, int capacity)
    {
        HandoffRing ring = new(capacity, isNumbered: true);
        Volatile.Write(ref _rings[owner], ring);
        return ring;
    }

    /// <summary>Draws the number of a packet that will be posted, or that waits elsewhere. For any owner.</summary>
    public long DrawNumber() => Interlocked.Increment(ref _drawn.Last);

    /// <summary>Looks at the packet with the lowest number. For the reader, which must not free or change it.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="number">Its number.</param>
    /// <param name="owner">Whose it is: where it is marked done.</param>
    /// <returns>False if there is none.</returns>
    public bool TryPeek(out PacketBuffer packet, out long number, out int owner)
    {
        long drawn;
        do
        {
            drawn = Volatile.Read(ref _drawn.Last);
            (packet, number, owner) = (default, long.MaxValue, -1);
            for (int i = 0; i < _rings.Length; i++)
            {
                if (_rings[i] is { } ring && ring.TryPeek(out PacketBuffer head, out long its) && its < number)
                {
                    (packet, number, owner) = (head, its, i);
                }
            }
        }
        while (owner >= 0 && number > drawn);
        return owner >= 0;
    }

    /// <summary>The last number that was drawn, on a line of its own: all owners write it.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct PaddedNumber
    {
        [FieldOffset(64)]
        public long Last;
    }
}
