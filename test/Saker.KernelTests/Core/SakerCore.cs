using Saker.Packets;
using Saker.Stack;
using Saker.Stack.Core;
using Saker.Stack.Devices;
using Saker.Stack.Ip.V4;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Softirq;
using Saker.Wire;

namespace Saker.KernelTests.Core;

/// <summary>The same host by Saker.</summary>
internal sealed class SakerCore : IDisposable
{
    private readonly VirtualClock _clock = new();
    private readonly NetworkStack _stack;
    private readonly NetworkDevice _ethernet;
    private readonly List<Tap> _taps;
    private uint _frames;

    /// <param name="taps">The taps.</param>
    /// <param name="upper">A device upon eth0; null: none.</param>
    /// <param name="makeHandler">Makes what gives that device its packets.</param>
    public SakerCore(IReadOnlyList<TapSetting> taps, NetworkDevice? upper = null, Func<NetworkDevice, IReceiveHandler>? makeHandler = null)
    {
        _ethernet = new NetworkDevice(2, "eth0", MacAddress.Parse("02:00:00:00:00:01"));
        NetworkDevice[] devices = upper is null ? [_ethernet] : [_ethernet, upper];
        _ethernet.IPv4 = new IPv4Interface(
            upper is null ? [new IPv4InterfaceAddress(new IPv4Address(10, 0, 0, 1), 24) { Broadcast = new IPv4Address(10, 0, 0, 255) }] : [],
            [],
            new IPv4InterfaceSettings());
        _stack = new NetworkStack(new NetworkOptions
        {
            Devices = devices,
            Routes = [.. devices.Where(device => device.IPv4 is not null).SelectMany(AddressRoutes.Of)],
            Neighbors = [new Neighbor<IPv4Address>(_ethernet, new IPv4Address(10, 0, 0, 2), MacAddress.Parse("02:00:00:00:00:02"), NeighborState.Permanent)],
            Clock = _clock,
        });
        if (upper is not null)
        {
            _stack.Hooks.Change(_ethernet, hooks => hooks with { ReceiveHandler = makeHandler!(upper) });
        }

        _taps = [.. taps.Select(setting => new Tap(setting))];
        foreach (Tap tap in _taps)
        {
            _stack.AddTap(tap, tap.Setting.Device is { } name ? _stack.Devices.Find(name) : null, (EtherType)tap.Setting.Protocol);
        }
    }

    /// <summary>Receives a frame, and tells what became of it.</summary>
    public CoreAnswer Ask(byte[] frame)
    {
        _taps.ForEach(tap => tap.Seen.Clear());
        Dictionary<string, long> before = ReadCounters();
        Dictionary<DropReason, long> drops = ReadDrops();
        Assert.True(_stack.ReceiverOf(_ethernet).TryArrive(frame, _clock.Now, ++_frames));
        _stack.ReceiverOf(_ethernet).Interrupt();
        _stack.Cpus[0].Softirq.RunUntilIdle();
        return new CoreAnswer(
            [.. _taps.SelectMany(tap => tap.Seen)],
            [.. ReadDrops().SelectMany(drop => Enumerable.Repeat(drop.Key.KernelName(), (int)(drop.Value - drops[drop.Key])))],
            [.. ReadCounters().Where(counter => counter.Value != before[counter.Key]).Select(counter => $"{counter.Key} {counter.Value - before[counter.Key]}")]);
    }

    public void Dispose() => _stack.Dispose();

    private Dictionary<DropReason, long> ReadDrops() => Enum.GetValues<DropReason>().Distinct().ToDictionary(reason => reason, reason => _stack.Cpus[0].Drops[reason]);

    private Dictionary<string, long> ReadCounters()
    {
        Dictionary<string, long> values = new(StringComparer.Ordinal);
        foreach (NetworkDevice device in _stack.Devices.All)
        {
            foreach (string name in CoreAnswer.CounterNames)
            {
                Assert.True(DeviceCounterNames.TryParse(name, out DeviceCounter counter));
                values[$"{device}.{name}"] = device.Counters[counter];
            }
        }

        return values;
    }

    private sealed class Tap(TapSetting setting) : IPacketTap
    {
        public TapSetting Setting { get; } = setting;

        public List<string> Seen { get; } = [];

        public bool WantsOutgoing => true;

        public DropReason See(PacketBuffer packet, NetworkDevice original, PacketContext context)
        {
            if (Setting.IsFull)
            {
                return DropReason.PacketSocketError;
            }

            string tag = packet.HasVlanTag ? $" tag {packet.VlanProtocol:x4}:{packet.VlanTag:x4}" : string.Empty;
            byte[] body = new byte[packet.Length];
            packet.CopyTo(0, body);
            ReadOnlySpan<byte> link = packet.PacketType == PacketType.Outgoing ? [] : packet.LinkHeader[..(packet.LinkHeader.Length - packet.Linear.Length)];
            NetworkDevice device = Setting.TellsOriginal ? original : context.Devices[packet.Device];
            Seen.Add($"{Setting.Name}: {device} {packet.PacketType} {packet.Protocol:x4}{tag} {Convert.ToHexStringLower([.. link, .. body])}");
            return DropReason.Consumed;
        }
    }
}
