using System.Globalization;
using Saker.Packets;
using Saker.Stack;
using Saker.Stack.Devices;
using Saker.Stack.Devices.Bridge;
using Saker.Stack.Observation;
using Saker.Stack.Sockets;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.KernelTests.Bridge;

/// <summary>The same bridge as <see cref="KernelBridge"/>, of Saker.</summary>
internal sealed class SakerBridge : PacketObserver, IDisposable
{
    private const DeviceFlags WithoutArp = DeviceFlags.Up | DeviceFlags.Broadcast | DeviceFlags.Multicast | DeviceFlags.NoArp;

    private readonly List<string> _sent = [];
    private readonly List<string> _drops = [];
    private readonly NetworkDevice[] _ports;
    private readonly NetworkDevice _device = new(KernelBridge.Ports + 1, "br0", MacAddress.Parse(KernelBridge.Address)) { Flags = WithoutArp };
    private readonly EthernetBridge _bridge;
    private readonly VirtualClock _clock = new();
    private Dictionary<string, long> _before;
    private int _up;

    /// <param name="snoops">Whether the bridge listens to who wants which group.</param>
    public SakerBridge(bool snoops = false)
    {
        _clock.AdvanceTo(1_700_000_000_000_000_000);
        _ports =
        [
            .. Enumerable.Range(1, KernelBridge.Ports).Select(port => new NetworkDevice(
                port, string.Create(CultureInfo.InvariantCulture, $"p{port}"), new MacAddress(0x0200_0000_0000 + (ulong)port))
            {
                Mtu = port == KernelBridge.Ports ? KernelBridge.SmallMtu : 1500,
                Flags = WithoutArp,
            }),
        ];
        foreach (NetworkDevice port in _ports)
        {
            port.Transmitter = new Wire(this, port);
        }

        _bridge = new EthernetBridge(_device, new BridgeSettings { SnoopsMulticast = snoops });
        foreach (NetworkDevice port in _ports)
        {
            _bridge.Add(port);
        }

        Stack = new NetworkStack(new NetworkOptions
        {
            Devices = [.. _ports, _device],
            Bridges = [_bridge],
            Clock = _clock,
            Observer = this,
        });
        _before = ReadCounters();
    }

    public NetworkStack Stack { get; }

    /// <summary>A port, or the bridge's own device.</summary>
    public NetworkDevice DeviceOf(string name) => Stack.Devices.Find(name)!;

    /// <summary>Lets a step happen.</summary>
    /// <param name="step">The step.</param>
    /// <param name="time">When, in nanoseconds since the beginning.</param>
    /// <returns>What became of its frame; null if it is none.</returns>
    public BridgeOutcome? Do(BridgeStep step, long time)
    {
        _clock.AdvanceTo(Math.Max(_clock.Now, 1_700_000_000_000_000_000 + time));
        switch (step)
        {
            case BridgeStep.Receive receive:
                return Watch(() => Receive(_ports[receive.Port - 1], receive.Frame));
            case BridgeStep.Send send:
                return Watch(() => Send(send.Frame));
            case BridgeStep.SetPort set:
                BridgePort port = PortOf(set.Port);
                port.Settings = Change(port.Settings, set);
                return null;
            case BridgeStep.SetBridge set:
                _bridge.Settings = set.Setting switch
                {
                    "group_fwd_mask" => _bridge.Settings with { GroupForwardMask = ushort.Parse(set.Value, CultureInfo.InvariantCulture) },
                    "no_linklocal_learn" => _bridge.Settings with { LearnsNothingFromLinkLocal = set.Value == "1" },
                    _ => throw new ArgumentException($"{set.Setting} is not known", nameof(step)),
                };
                return null;
            case BridgeStep.SetAgeing set:
                _bridge.Settings = _bridge.Settings with { AgeingTime = TimeSpan.FromMilliseconds(set.Milliseconds) };
                _bridge.Forwarding.RemoveAged(_clock.Now);
                return null;
            case BridgeStep.Station station:
                _bridge.Forwarding.Set(MacAddress.Parse(station.Address), 0, Kind(station.Kind, station.Port), _clock.Now);
                return null;
            default:
                return null;
        }
    }

    public void Dispose() => Stack.Dispose();

    public override void Entered(PacketBuffer packet, Stage stage) => _up += stage == Stage.ReceiveCore && packet.Device == _device.Index ? 1 : 0;

    /// <summary>The kernel's drops of IP are not watched.</summary>
    public override void Dropped(PacketBuffer packet, Stage stage, DropReason reason)
    {
        if (packet.Protocol is not (0x0800 or 0x86dd))
        {
            _drops.Add(reason.KernelName());
        }
    }

