using Saker.Packets;
using Saker.Stack;
using Saker.Stack.Devices;
using Saker.Stack.Devices.Bridge;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.Tests.Stack.Devices.Bridge;

/// <summary>
/// A host with a bridge <c>br0</c> (02:00:00:00:00:b0) of four ports <c>p1</c> to <c>p4</c> (02:00:00:00:00:01 and so on). When it is disposed, every packet buffer must be
/// back in its pool.
/// </summary>
internal sealed class BridgeHost : IDisposable
{
    public const string Address = "02:00:00:00:00:b0";
    private readonly List<string> _sent = [];

    public BridgeHost(BridgeSettings? settings = null, CpuOptions? cpu = null)
    {
        Clock.AdvanceTo(1_700_000_000_000_000_000);
        Device = new NetworkDevice(5, "br0", MacAddress.Parse(Address));
        Ports = [.. Enumerable.Range(1, 4).Select(port => new NetworkDevice(port, $"p{port}", new MacAddress(0x0200_0000_0000 + (ulong)port)))];
        Bridge = new EthernetBridge(Device, settings);
        foreach (NetworkDevice port in Ports)
        {
            port.Transmitter = new Wire(_sent, port.Name);
            Bridge.Add(port);
        }

        Stack = new NetworkStack(new NetworkOptions { Devices = [.. Ports, Device], Bridges = [Bridge], Clock = Clock, Cpu = cpu ?? new CpuOptions() });
        Stack.AddTap(Tap, Device);
    }

    /// <summary>Sees what goes up.</summary>
    public UpTap Tap { get; } = new();

    public VirtualClock Clock { get; } = new();

    public NetworkDevice Device { get; }

    public NetworkDevice[] Ports { get; }

    public EthernetBridge Bridge { get; }

    public NetworkStack Stack { get; }

    /// <summary>A port of the bridge.</summary>
    public BridgePort Port(int number) => Bridge.Ports.Single(port => port.Number == number);

    /// <summary>Receives a frame by a port.</summary>
    /// <returns>The frames that left, in order, <c>p2 0200…</c>, and with <c>up</c> in front that which went up.</returns>
    public List<string> Receive(int port, byte[] frame)
    {
        Begin();
        Assert.True(Stack.ReceiverOf(Ports[port - 1]).TryArrive(frame, Clock.Now, 1));
        Stack.ReceiverOf(Ports[port - 1]).Interrupt();
        Stack.Cpus[0].Softirq.RunUntilIdle();
        return [.. _sent, .. Tap.Seen];
    }

    /// <summary>Sends a frame by the bridge's own device.</summary>
    public List<string> Send(byte[] bytes)
    {
        Begin();
        Cpu cpu = Stack.Cpus[0];
        cpu.ReadClock();
        Assert.True(cpu.Packets.TryAllocate(cpu.Frames, out PacketBuffer frame));
        bytes.CopyTo(frame.Put(bytes.Length));
        frame.Protocol = (ushort)((bytes[12] << 8) | bytes[13]);
        Stack.ContextOf(cpu).Transmit(frame, Device);
        return [.. _sent];
    }

    /// <summary>A frame of 60 bytes, with tags if asked for: <c>8100:0005 88a8:6001</c>.</summary>
    public static byte[] Frame(string to, string from, string tags = "")
    {
        byte[] bytes = new byte[60];
        MacAddress.Parse(to).WriteTo(bytes);
        MacAddress.Parse(from).WriteTo(bytes.AsSpan(6));
        Convert.FromHexString(tags.Replace(" ", "", StringComparison.Ordinal).Replace(":", "", StringComparison.Ordinal) + "88b5").CopyTo(bytes, 12);
        return bytes;
    }

    public long DropsOf(DropReason reason) => Stack.Counters[reason];

    public void Dispose() => Stack.Dispose();

    private void Begin()
    {
        _sent.Clear();
        Tap.Seen.Clear();
    }

    private sealed class Wire(List<string> sent, string name) : IFrameTransmitter
    {
        public bool TryTransmit(PacketBuffer frame)
        {
            sent.Add($"{name} {TagsOf(frame)}");
            return true;
        }

        private static string TagsOf(PacketBuffer frame)
        {
            byte[] bytes = new byte[frame.Length];
            frame.CopyTo(0, bytes);
            int at = 12;
            while (bytes.AsSpan(at, 2) is [0x81, 0x00] or [0x88, 0xa8])
            {
                at += 4;
            }

            return $"{bytes.Length} {Convert.ToHexStringLower(bytes.AsSpan(12, at - 12))}".TrimEnd();
        }
    }

    /// <summary>Notes what the bridge's own device receives.</summary>
    public sealed class UpTap : Saker.Stack.Core.IPacketTap
    {
        public List<string> Seen { get; } = [];

        public DropReason See(PacketBuffer packet, NetworkDevice original, Saker.Stack.Core.PacketContext context)
        {
            Seen.Add($"up {packet.Length}{(packet.HasVlanTag ? $" {packet.VlanProtocol:x4}{packet.VlanTag:x4}" : "")}");
            return DropReason.Consumed;
        }
    }
}
