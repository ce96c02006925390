namespace Saker.Bpf;

/// <summary>
/// AF_XDP sockets that packets are redirected to, by index (<c>BPF_MAP_TYPE_XSKMAP</c>). User space puts in the number that <see cref="XdpSockets"/> gave a socket, and cannot
/// read it; programs that look an index up see the queue that the socket is bound to (<c>struct bpf_xdp_sock</c>). Without <see cref="MapEnvironment.Sockets"/> any number is a
/// socket, of queue 0; with it, what is none is no descriptor (EBADF), since there are no descriptors of other things here.
/// </summary>
public sealed unsafe class XskMap : RedirectMap
{
    private const int SocketShift = 32;

    private readonly XdpSockets? _sockets;

    internal XskMap(MapSpec spec, MapEnvironment environment)
        : base(spec, environment)
    {
        _sockets = environment.Sockets;
        _sockets?.Join(this);
    }

    /// <summary>Puts a socket in, unless the flags are against it; that it is there already is no reason (<c>xsk_map_update_elem</c>).</summary>
    internal BpfError Put(uint index, uint socket, uint queue, MapOperationFlags flags)
    {
        bool isPresent = TryGetTarget(index, out uint held);
        if ((!isPresent || held != socket) && flags == (isPresent ? MapOperationFlags.NoExist : MapOperationFlags.Exist))
        {
            return isPresent ? BpfError.AlreadyExists : BpfError.NotFound;
        }

        Put(index, ((ulong)socket << SocketShift) | queue);
        return BpfError.None;
    }

    /// <summary>Shows programs the queue of a socket, wherever it is.</summary>
    internal void Bind(uint socket, uint queue)
    {
        for (uint index = 0; index < MaximumEntries; index++)
        {
            if (TryGetTarget(index, out uint held) && held == socket)
            {
                Put(index, ((ulong)socket << SocketShift) | queue);
            }
        }
    }

    /// <summary>Takes a socket out, wherever it is.</summary>
    internal void RemoveSocket(uint socket)
    {
        for (uint index = 0; index < MaximumEntries; index++)
        {
            if (TryGetTarget(index, out uint held) && held == socket)
            {
                Remove(index);
            }
        }
    }

    /// <inheritdoc/>
    internal override uint TargetOf(byte* value) => *(uint*)(value + sizeof(uint));

    /// <inheritdoc/>
    private protected override void Free()
    {
        _sockets?.Leave(this);
        base.Free();
    }

    /// <inheritdoc/>
    private protected override BpfError ReadEntry(byte* key, byte* value, MapOperationFlags flags) => BpfError.OperationNotSupported;

    /// <inheritdoc/>
    private protected override BpfError WriteEntry(byte* key, byte* value, MapOperationFlags flags)
    {
        uint index = *(uint*)key;
        uint socket = *(uint*)value;
        return flags > MapOperationFlags.Exist ? BpfError.InvalidArgument
            : index >= MaximumEntries ? BpfError.TooBig
            : _sockets is null ? Put(index, socket, queue: 0, flags)
            : _sockets.Put(this, index, socket, flags);
    }
}
