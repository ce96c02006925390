using System.Runtime.CompilerServices;
using Saker.Wire;

namespace Saker.Stack.Transport.Udp;

/// <summary>
/// The UDP sockets of a host: by local port, and those with both ends by both ends. The control thread adds and removes; CPUs look up without a lock.
/// </summary>
/// <remarks>How specific a socket is does not depend on the datagram: buckets are sorted by it, and the first socket that wants a datagram gets it.</remarks>
public sealed class UdpSocketTable
{
    private const int Buckets = 1024;

    private readonly Bucket?[] _byPort = new Bucket?[Buckets];
    private readonly UdpSocket[]?[] _byBothEnds = new UdpSocket[]?[Buckets];
    private readonly Lock _writer = new();
    private volatile int _bothEndsCount;
    private volatile int _mergeReceiverCount;
    private volatile int _mergeReceiverCountIPv6;

    /// <summary>How many sockets.</summary>
    public int Count { get; private set; }

    /// <summary>Whether a socket wants merged datagrams (<c>udp_encap_needed_key</c>).</summary>
    internal bool HasMergeReceivers => _mergeReceiverCount != 0;

    /// <summary>Whether a socket of IPv6 does (<c>udpv6_encap_needed_key</c>).</summary>
    internal bool HasMergeReceiversIPv6 => _mergeReceiverCountIPv6 != 0;

    /// <summary>All sockets, in no particular order.</summary>
    public IEnumerable<UdpSocket> All => _byPort.Where(bucket => bucket is not null).SelectMany(bucket => bucket!.All);

    /// <summary>Adds a socket. Among equals the last added is found first, as in the kernel.</summary>
    public void Add(UdpSocket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        lock (_writer)
        {
            ref Bucket? bucket = ref _byPort[socket.LocalPort & (Buckets - 1)];
            Volatile.Write(ref bucket, Bucket.Of([socket, .. bucket?.All ?? []]));
            Count++;
            CountMergeReceiver(socket, 1);
            if (HasBothEnds(socket))
            {
                ref UdpSocket[]? connected = ref _byBothEnds[BucketOf(socket)];
                Volatile.Write(ref connected, BySpecificity([socket, .. connected ?? []]));
                _bothEndsCount++;
            }
        }
    }

    /// <summary>Removes a socket.</summary>
    /// <returns>False if it was not in the table.</returns>
    public bool Remove(UdpSocket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        lock (_writer)
        {
            ref Bucket? bucket = ref _byPort[socket.LocalPort & (Buckets - 1)];
            if (bucket is null || !bucket.All.Contains(socket))
            {
                return false;
            }

            Volatile.Write(ref bucket, Bucket.Of(Without(bucket.All, socket)));
            Count--;
            CountMergeReceiver(socket, -1);
            if (HasBothEnds(socket))
            {
                ref UdpSocket[]? connected = ref _byBothEnds[BucketOf(socket)];
                Volatile.Write(ref connected, Without(connected!, socket));
                _bothEndsCount--;
            }

            return true;
        }
    }

    /// <summary>
    /// The socket that a unicast datagram goes to (<c>__udp4_lib_lookup</c>): among those that want it the most specific. One with both ends is more
    /// specific than any other, so those are asked first.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal UdpSocket? Find(in UdpFlow flow)
    {
        UdpSocket? connected = _bothEndsCount != 0 ? First(Volatile.Read(ref _byBothEnds[BucketOf(flow)]), flow) : null;
        return connected ?? First(Volatile.Read(ref _byPort[flow.LocalPort & (Buckets - 1)])?.WithoutBothEnds, flow);
    }

    /// <summary>The socket that a unicast datagram of IPv6 goes to (<c>__udp6_lib_lookup</c>): among those that want it the most specific.</summary>
    internal UdpSocket? Find(in UdpIPv6Flow flow)
    {
        UdpSocket? found = null;
        int most = 0;
        foreach (UdpSocket socket in Candidates(flow.LocalPort))
        {
            int specificity = Wants(socket, flow) ? SpecificityIPv6(socket) : 0;
            if (specificity > most)
            {
                (found, most) = (socket, specificity);
            }
        }

        return found;
    }

    /// <summary>The sockets that could want a broadcast or multicast datagram to a port; ask <c>WantsGroup</c> of each.</summary>
    internal ReadOnlySpan<UdpSocket> Candidates(ushort localPort) => Volatile.Read(ref _byPort[localPort & (Buckets - 1)])?.All;

    /// <summary>Whether a socket wants a broadcast or multicast datagram (<c>__udp_is_mcast_sock</c>).</summary>
    internal static bool WantsGroup(UdpSocket socket, in UdpFlow flow) =>
        Wants(socket, flow)
        && socket.TakesIPv4
        && socket.Takes(flow.LocalAddress);

