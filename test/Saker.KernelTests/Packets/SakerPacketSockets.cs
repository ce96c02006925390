using Saker.Bpf.Classic;
using Saker.Stack;
using Saker.Stack.Devices;
using Saker.Stack.Devices.Bridge;
using Saker.Stack.Ip.V4;
using Saker.Stack.Nic;
using Saker.Stack.Routing;
using Saker.Stack.Sockets;
using Saker.Stack.Sockets.Packet;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.KernelTests.Packets;

/// <summary>The same packet sockets in Saker.</summary>
internal sealed class SakerPacketSockets : IDisposable
{
    private const int LargeBuffer = 32 << 20;
    private const int MostPackets = 16_384;

    private readonly NetworkStack _stack;
    private readonly NetworkDevice _ethernet;
    private readonly List<PacketSocket> _sockets = [];
    private readonly Dictionary<ushort, FanoutGroup> _groups = [];
    private readonly byte[] _buffer = new byte[70_000];
    private readonly SocketSpec[] _specs;

    /// <param name="specs">The sockets.</param>
    /// <param name="hasBridge">Whether eth0 is a port of a bridge, <c>br0</c>, which has the address.</param>
    /// <param name="cpuCount">How many CPUs the host has.</param>
    public SakerPacketSockets(SocketSpec[] specs, bool hasBridge = false, int cpuCount = 1)
    {
        _specs = specs;
        NetworkDevice loopback = new(1, "lo", default) { Flags = DeviceFlags.Up | DeviceFlags.Loopback };

        // A veth computes no hash.
        _ethernet = new NetworkDevice(2, "eth0", MacAddress.Parse("02:00:00:00:00:01"));
        _ethernet.Card = _ethernet.Card with { Features = _ethernet.Card.Features & ~CardFeatures.ReceiveHashing };
        NetworkDevice bridgeDevice = new(3, "br0", _ethernet.Address);
        NetworkDevice addressed = hasBridge ? bridgeDevice : _ethernet;
        addressed.IPv4 = new IPv4Interface(
            [new IPv4InterfaceAddress(new IPv4Address(10, 0, 0, 1), 24) { Broadcast = new IPv4Address(10, 0, 0, 255) }], [], new IPv4InterfaceSettings());
        EthernetBridge bridge = new(bridgeDevice);
        bridge.Add(_ethernet);
        _stack = new NetworkStack(new NetworkOptions
        {
            Devices = hasBridge ? [loopback, _ethernet, bridgeDevice] : [loopback, _ethernet],
            Bridges = hasBridge ? [bridge] : [],
            Routes = [.. AddressRoutes.Of(addressed)],
            Neighbors = [new Neighbor<IPv4Address>(addressed, new IPv4Address(10, 0, 0, 2), MacAddress.Parse("02:00:00:00:00:02"), NeighborState.Permanent)],
            Clock = new VirtualClock(),
            CpuCount = cpuCount,
        });
        foreach (var spec in specs)
        {
            _sockets.Add(Open(spec));
        }
    }

    /// <summary>Receives frames, and tells what each socket got.</summary>
    /// <param name="frames">The frames.</param>
    /// <param name="processorOf">On which CPU the frame of a number is received; null: on the first.</param>
    public SocketYield[] Receive(IEnumerable<byte[]> frames, Func<int, int>? processorOf = null)
    {
        List<string>[] packets = [.. _specs.Select(_ => new List<string>())];
        foreach (var (number, frame) in frames.Index())
        {
            if (processorOf is not null)
            {
                _stack.Rps.Set(_ethernet, 0, 1UL << processorOf(number));
            }

            Receive(frame);
            for (var i = 0; i < _specs.Length; i++)
            {
                if (!_specs[i].IsReadLate)
                {
                    Read(i, packets[i]);
                }
            }
        }

        return [.. _specs.Select((_, i) =>
        {
            var (counted, dropped) = _sockets[i].TakeStatistics();
            Read(i, packets[i]);
            var rollover = _sockets[i].RolloverStatistics;
            return new SocketYield(packets[i], counted, dropped, (rollover.All, rollover.Huge, rollover.Failed));
        })];
    }

    public void Dispose()
    {
        foreach (var socket in _sockets)
        {
            _stack.PacketSockets.Remove(socket);
            socket.Dispose();
        }

        _stack.Dispose();
    }

    private void Receive(byte[] frame)
    {
        Assert.True(_stack.ReceiverOf(_ethernet).TryArrive(frame, 0, origin: 1));
        _stack.ReceiverOf(_ethernet).Interrupt();
        foreach (Cpu cpu in _stack.Cpus)
        {
            cpu.Softirq.RunUntilIdle();
        }
    }

    private PacketSocket Open(SocketSpec spec)
    {
        var device = spec.Device is null ? null : _stack.Devices.Find(spec.Device);
        PacketSocket socket = new(_stack.Cpus, new ReceiveQueue(_stack.Cpus, spec.ReceiveBuffer == 0 ? LargeBuffer : spec.ReceiveBuffer, MostPackets))
        {
            Kind = spec.IsDatagram ? PacketSocketKind.Datagram : PacketSocketKind.Raw,
            Protocol = (EtherType)spec.Protocol,
            Device = device?.Index ?? 0,
            DeviceName = spec.Device,
            Filter = spec.Program is { } program ? new ClassicFilter(program) : null,
            IgnoresOutgoing = spec.IgnoresOutgoing,
            TellsOriginalDevice = spec.TellsOriginalDevice,
        };
        _stack.PacketSockets.Add(socket);
        if (spec.Group is { } wanted)
        {
            if (!_groups.TryGetValue(wanted.Number, out var group))
            {
                group = new FanoutGroup((FanoutMode)wanted.Mode, (FanoutFlags)wanted.Flags);
                group.Program = SocketSpec.ProgramOf(wanted.Program) is { } chooser ? new ClassicFilter(chooser) : null;
                _groups.Add(wanted.Number, group);
            }

            _stack.PacketSockets.JoinFanout(socket, group);
        }

        return socket;
    }

    private void Read(int socket, List<string> packets)
    {
        while (_sockets[socket].TryReceive(_buffer, out ReceivedPacket packet))
        {
            packets.Add(
                $"{packet.QueuedLength}/{packet.OriginalLength} net {packet.NetworkOffset} protocol {packet.Protocol:x4} device {packet.Device} hardware {packet.HardwareType} "
                + $"type {(int)packet.PacketType} from 6:{packet.Source.Value:x12} status {(int)packet.Status:x} vlan {packet.VlanTag:x4}/{packet.VlanProtocol:x4} "
                + Convert.ToHexStringLower(_buffer.AsSpan(0, packet.Length)));
        }
    }
}
