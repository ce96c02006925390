using Saker.Packets;
using Saker.Stack.Softirq;

namespace Saker.Stack.Ip.Reassembly;

/// <summary>How a fragment fits among those that came before.</summary>
internal enum FragmentFit
{
    /// <summary>It fills a gap.</summary>
    New,

    /// <summary>All of it has come before.</summary>
    Duplicate,

    /// <summary>A part of it has come before.</summary>
    Overlap,
}

/// <summary>
/// The fragments of one datagram that have come, by their place in it (<c>struct inet_frag_queue</c>). Reused from datagram to datagram.
/// </summary>
internal sealed class FragmentQueue : StackTimer
{
    // What the kernel's account has of a datagram beside its fragments (struct ipq; asked of /proc/net/sockstat).
    private const int CostOfQueue = 200;

    private readonly IFragmentExpiry _owner;
    private Piece[] _pieces = new Piece[4];

    public FragmentQueue(IFragmentExpiry owner, FragmentSource source) => (_owner, Source) = (owner, source);

    /// <summary>Whose fragments these are.</summary>
    public FragmentKey Key { get; private set; }

    /// <summary>Who sends them.</summary>
    public FragmentSource Source { get; private set; }

    /// <summary>Which of its source's fragments was the last that came for this datagram, whether it was kept or not.</summary>
    public uint LastNumber { get; set; }

    /// <summary>How many.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes that have come.</summary>
    public int Received { get; private set; }

    /// <summary>Where the datagram ends, as far as is known.</summary>
    public int End { get; set; }

    /// <summary>Whether the last fragment has come, so that <see cref="End"/> is final.</summary>
    public bool HasLast { get; set; }

    /// <summary>Whether the first fragment has come.</summary>
    public bool HasFirst => Count != 0 && _pieces[0].Start == 0;

    /// <summary>The ECN codepoints that were seen, a bit each.</summary>
    public int EcnSeen { get; set; }

    /// <summary>The largest fragment, header included.</summary>
    public int LargestFragment { get; set; }

    /// <summary>The largest fragment that must not be cut further, header included.</summary>
    public int LargestUncuttable { get; set; }

    /// <summary>Bytes of memory that the kernel would charge.</summary>
    public int Memory { get; private set; }

    /// <summary>Whether everything has come.</summary>
    public bool IsComplete => HasLast && HasFirst && Received == End;

    /// <summary>The first fragment.</summary>
    public PacketBuffer First => _pieces[0].Packet;

    /// <summary>Begins a datagram.</summary>
    public void Begin(in FragmentKey key, FragmentSource source)
    {
        Key = key;
        Source = source;
        LargestFragment = 0;
        LargestUncuttable = 0;
        Empty();
    }

    /// <summary>
    /// Begins the same datagram once more, without the fragments that have come (<c>ip_frag_reinit</c>). How large the largest of them was is not forgotten.
    /// </summary>
    public void Empty()
    {
        Count = 0;
        Received = 0;
        End = 0;
        HasLast = false;
        EcnSeen = 0;
        Memory = CostOfQueue;
    }

    /// <summary>How a part of the datagram fits among what has come (<c>inet_frag_queue_insert</c>).</summary>
    public FragmentFit Fit(int start, int end)
    {
        if (Count == 0)
        {
            return FragmentFit.New;
        }

        int last = _pieces[Count - 1].End;
        if (last < end)
        {
            return start < last ? FragmentFit.Overlap : FragmentFit.New;
        }

        int place = PlaceOf(start);
        bool touchesNext = place < Count && _pieces[place].Start < end;
        bool touchesPrevious = place > 0 && _pieces[place - 1].End > start;
        if (!touchesNext && !touchesPrevious)
        {
            return FragmentFit.New;
        }

        // A duplicate lies within one unbroken run of fragments.
        int first = touchesPrevious ? place - 1 : place;
        if (_pieces[first].Start > start && !(first > 0 && _pieces[first - 1].End == _pieces[first].Start && _pieces[first - 1].Start <= start))
        {
            return FragmentFit.Overlap;
        }

        int runEnd = _pieces[first].End;
        for (int i = first + 1; i < Count && _pieces[i].Start == runEnd && runEnd < end; i++)
        {
            runEnd = _pieces[i].End;
        }

        return end <= runEnd ? FragmentFit.Duplicate : FragmentFit.Overlap;
    }

    /// <summary>Keeps a fragment that fits. Its data is the part of the datagram.</summary>
    public void Insert(PacketBuffer packet, int start, int end)
    {
        if (Count == _pieces.Length)
        {
            Array.Resize(ref _pieces, _pieces.Length * 2);
        }

        int place = PlaceOf(start);
        Array.Copy(_pieces, place, _pieces, place + 1, Count - place);
        _pieces[place] = new Piece(packet, start, end);
        Count++;
        Received += end - start;
        Memory += packet.TrueSize;
    }

    /// <summary>A fragment, by place.</summary>
    public PacketBuffer this[int index] => _pieces[index].Packet;

    /// <inheritdoc/>
    protected internal override void Expire() => _owner.Expire(this);

    /// <summary>The place of the first piece that begins at or behind an offset.</summary>
    private int PlaceOf(int start)
    {
        int low = 0;
        int high = Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_pieces[middle].Start < start)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private readonly record struct Piece(PacketBuffer Packet, int Start, int End);
}

/// <summary>Gets the datagrams whose time has run out.</summary>
internal interface IFragmentExpiry
{
    void Expire(FragmentQueue queue);
}