    /// <summary>Whether a socket wants a datagram to a group of IPv6 (<c>__udp_v6_is_mcast_sock</c>).</summary>
    internal static bool WantsGroup(UdpSocket socket, in UdpIPv6Flow flow) => Wants(socket, flow);

    /// <summary>The first of some sockets that wants a datagram.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static UdpSocket? First(UdpSocket[]? sockets, in UdpFlow flow)
    {
        foreach (UdpSocket socket in new ReadOnlySpan<UdpSocket>(sockets))
        {
            if (Wants(socket, flow))
            {
                return socket;
            }
        }

        return null;
    }

    /// <summary>Whether a datagram is for what a socket is bound and connected to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Wants(UdpSocket socket, in UdpFlow flow) =>
        socket.LocalPort == flow.LocalPort
        && socket.IsLite == flow.IsLite
        && (socket.LocalAddress.IsAny || socket.LocalAddress == flow.LocalAddress)
        && (socket.RemoteAddress.IsAny || socket.RemoteAddress == flow.RemoteAddress)
        && (socket.RemotePort == 0 || socket.RemotePort == flow.RemotePort)
        && (socket.Device == 0 || socket.Device == flow.Device);

    /// <summary>Whether a datagram of IPv6 is for what a socket is bound and connected to.</summary>
    private static bool Wants(UdpSocket socket, in UdpIPv6Flow flow) =>
        socket.LocalIPv6 is { } local
        && socket.LocalPort == flow.LocalPort
        && socket.IsLite == flow.IsLite
        && (local == IPv6Address.Unspecified || local == flow.LocalAddress)
        && (socket.RemoteIPv6 is { } remote ? remote == flow.RemoteAddress : socket.RemoteAddress.IsAny)
        && (socket.RemotePort == 0 || socket.RemotePort == flow.RemotePort)
        && (socket.Device == 0 || socket.Device == flow.Device);

    /// <summary>How specific a socket is for IPv6 (<c>compute_score</c> of <c>net/ipv6/udp.c</c>, which is not asked for sockets of any address if one of the address wants it).</summary>
    private static int SpecificityIPv6(UdpSocket socket)
    {
        const int BoundToAddress = 1 << 8;

        return 1
            + (socket.LocalIPv6 == IPv6Address.Unspecified ? 0 : BoundToAddress)
            + (socket.RemoteIPv6 is null ? 0 : 1)
            + (socket.RemotePort == 0 ? 0 : 1)
            + (socket.Device == 0 ? 0 : 1);
    }

    /// <summary>How specific a socket is (<c>compute_score</c> of <c>net/ipv4/udp.c</c>).</summary>
    private static int Specificity(UdpSocket socket)
    {
        const int BoundToAddress = 1 << 8;

        return (socket.LocalIPv6 is null ? 2 : 1)
            + (socket.LocalAddress.IsAny ? 0 : BoundToAddress)
            + (socket.RemoteAddress.IsAny ? 0 : 4)
            + (socket.RemotePort == 0 ? 0 : 4)
            + (socket.Device == 0 ? 0 : 4);
    }

    /// <summary>The sockets that take IPv4, the most specific first, equals in the order given.</summary>
    private static UdpSocket[] BySpecificity(IEnumerable<UdpSocket> sockets) =>
        [.. sockets.Where(socket => socket.TakesIPv4).OrderByDescending(Specificity)];

    private void CountMergeReceiver(UdpSocket socket, int change)
    {
        if (socket.TakesMerged)
        {
            _mergeReceiverCount += change;
            _mergeReceiverCountIPv6 += socket.LocalIPv6 is null ? 0 : change;
        }
    }

    private static bool HasBothEnds(UdpSocket socket) => !socket.LocalAddress.IsAny && !socket.RemoteAddress.IsAny && socket.RemotePort != 0;

    private static UdpSocket[] Without(UdpSocket[] sockets, UdpSocket socket) => [.. sockets.Where(other => !ReferenceEquals(other, socket))];

    private static int BucketOf(UdpSocket socket) =>
        BucketOf(new UdpFlow(socket.LocalAddress, socket.LocalPort, socket.RemoteAddress, socket.RemotePort, 0, socket.IsLite));

    /// <summary>Where sockets with these ends are: the upper bits of a product, in which every bit of the ends has a part.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int BucketOf(in UdpFlow flow)
    {
        ulong ends = ((ulong)flow.RemoteAddress.Value << 32) | ((uint)flow.RemotePort << 16) | flow.LocalPort;
        return (int)(((ends ^ flow.LocalAddress.Value) * 0x9e37_79b9_7f4a_7c15) >> 54);
    }

    /// <summary>The sockets of some local ports. Immutable.</summary>
    private sealed record Bucket(UdpSocket[] All, UdpSocket[] WithoutBothEnds)
    {
        public static Bucket? Of(UdpSocket[] sockets) =>
            sockets.Length == 0 ? null : new Bucket(sockets, BySpecificity(sockets.Where(socket => !HasBothEnds(socket))));
    }
}
