using System.Runtime.CompilerServices;
using Saker.Packets;
using Saker.Stack;
using Saker.Stack.Devices;
using Saker.Stack.Devices.Bridge;
using Saker.Stack.Driver;
using Saker.Stack.Observation;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Benchmarks;

/// <summary>The way of a 64-byte frame from one port of a bridge to another, both cards of a ring, or to the other three, in batches of a poll.</summary>
internal sealed class BridgePath : IDisposable
{
    public const int Batch = NapiContext.DriverWeight;
    private const int Ports = 4;

    private readonly VirtualClock _clock = new();
    private readonly NetworkStack _stack;
    private readonly IFrameReceiver _receiver;
    private readonly byte[][] _frames = [.. Enumerable.Range(0, Batch).Select(i => Frames.Udp(64, (ushort)(40_000 + i), 9000, (ushort)i))];

    /// <param name="isFlooded">Whether nobody knows where the frames' station is.</param>
    public BridgePath(bool isFlooded)
    {
        NetworkDevice bridge = new(Ports + 1, "br0", new MacAddress(0x0200_0000_00b0));
        NetworkDevice[] ports = [.. Enumerable.Range(1, Ports).Select(i => new NetworkDevice(i, $"eth{i}", new MacAddress(0x0200_0000_0100 + (ulong)i)))];
        EthernetBridge joined = new(bridge);
        foreach (NetworkDevice port in ports)
        {
            port.Transmitter = new Link();
            joined.Add(port);
        }

        if (!isFlooded)
        {
            joined.Forwarding.Set(Frames.HostMac, 0, ForwardingTarget.Static(2), 0);
        }

        _clock.AdvanceTo(1_700_000_000_000_000_000);
        _stack = new NetworkStack(new NetworkOptions { Devices = [.. ports, bridge], Bridges = [joined], Clock = _clock });
        Array.ForEach(ports, port => _stack.CardOf(port));
        _receiver = _stack.ReceiverOf(ports[0]);
        Receive();
        long sent = ports.Sum(port => port.Counters[DeviceCounter.TxPackets]);
        if (sent != Batch * (isFlooded ? Ports - 1 : 1))
        {
            throw new InvalidOperationException($"{sent} frames left by the bridge's ports.");
        }
    }

    /// <summary>A batch through the whole path.</summary>
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

    public void Dispose() => _stack.Dispose();

    private sealed class Link : IFrameTransmitter
    {
        public bool TryTransmit(PacketBuffer frame) => true;
    }
}
