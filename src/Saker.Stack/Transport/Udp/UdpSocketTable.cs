using System.Collections.Concurrent;
using Saker.Wire;

namespace Saker.Stack.Transport.Udp;

/// <summary>
/// The UDP sockets of a host: by local port, and those with both ends by both ends. The control thread adds and removes; CPUs look up without a lock.
/// </summary>
public sealed class UdpSocketTable
{
    private const int Buckets = 1024;

    private readonly Bucket?[] _buckets = new Bucket[Buckets];
    private readonly ConcurrentDictionary<UdpEnds, UdpSocket[]> _connected = new();
    private readonly Lock _writer = new();
    private volatile int _connectedCount;

    /// <summary>How many sockets.</summary>
    public int Count { get; private set; }

    /// <summary>All sockets, in no particular order.</summary>
    public IEnumerable<UdpSocket> All => _buckets.Where(bucket => bucket is not null).SelectMany(bucket => bucket!.All);

    /// <summary>Adds a socket. Among equals the last added is found first, as in the kernel.</summary>
    public void Add(UdpSocket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        lock (_writer)
        {
            ref Bucket? bucket = ref _buckets[socket.LocalPort & (Buckets - 1)];
            Volatile.Write(ref bucket, Bucket.Of([socket, .. bucket?.All ?? []]));
            Count++;
            if (HasBothEnds(socket))
            {
                _connected.AddOrUpdate(UdpEnds.Of(socket), [socket], (_, others) => [socket, .. others]);
                _connectedCount++;
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
            ref Bucket? bucket = ref _buckets[socket.LocalPort & (Buckets - 1)];
            if (bucket is null || !bucket.All.Contains(socket))
            {
                return false;
            }

            Volatile.Write(ref bucket, Bucket.Of(Without(bucket.All, socket)));
            Count--;
            if (HasBothEnds(socket))
            {
                UdpEnds ends = UdpEnds.Of(socket);
                _connected[ends] = Without(_connected[ends], socket);
                _connectedCount--;
                if (_connected[ends].Length == 0)
                {
                    _connected.TryRemove(ends, out _);
                }
            }

            return true;
        }
    }

    /// <summary>
    /// The socket that a unicast datagram goes to (<c>__udp4_lib_lookup</c>): among those that want it the most specific. One with both ends is more
    /// specific than any other, so those are asked first.
    /// </summary>
    internal UdpSocket? Find(in UdpFlow flow)
    {
        UdpSocket? connected = _connectedCount != 0 && _connected.TryGetValue(UdpEnds.Of(flow), out UdpSocket[]? sockets) ? Best(sockets, flow) : null;
        return connected ?? (Volatile.Read(ref _buckets[flow.LocalPort & (Buckets - 1)]) is { } bucket ? Best(bucket.WithoutBothEnds, flow) : null);
    }

    /// <summary>The sockets that could want a broadcast or multicast datagram to a port; ask <see cref="WantsGroup"/> of each.</summary>
    internal ReadOnlySpan<UdpSocket> Candidates(ushort localPort) => Volatile.Read(ref _buckets[localPort & (Buckets - 1)])?.All;

    /// <summary>Whether a socket wants a broadcast or multicast datagram (<c>__udp_is_mcast_sock</c>).</summary>
    internal static bool WantsGroup(UdpSocket socket, in UdpFlow flow) =>
        socket.LocalPort == flow.LocalPort
        && socket.IsLite == flow.IsLite
        && socket.TakesIPv4
        && socket.Takes(flow.LocalAddress)
        && (socket.RemoteAddress.IsAny || socket.RemoteAddress == flow.RemoteAddress)
        && (socket.RemotePort == 0 || socket.RemotePort == flow.RemotePort)
        && (socket.LocalAddress.IsAny || socket.LocalAddress == flow.LocalAddress)
        && (socket.Device == 0 || socket.Device == flow.Device);

    private static bool HasBothEnds(UdpSocket socket) => !socket.LocalAddress.IsAny && !socket.RemoteAddress.IsAny && socket.RemotePort != 0;

    private static UdpSocket[] Without(UdpSocket[] sockets, UdpSocket socket) => [.. sockets.Where(other => !ReferenceEquals(other, socket))];

    private static UdpSocket? Best(UdpSocket[] sockets, in UdpFlow flow)
    {
        UdpSocket? best = null;
        int bestScore = -1;
        foreach (UdpSocket socket in sockets)
        {
            int score = Score(socket, flow);
            if (score > bestScore)
            {
                best = socket;
                bestScore = score;
            }
        }

        return best;
    }

    /// <summary>How well a socket fits; negative: not at all (<c>compute_score</c> of <c>net/ipv4/udp.c</c>).</summary>
    private static int Score(UdpSocket socket, in UdpFlow flow)
    {
        const int BoundToAddress = 1 << 8;

        if (socket.LocalPort != flow.LocalPort || socket.IsLite != flow.IsLite || !socket.TakesIPv4)
        {
            return -1;
        }

        int score = socket.LocalIPv6 is null ? 2 : 1;
        if (!socket.LocalAddress.IsAny)
        {
            if (socket.LocalAddress != flow.LocalAddress)
            {
                return -1;
            }

            score += BoundToAddress;
        }

        if (!socket.RemoteAddress.IsAny)
        {
            if (socket.RemoteAddress != flow.RemoteAddress)
            {
                return -1;
            }

            score += 4;
        }

        if (socket.RemotePort != 0)
        {
            if (socket.RemotePort != flow.RemotePort)
            {
                return -1;
            }

            score += 4;
        }

        if (socket.Device != 0)
        {
            if (socket.Device != flow.Device)
            {
                return -1;
            }

            score += 4;
        }

        return score;
    }

    /// <summary>The sockets of some local ports. Immutable.</summary>
    private sealed record Bucket(UdpSocket[] All, UdpSocket[] WithoutBothEnds)
    {
        public static Bucket? Of(UdpSocket[] sockets) =>
            sockets.Length == 0 ? null : new Bucket(sockets, [.. sockets.Where(socket => !HasBothEnds(socket))]);
    }

    /// <summary>Both ends, as a key.</summary>
    private readonly record struct UdpEnds(IPv4Address LocalAddress, IPv4Address RemoteAddress, uint Ports)
    {
        public static UdpEnds Of(UdpSocket socket) => new(socket.LocalAddress, socket.RemoteAddress, Pack(socket.LocalPort, socket.RemotePort));

        public static UdpEnds Of(in UdpFlow flow) => new(flow.LocalAddress, flow.RemoteAddress, Pack(flow.LocalPort, flow.RemotePort));

        private static uint Pack(ushort localPort, ushort remotePort) => ((uint)localPort << 16) | remotePort;
    }
}

/// <summary>Both ends of a datagram as the receiver sees them, ports in host order.</summary>
internal readonly record struct UdpFlow(
    IPv4Address LocalAddress, ushort LocalPort, IPv4Address RemoteAddress, ushort RemotePort, int Device, bool IsLite);