    public override void Delivered(PacketBuffer packet, Stage stage, Socket socket)
    {
    }

    public override void Consumed(PacketBuffer packet, Stage stage)
    {
    }

    public override void Held(PacketBuffer packet, Stage stage)
    {
    }

    public override void Merged(PacketBuffer packet, uint into)
    {
    }

    public override void Forwarded(PacketBuffer packet, Stage stage)
    {
    }

    public override void Unsupported(PacketBuffer packet, Stage stage)
    {
    }

    public override void Transmitted(PacketBuffer packet, NetworkDevice device)
    {
    }

    private static BridgePortSettings Change(BridgePortSettings settings, BridgeStep.SetPort set)
    {
        bool on = set.Value == "on";
        return set.Setting switch
        {
            "state" => settings with { State = Enum.Parse<BridgePortState>(set.Value) },
            "hairpin" => settings with { IsHairpin = on },
            "isolated" => settings with { IsIsolated = on },
            "learning" => settings with { Learns = on },
            "flood" => settings with { FloodsUnicast = on },
            "mcast_flood" => settings with { FloodsMulticast = on },
            "bcast_flood" => settings with { FloodsBroadcast = on },
            "locked" => settings with { IsLocked = on },
            "group_fwd_mask" => settings with { GroupForwardMask = ushort.Parse(set.Value, CultureInfo.InvariantCulture) },
            _ => throw new ArgumentException($"{set.Setting} is not known", nameof(set)),
        };
    }

    private static ForwardingTarget Kind(string kind, int port) => kind switch
    {
        "static" => ForwardingTarget.Static(port),
        "dynamic" => ForwardingTarget.Learned(port),
        "static sticky" => ForwardingTarget.Sticky(port, isStatic: true),
        _ => ForwardingTarget.Sticky(port, isStatic: false),
    };

    private BridgePort PortOf(int number) => _bridge.Ports.Single(port => port.Number == number);

    private void Receive(NetworkDevice device, byte[] frame)
    {
        Assert.True(Stack.ReceiverOf(device).TryArrive(frame, _clock.Now, 1));
        Stack.ReceiverOf(device).Interrupt();
        Stack.Cpus[0].Softirq.RunUntilIdle();
    }

    private void Send(byte[] bytes)
    {
        Cpu cpu = Stack.Cpus[0];
        cpu.ReadClock();
        Assert.True(cpu.Packets.TryAllocate(cpu.Frames, out PacketBuffer frame));
        bytes.CopyTo(frame.Put(bytes.Length));
        frame.Protocol = (ushort)((bytes[12] << 8) | bytes[13]);
        Stack.ContextOf(cpu).Transmit(frame, _device);
        cpu.Softirq.RunUntilIdle();
    }

    private BridgeOutcome Watch(Action action)
    {
        _sent.Clear();
        _drops.Clear();
        _up = 0;
        action();
        Dictionary<string, long> after = ReadCounters();
        SortedDictionary<string, long> moved = CounterTable.Difference(_before, after);
        _before = after;
        return new BridgeOutcome([.. _sent.Order(StringComparer.Ordinal)], [.. _drops.Order(StringComparer.Ordinal)], moved, _up);
    }

    private Dictionary<string, long> ReadCounters()
    {
        Dictionary<string, long> values = new(StringComparer.Ordinal);
        foreach (NetworkDevice device in (NetworkDevice[])[.. _ports, _device])
        {
            for (int i = 0; i < DeviceCounterNames.Count; i++)
            {
                values[$"{device.Name}.{((DeviceCounter)i).Name()}"] = device.Counters[(DeviceCounter)i];
            }
        }

        return values;
    }

    private void Note(NetworkDevice port, PacketBuffer frame)
    {
        byte[] bytes = new byte[frame.Length];
        frame.CopyTo(0, bytes);

        // The kernel's tap shows a tag beside the frame.
        bool isTagged = bytes is [_, _, _, _, _, _, _, _, _, _, _, _, 0x81, 0x00, ..] or [_, _, _, _, _, _, _, _, _, _, _, _, 0x88, 0xa8, ..];
        _sent.Add($"{port.Name} {Convert.ToHexStringLower(isTagged ? [.. bytes[..12], .. bytes[16..]] : bytes)}");
    }

    private sealed class Wire(SakerBridge bridge, NetworkDevice port) : IFrameTransmitter
    {
        public bool TryTransmit(PacketBuffer frame)
        {
            bridge.Note(port, frame);
            return true;
        }
    }
}
