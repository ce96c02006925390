using System.Runtime.CompilerServices;
using Saker.Bpf.Classic;
using Saker.Packets;
using Saker.Stack;
using Saker.Stack.Core;
using Saker.Stack.Devices;
using Saker.Stack.Devices.Bridge;
using Saker.Stack.Devices.Vlan;
using Saker.Stack.Driver;
using Saker.Stack.Ip.V4;
using Saker.Stack.Routing;
using Saker.Stack.Sockets;
using Saker.Stack.Sockets.Packet;
using Saker.Stack.Softirq;
using Saker.Stack.Transport.Udp;
using Saker.Wire;

namespace Saker.Benchmarks;

/// <summary>
/// The way of a 64-byte UDP frame from the device to a socket, in batches of a poll, watched by nobody; and the least that any such way must do:
/// copy the frame in, verify both checksums, give the memory back.
/// </summary>
internal sealed class UdpPath : IDisposable
{
    public const int Batch = NapiContext.DriverWeight;
    private const ushort Port = 9000;
    private const ushort Vlan = 5;

    private readonly VirtualClock _clock = new();
    private readonly NetworkStack _stack;
    private readonly IFrameReceiver _receiver;
    private readonly byte[][] _frames;
    private readonly PacketPool _pool = new(Batch);
    private readonly FrameRegion _region = new(Batch);
    private readonly PacketBuffer[] _packets = new PacketBuffer[Batch];

    /// <param name="taps">Taps that see each packet.</param>
    /// <param name="upper">The device above, which has the address.</param>
    public UdpPath(IEnumerable<IPacketTap>? taps = null, UpperDevice upper = UpperDevice.None)
    {
        bool hasVlan = upper == UpperDevice.Vlan;
        NetworkDevice device = new(2, "eth0", Frames.HostMac);
        NetworkDevice addressed = upper == UpperDevice.None ? device : new NetworkDevice(3, hasVlan ? "eth0.5" : "br0", Frames.HostMac);
        addressed.IPv4 = new IPv4Interface(
            [new IPv4InterfaceAddress(Frames.Host, 24) { Broadcast = new IPv4Address(192, 0, 2, 255) }], [], new IPv4InterfaceSettings());
        _frames = [.. Enumerable.Range(0, Batch).Select(i => Frames.Udp(64, (ushort)(40_000 + i), Port, (ushort)i)).Select(frame => hasVlan ? Tagged(frame) : frame)];
        _clock.AdvanceTo(1_700_000_000_000_000_000);
        _stack = new NetworkStack(new NetworkOptions
        {
            Devices = addressed == device ? [device] : [device, addressed],
            Vlans = hasVlan ? [new VlanDevice(addressed, device, Vlan)] : [],
            Bridges = upper == UpperDevice.Bridge ? [BridgeOf(addressed, device)] : [],
            Routes = [.. AddressRoutes.Of(addressed)],
            Clock = _clock,
        });
        foreach (IPacketTap tap in taps ?? [])
        {
            _stack.AddTap(tap);
        }

        Socket = new UdpSocket { LocalAddress = IPv4Address.Any, LocalPort = Port, Reader = ReaderMode.Immediate };
        _stack.UdpSockets.Add(Socket);
        _receiver = _stack.ReceiverOf(device);
        Receive();
        long delivered = _stack.Counters[Saker.Stack.Observation.Counter.UdpInDatagrams];
        if (delivered != Batch)
        {
            throw new InvalidOperationException($"{delivered} of {Batch} datagrams reached the socket.");
        }
    }

    public UdpSocket Socket { get; }

    /// <summary>Opens a packet socket that is read at once.</summary>
    /// <param name="filter">Its program, as <c>tcpdump -ddd</c> prints it in one line; null: everything passes.</param>
    /// <returns>This.</returns>
    public UdpPath WithPacketSocket(string? filter)
    {
        ClassicProgram? program = null;
        if (filter is not null && !ClassicText.TryParse(filter, out program, out ClassicFault? fault))
        {
            throw new ArgumentException(fault.ToString(), nameof(filter));
        }

        _stack.PacketSockets.Add(new PacketSocket(_stack.Cpus) { Reader = ReaderMode.Immediate, Filter = program is null ? null : new ClassicFilter(program) });
        return this;
    }

    /// <summary>A batch through the whole path. Not inlined, so that it is compiled as a program's loop is, and not as a part of a loop that was entered early.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Receive()
    {
        long now = _clock.Now;
        foreach (byte[] frame in _frames)
        {
            _receiver.TryArrive(frame, now, 1);
        }

        _receiver.Interrupt();
        _stack.Cpus[0].Softirq.RunUntilIdle();
    }

    /// <summary>A batch through the least that must be done.</summary>
    /// <returns>How many checksums were right.</returns>
    public int CopyAndVerify()
    {
        for (int i = 0; i < _frames.Length; i++)
        {
            _pool.TryAllocate(_region, _frames[i], out _packets[i]);
        }

        int right = 0;
        foreach (PacketBuffer packet in _packets)
        {
            packet.Pull(EthernetView.FixedLength);
            ReadOnlySpan<byte> bytes = packet.Linear;
            uint pseudo = InternetChecksum.PseudoHeader(Frames.Peer, Frames.Host, IPProtocol.Udp, bytes.Length - IPv4View.FixedLength);
            right += InternetChecksum.VerifyIPv4Header(bytes) && InternetChecksum.Verify(bytes[IPv4View.FixedLength..], pseudo) ? 1 : 0;
            packet.Free();
        }

        return right;
    }

    private static EthernetBridge BridgeOf(NetworkDevice bridge, NetworkDevice port)
    {
        EthernetBridge made = new(bridge);
        made.Add(port);
        return made;
    }

    private static byte[] Tagged(byte[] frame) => [.. frame[..12], 0x81, 0, 0, (byte)Vlan, .. frame[12..]];

    public void Dispose()
    {
        _stack.Dispose();
        _pool.Dispose();
        _region.Dispose();
    }
}

/// <summary>What stands above the device that receives.</summary>
internal enum UpperDevice
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A VLAN device.</summary>
    Vlan,

    /// <summary>A bridge, of which it is the only port.</summary>
    Bridge,
}
