using Saker.Kernel.Namespaces;
using Saker.Kernel.Packets;
using Saker.Kernel.Scheduling;

namespace Saker.KernelTests.Packets;

/// <summary>Packet sockets of the running kernel, on a host with <c>eth0</c> (02:00:00:00:00:01) and 10.0.0.1.</summary>
internal sealed class KernelPacketSockets : IDisposable
{
    private const int LargeBuffer = 32 << 20;

    private readonly NetworkNamespace _target = NetworkNamespace.Create(Leftovers.NewName("packet-target"));
    private readonly NetworkNamespace _sender = NetworkNamespace.Create(Leftovers.NewName("packet-sender"));
    private readonly List<PacketSocket> _sockets = [];
    private readonly byte[] _buffer = new byte[70_000];
    private readonly SocketSpec[] _specs;
    private PacketSocket? _wire;

    /// <param name="specs">The sockets.</param>
    /// <param name="hasBridge">Whether eth0 is a port of a bridge, <c>br0</c>, which has the address.</param>
    public KernelPacketSockets(SocketSpec[] specs, bool hasBridge = false)
    {
        _specs = specs;
        var addressed = hasBridge ? "br0" : "eth0";
        string[] bridge = hasBridge
            ?
            [
                "ip link add br0 address 02:00:00:00:00:01 type bridge mcast_snooping 0", "sysctl -w net.bridge.bridge-nf-call-iptables=0",
                "sysctl -w net.bridge.bridge-nf-call-ip6tables=0", "sysctl -w net.bridge.bridge-nf-call-arptables=0", "ip link set eth0 master br0", "ip link set br0 up",
            ]
            : [];
        try
        {
            _target.Enter(() =>
            {
                NamespaceCommands.Run(
                    _target.Name,
                    [
                        "sysctl -w net.ipv6.conf.all.disable_ipv6=1", "sysctl -w net.ipv6.conf.default.disable_ipv6=1",
                        $"ip link add eth0 address 02:00:00:00:00:01 type veth peer name eth0 netns {_sender.Name}", "ip link set lo up", "ip link set eth0 up", .. bridge,
                        $"ip addr add 10.0.0.1/24 broadcast 10.0.0.255 dev {addressed}", $"ip neigh add 10.0.0.2 lladdr 02:00:00:00:00:02 dev {addressed} nud permanent",
                    ]);
                foreach (var spec in specs)
                {
                    _sockets.Add(Open(spec));
                }
            });
            _sender.Enter(() =>
            {
                NamespaceCommands.Run(
                    _sender.Name, ["sysctl -w net.ipv6.conf.all.disable_ipv6=1", "ip link set eth0 address 02:00:00:00:00:02 arp off up", "ethtool -K eth0 tx off"]);
                _wire = PacketSocket.OpenForSending("eth0");
            });

            // What the links say of themselves when they come up is over.
            Thread.Sleep(100);
            for (var i = 0; i < _sockets.Count; i++)
            {
                Read(i, []);
                _sockets[i].TakeStatistics();
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Sends frames, and tells what each socket got.</summary>
    /// <param name="frames">The frames.</param>
    /// <param name="processorOf">On which processor the frame of a number is received; null: on any. A frame of a veth device is received where it was sent.</param>
    public SocketYield[] Receive(IEnumerable<byte[]> frames, Func<int, int>? processorOf = null)
    {
        List<string>[] packets = [.. _specs.Select(_ => new List<string>())];
        foreach (var (number, frame) in frames.Index())
        {
            if (processorOf is null)
            {
                _wire!.Send(frame);
            }
            else
            {
                SendFrom(processorOf(number), frame);
            }

            Thread.Sleep(1);
            for (var i = 0; i < _specs.Length; i++)
            {
                if (!_specs[i].IsReadLate)
                {
                    Read(i, packets[i]);
                }
            }
        }

        Thread.Sleep(20);
        return [.. _specs.Select((_, i) =>
        {
            var (counted, dropped) = _sockets[i].TakeStatistics();
            Read(i, packets[i]);
            return new SocketYield(packets[i], counted, dropped, _specs[i].Group?.RollsOver == true ? _sockets[i].RolloverStatistics() : default);
        })];
    }

    public void Dispose()
    {
        _sockets.ForEach(socket => socket.Dispose());
        _wire?.Dispose();
        _target.Dispose();
        _sender.Dispose();
    }

    private void SendFrom(int processor, byte[] frame)
    {
        Thread sender = new(() =>
        {
            ThreadAffinity.Bind(processor);
            _wire!.Send(frame);
        });
        sender.Start();
        sender.Join();
    }

    private static PacketSocket Open(SocketSpec spec)
    {
        var socket = PacketSocket.Open(new PacketSocketOptions
        {
            Device = spec.Device,
            Protocol = spec.Protocol,
            IsDatagram = spec.IsDatagram,
            Filter = spec.Program,
            ReceiveBuffer = spec.ReceiveBuffer == 0 ? LargeBuffer : spec.ReceiveBuffer,
        });
        socket.ShowArrivals();
        if (spec.TellsOriginalDevice)
        {
            socket.ShowOriginalDevice();
        }

        if (spec.IgnoresOutgoing)
        {
            socket.IgnoreOutgoing();
        }

        if (spec.Group is { } group)
        {
            socket.JoinFanout(group.Number, (ushort)(group.Mode | group.Flags));
            if (SocketSpec.ProgramOf(group.Program) is { } program)
            {
                socket.SetFanoutProgram(program);
            }
        }

        return socket;
    }

    private void Read(int socket, List<string> packets)
    {
        while (_sockets[socket].TryReceive(_buffer, out PacketArrival arrival))
        {
            packets.Add(
                $"{arrival.Length}/{arrival.OriginalLength} net {arrival.NetworkOffset} protocol {arrival.Protocol:x4} device {arrival.Device} hardware {arrival.HardwareType} "
                + $"type {(int)arrival.Direction} from {arrival.AddressSize}:{arrival.Address >> 16:x12} status {arrival.Status:x} vlan {arrival.VlanTag:x4}/{arrival.VlanProtocol:x4} "
                + Convert.ToHexStringLower(_buffer.AsSpan(0, arrival.Length)));
        }
    }
}
