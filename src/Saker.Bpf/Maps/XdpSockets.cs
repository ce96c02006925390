namespace Saker.Bpf;

/// <summary>
/// The AF_XDP sockets of one world, by the numbers that maps know them by. Who has the sockets adds them, says which queue they are bound to, and when they are closed: maps
/// hold no socket that is not there any more, and programs read in them the queue that a socket is bound to. Any number of threads may use it.
/// </summary>
public sealed class XdpSockets
{
    private readonly Lock _lock = new();
    private readonly Dictionary<uint, uint> _queues = [];
    private readonly List<XskMap> _maps = [];
    private uint _last;

    /// <summary>Adds a socket, which is bound to nothing yet: its queue reads as 0.</summary>
    /// <returns>Its number, which no other socket gets again.</returns>
    public uint Add()
    {
        lock (_lock)
        {
            _queues.Add(++_last, 0);
            return _last;
        }
    }

    /// <summary>Says that a socket is bound to a queue of its device.</summary>
    /// <param name="socket">The socket's number.</param>
    /// <param name="queue">The queue.</param>
    /// <exception cref="ArgumentException">There is no such socket.</exception>
    public void Bind(uint socket, uint queue)
    {
        lock (_lock)
        {
            if (!_queues.ContainsKey(socket))
            {
                throw new ArgumentException($"There is no AF_XDP socket {socket}.", nameof(socket));
            }

            _queues[socket] = queue;
            _maps.ForEach(map => map.Bind(socket, queue));
        }
    }

    /// <summary>Forgets a socket and takes it out of all maps, as the kernel does when it is closed.</summary>
    /// <param name="socket">The socket's number; of one that is not there nothing is done.</param>
    public void Close(uint socket)
    {
        lock (_lock)
        {
            if (_queues.Remove(socket))
            {
                _maps.ForEach(map => map.RemoveSocket(socket));
            }
        }
    }

    /// <summary>Lets a map hear of sockets, until it is <see cref="Leave">disposed</see>.</summary>
    internal void Join(XskMap map)
    {
        lock (_lock)
        {
            _maps.Add(map);
        }
    }

    /// <summary>Forgets a map.</summary>
    internal void Leave(XskMap map)
    {
        lock (_lock)
        {
            _maps.Remove(map);
        }
    }

    /// <summary>Lets a map put a socket in, which cannot go away meanwhile.</summary>
    /// <param name="map">The map.</param>
    /// <param name="index">Where to.</param>
    /// <param name="socket">The socket's number.</param>
    /// <param name="flags">Flags of the update, which are known.</param>
    internal BpfError Put(XskMap map, uint index, uint socket, MapOperationFlags flags)
    {
        lock (_lock)
        {
            return _queues.TryGetValue(socket, out uint queue) ? map.Put(index, socket, queue, flags) : BpfError.BadDescriptor;
        }
    }
}
