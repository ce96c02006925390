using Saker.Stack.Core;
using Saker.Stack.Devices;
using Saker.Wire;

namespace Saker.Stack.Sockets.Packet;

/// <summary>
/// The packet sockets of a host, their fanout groups, and what they ask of devices. Control threads change it; CPUs see its sockets as taps, without a lock.
/// </summary>
public sealed class PacketSocketTable
{
    private readonly DeviceTable _devices;
    private readonly HookTable _hooks;
    private readonly Lock _change = new();
    private readonly List<PacketSocket> _sockets = [];
    private readonly List<(PacketSocket Socket, NetworkDevice Device, PacketMembership Kind)> _memberships = [];

    internal PacketSocketTable(DeviceTable devices, HookTable hooks)
    {
        _devices = devices;
        _hooks = hooks;
    }

    /// <summary>All sockets, in the order in which they were added.</summary>
    public IReadOnlyList<PacketSocket> All
    {
        get
        {
            lock (_change)
            {
                return [.. _sockets];
            }
        }
    }

    /// <summary>Lets a socket see packets from now on.</summary>
    public void Add(PacketSocket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        lock (_change)
        {
            _sockets.Add(socket);
            Hang(socket, socket);
        }
    }

    /// <summary>Ends that: the socket leaves its group, and its memberships end.</summary>
    /// <returns>False if it was not in the table.</returns>
    public bool Remove(PacketSocket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        lock (_change)
        {
            if (!_sockets.Remove(socket))
            {
                return false;
            }

            if (socket.Fanout is { } group)
            {
                Leave(socket, group);
            }
            else
            {
                _hooks.Remove(socket);
            }

            foreach ((_, NetworkDevice device, PacketMembership kind) in _memberships.Where(entry => ReferenceEquals(entry.Socket, socket)).Distinct())
            {
                Count(device, kind, -1);
            }

            _memberships.RemoveAll(entry => ReferenceEquals(entry.Socket, socket));
            return true;
        }
    }

    /// <summary>Lets a socket share what comes with the others of a group. It sees nothing by itself any more.</summary>
    /// <exception cref="ArgumentException">
    /// The socket is not in the table, has a group already, gets no packets, or is bound otherwise than the group's sockets; or the group is full.
    /// </exception>
    public void JoinFanout(PacketSocket socket, FanoutGroup group)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentNullException.ThrowIfNull(group);
        lock (_change)
        {
            string? problem = !_sockets.Contains(socket) ? "is not in this table: add it first"
                : socket.Fanout is not null ? "has a group already"
                : socket.Protocol == EtherType.None ? "is bound to no protocol, so that nothing comes"
                : group.Sockets is [PacketSocket first, ..] && (first.Device, first.Protocol) != (socket.Device, socket.Protocol) ? $"is bound otherwise than the group's {first}"
                : group.Sockets.Count == FanoutGroup.MostSockets ? $"is one too many: a group has {FanoutGroup.MostSockets} sockets at most"
                : null;
            if (problem is not null)
            {
                throw new ArgumentException($"{socket} {problem}.", nameof(socket));
            }

            _hooks.Remove(socket);
            socket.Fanout = group;
            group.Add(socket);
            if (group.Sockets.Count == 1)
            {
                Hang(group, socket);
            }
        }
    }

    /// <summary>Lets a socket ask something of a device, as long as it is in the table. What it asks for twice counts once, and must be ended twice.</summary>
    /// <exception cref="ArgumentException">The socket is not in the table.</exception>
    public void AddMembership(PacketSocket socket, NetworkDevice device, PacketMembership kind)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentNullException.ThrowIfNull(device);
        lock (_change)
        {
            if (!_sockets.Contains(socket))
            {
                throw new ArgumentException($"{socket} is not in this table: add it first.", nameof(socket));
            }

            Count(device, kind, _memberships.Contains((socket, device, kind)) ? 0 : 1);
            _memberships.Add((socket, device, kind));
        }
    }

    /// <summary>Ends what a socket asked of a device.</summary>
    /// <returns>False if it did not ask for that.</returns>
    public bool RemoveMembership(PacketSocket socket, NetworkDevice device, PacketMembership kind)
    {
        ArgumentNullException.ThrowIfNull(device);
        lock (_change)
        {
            if (!_memberships.Remove((socket, device, kind)))
            {
                return false;
            }

            Count(device, kind, _memberships.Contains((socket, device, kind)) ? 0 : -1);
            return true;
        }
    }

    private static void Count(NetworkDevice device, PacketMembership kind, int change)
    {
        device.Promiscuity += kind == PacketMembership.Promiscuous ? change : 0;
        device.AllMulticasting += kind == PacketMembership.AllMulticast ? change : 0;
    }

    private void Hang(IPacketTap tap, PacketSocket bound)
    {
        if (bound.Protocol != EtherType.None)
        {
            _hooks.Add(tap, bound.Device == 0 ? null : _devices[bound.Device], (ushort)bound.Protocol);
        }
    }

    private void Leave(PacketSocket socket, FanoutGroup group)
    {
        group.Remove(socket);
        socket.Fanout = null;
        if (group.Sockets.Count == 0)
        {
            _hooks.Remove(group);
        }
    }
}
