using Saker.Bpf.Classic;
using Saker.Stack.Nic;
using Saker.Stack.Sockets;
using Saker.Stack.Sockets.Packet;
using Saker.Tests.Stack;
using Saker.Wire;

namespace Saker.KernelTests.Packets;

/// <summary>The same packet sockets in Saker.</summary>
internal sealed class SakerPacketSockets : IDisposable
{
    private const int LargeBuffer = 32 << 20;
    private const int MostPackets = 16_384;

    private readonly TestHost _host = new(observeDetails: false);
    private readonly List<PacketSocket> _sockets = [];
    private readonly Dictionary<ushort, FanoutGroup> _groups = [];
    private readonly byte[] _buffer = new byte[70_000];
    private readonly SocketSpec[] _specs;

    public SakerPacketSockets(SocketSpec[] specs)
    {
        _specs = specs;

        // A veth computes no hash.
        _host.Ethernet.Card = _host.Ethernet.Card with { Features = _host.Ethernet.Card.Features & ~CardFeatures.ReceiveHashing };
        foreach (var spec in specs)
        {
            _sockets.Add(Open(spec));
        }
    }

    /// <summary>Receives frames, and tells what each socket got.</summary>
    public SocketYield[] Receive(IEnumerable<byte[]> frames)
    {
        List<string>[] packets = [.. _specs.Select(_ => new List<string>())];
        foreach (var frame in frames)
        {
            _host.Receive(frame);
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
            _host.Stack.PacketSockets.Remove(socket);
            socket.Dispose();
        }

        _host.Dispose();
    }

    private PacketSocket Open(SocketSpec spec)
    {
        var device = spec.Device is null ? null : _host.Stack.Devices.Find(spec.Device);
        PacketSocket socket = new(_host.Stack.Cpus, new ReceiveQueue(_host.Stack.Cpus, spec.ReceiveBuffer == 0 ? LargeBuffer : spec.ReceiveBuffer, MostPackets))
        {
            Kind = spec.IsDatagram ? PacketSocketKind.Datagram : PacketSocketKind.Raw,
            Protocol = (EtherType)spec.Protocol,
            Device = device?.Index ?? 0,
            DeviceName = spec.Device,
            Filter = spec.Program is { } program ? new ClassicFilter(program) : null,
            IgnoresOutgoing = spec.IgnoresOutgoing,
        };
        _host.Stack.PacketSockets.Add(socket);
        if (spec.Group is { } wanted)
        {
            if (!_groups.TryGetValue(wanted.Number, out var group))
            {
                group = new FanoutGroup((FanoutMode)wanted.Mode, (FanoutFlags)wanted.Flags);
                group.Program = SocketSpec.ProgramOf(wanted.Program) is { } chooser ? new ClassicFilter(chooser) : null;
                _groups.Add(wanted.Number, group);
            }

            _host.Stack.PacketSockets.JoinFanout(socket, group);
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
