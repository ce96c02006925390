namespace Saker.Stack.Transport.Tcp;

/// <summary>
/// The TCP sockets of a host: connections by both ends, listeners by local port. The control thread adds and removes; CPUs look up without a lock.
/// </summary>
public sealed class TcpSocketTable
{
    private const int ConnectionBuckets = 1 << 14;
    private const int ListenerBuckets = 1 << 10;

    private readonly TcpSocket[]?[] _connections = new TcpSocket[ConnectionBuckets][];
    private readonly TcpSocket[]?[] _listeners = new TcpSocket[ListenerBuckets][];
    private readonly Lock _writer = new();

    /// <summary>How many sockets.</summary>
    public int Count { get; private set; }

    /// <summary>All sockets, in no particular order.</summary>
    public IEnumerable<TcpSocket> All => _connections.Concat(_listeners).Where(bucket => bucket is not null).SelectMany(bucket => bucket!);

    /// <summary>Adds a socket. Among equal listeners the last added is found first, as in the kernel.</summary>
    public void Add(TcpSocket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        lock (_writer)
        {
            ref TcpSocket[]? bucket = ref BucketOf(socket);
            Volatile.Write(ref bucket, [socket, .. bucket ?? []]);
            Count++;
        }
    }

    /// <summary>Removes a socket.</summary>
    /// <returns>False if it was not in the table.</returns>
    public bool Remove(TcpSocket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        lock (_writer)
        {
            ref TcpSocket[]? bucket = ref BucketOf(socket);
            if (bucket is null || !bucket.Contains(socket))
            {
                return false;
            }

            TcpSocket[] rest = [.. bucket.Where(other => !ReferenceEquals(other, socket))];
            Volatile.Write(ref bucket, rest.Length == 0 ? null : rest);
            Count--;
            return true;
        }
    }

    /// <summary>The socket that a segment goes to (<c>__inet_lookup</c>): its connection, or else a listener for its very address, or else one for any.</summary>
    internal TcpSocket? Find(in TcpFlow flow) => FindConnection(flow) ?? FindListener(flow);

    /// <summary><c>__inet_lookup_established</c>.</summary>
    internal TcpSocket? FindConnection(in TcpFlow flow)
    {
        ReadOnlySpan<TcpSocket> bucket = Volatile.Read(ref _connections[flow.Hash & (ConnectionBuckets - 1)]);
        foreach (TcpSocket socket in bucket)
        {
            if (socket.RemotePort == flow.RemotePort
                && socket.LocalPort == flow.LocalPort
                && socket.RemoteAddress == flow.RemoteAddress
                && socket.LocalAddress == flow.LocalAddress
                && (socket.Device == 0 || socket.Device == flow.Device))
            {
                return socket;
            }
        }

        return null;
    }

    /// <summary><c>__inet_lookup_listener</c>.</summary>
    private TcpSocket? FindListener(in TcpFlow flow)
    {
        TcpSocket? best = null;
        int bestScore = 0;
        ReadOnlySpan<TcpSocket> bucket = Volatile.Read(ref _listeners[flow.LocalPort & (ListenerBuckets - 1)]);
        foreach (TcpSocket socket in bucket)
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

    /// <summary>How well a listener fits; zero: not at all (<c>compute_score</c> of <c>net/ipv4/inet_hashtables.c</c>, and that addresses go before any).</summary>
    private static int Score(TcpSocket socket, in TcpFlow flow)
    {
        const int BoundToAddress = 8;
        const int BoundToDevice = 2;

        if (socket.LocalPort != flow.LocalPort
            || !socket.TakesIPv4
            || (!socket.LocalAddress.IsAny && socket.LocalAddress != flow.LocalAddress)
            || (socket.Device != 0 && socket.Device != flow.Device))
        {
            return 0;
        }

        return (socket.LocalAddress.IsAny ? 0 : BoundToAddress)
            + (socket.Device != 0 ? BoundToDevice : 1)
            + (socket.LocalIPv6 is null ? 1 : 0);
    }

    private ref TcpSocket[]? BucketOf(TcpSocket socket)
    {
        if (socket.IsListening)
        {
            return ref _listeners[socket.LocalPort & (ListenerBuckets - 1)];
        }

        uint hash = TcpFlow.HashOf(socket.LocalAddress, socket.LocalPort, socket.RemoteAddress, socket.RemotePort);
        return ref _connections[hash & (ConnectionBuckets - 1)];
    }
}
