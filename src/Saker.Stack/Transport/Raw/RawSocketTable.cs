using Saker.Wire;

namespace Saker.Stack.Transport.Raw;

/// <summary>The raw sockets of a host, by protocol. The control thread adds and removes; CPUs look up without a lock.</summary>
public sealed class RawSocketTable
{
    private readonly RawSocket[]?[] _byProtocol = new RawSocket[byte.MaxValue + 1][];
    private readonly Lock _writer = new();

    /// <summary>How many sockets.</summary>
    public int Count { get; private set; }

    /// <summary>All sockets, in no particular order.</summary>
    public IEnumerable<RawSocket> All => _byProtocol.Where(sockets => sockets is not null).SelectMany(sockets => sockets!);

    /// <summary>Adds a socket. The last added gets packets first, as in the kernel.</summary>
    public void Add(RawSocket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        lock (_writer)
        {
            ref RawSocket[]? sockets = ref _byProtocol[(byte)socket.Protocol];
            Volatile.Write(ref sockets, [socket, .. sockets ?? []]);
            Count++;
        }
    }

    /// <summary>Removes a socket.</summary>
    /// <returns>False if it was not in the table.</returns>
    public bool Remove(RawSocket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        lock (_writer)
        {
            ref RawSocket[]? sockets = ref _byProtocol[(byte)socket.Protocol];
            if (sockets is null || !sockets.Contains(socket))
            {
                return false;
            }

            RawSocket[] rest = [.. sockets.Where(other => !ReferenceEquals(other, socket))];
            Volatile.Write(ref sockets, rest.Length == 0 ? null : rest);
            Count--;
            return true;
        }
    }

    /// <summary>The sockets of a protocol.</summary>
    internal ReadOnlySpan<RawSocket> Of(IPProtocol protocol) => Volatile.Read(ref _byProtocol[(byte)protocol]);
}
