namespace Saker.Stack.Ip.Icmp;

/// <summary>What is remembered of a host that is answered, so that it is not answered too often (<c>struct inet_peer</c>).</summary>
internal struct Peer<TAddress>
{
    /// <summary>Its address.</summary>
    public TAddress Address;

    /// <summary>How many messages it was told of a better gateway without heeding.</summary>
    public int Redirects;

    /// <summary>What it may be sent: time saved up, in nanoseconds.</summary>
    public long Tokens;

    /// <summary>When <see cref="Tokens"/> was brought up to date, in nanoseconds.</summary>
    public long Last;
}

/// <summary>The peers of all CPUs. The one longest unheard of makes room for a new one.</summary>
/// <remarks>Behind a short lock: only the makers of ICMP errors and redirects ask it.</remarks>
internal sealed class PeerTable<TAddress>
    where TAddress : struct, IEquatable<TAddress>
{
    private const int Ways = 4;
    private const int Sets = 512;
    private const long Second = 1_000_000_000;

    private readonly Peer<TAddress>[] _peers = new Peer<TAddress>[Sets * Ways];

    /// <summary>Held by whoever looks at a peer.</summary>
    public Lock Lock { get; } = new();

    /// <summary>Finds a peer; one that is not known has a minute's tokens to come, as the kernel's has (<c>inet_getpeer</c>). The caller holds <see cref="Lock"/>.</summary>
    public ref Peer<TAddress> Find(TAddress address, long now)
    {
        int set = (int)(((uint)address.GetHashCode() * 0x9e37_79b1) >> 23) * Ways;
        int oldest = set;
        for (int i = set; i < set + Ways; i++)
        {
            if (_peers[i].Address.Equals(address))
            {
                return ref _peers[i];
            }

            if (_peers[i].Address.Equals(default) || (!_peers[oldest].Address.Equals(default) && _peers[i].Last < _peers[oldest].Last))
            {
                oldest = i;
            }
        }

        _peers[oldest] = new Peer<TAddress> { Address = address, Last = now - (60 * Second) };
        return ref _peers[oldest];
    }

    /// <summary>Takes tokens for a message, if there are enough (<c>inet_peer_xrlim_allow</c>).</summary>
    /// <param name="address">The peer.</param>
    /// <param name="cost">What a message costs, in nanoseconds.</param>
    /// <param name="burst">How many messages can be saved up for.</param>
    /// <param name="now">The time in nanoseconds.</param>
    public bool TryTake(TAddress address, long cost, int burst, long now)
    {
        lock (Lock)
        {
            return TryTake(ref Find(address, now), cost, burst, now);
        }
    }

    private static bool TryTake(ref Peer<TAddress> peer, long cost, int burst, long now)
    {
        // Only time that has passed is added and makes what is too much expire: who allows more at once leaves the others theirs.
        if (now != peer.Last)
        {
            peer.Tokens = Math.Min(peer.Tokens + now - peer.Last, burst * cost);
            peer.Last = now;
        }

        if (peer.Tokens < cost)
        {
            return false;
        }

        peer.Tokens -= cost;
        return true;
    }
}
