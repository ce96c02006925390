using System.Collections.Immutable;
using Saker.Stack.Core;
using Saker.Wire;

namespace Saker.Stack.Devices.Bridge;

/// <summary>
/// A bridge (<c>net_bridge</c>): devices joined to one link, and a device of its own by which this host belongs to it. It is the same object while its configuration
/// changes, which a control thread does; the packet path reads it without a lock.
/// </summary>
public sealed class EthernetBridge
{
    /// <summary>The most ports that a bridge can have (<c>BR_MAX_PORTS</c>).</summary>
    public const int MostPorts = 1023;

    private BridgeSettings _settings;
    private BridgeVlans _vlans = BridgeVlans.Default;
    private ImmutableArray<BridgePort> _ports = [];
    private BridgePort?[] _byNumber = [null];
    private HookTable? _hooks;

    /// <summary>Makes a bridge without ports.</summary>
    /// <param name="device">The bridge's own device.</param>
    /// <param name="settings">What is set of it; null: the kernel's defaults.</param>
    public EthernetBridge(NetworkDevice device, BridgeSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        Device = device;
        _settings = settings ?? new BridgeSettings();
        Forwarding.AgeingTime = (long)_settings.AgeingTime.TotalNanoseconds;
        AddLocal(device.Address, 0, _vlans);
    }

    /// <summary>The bridge's own device.</summary>
    public NetworkDevice Device { get; }

    /// <summary>Where stations are.</summary>
    public ForwardingDatabase Forwarding { get; } = new();

    /// <summary>Who wants which group.</summary>
    internal MulticastSnooping Groups { get; } = new();

    /// <summary>What is set of it. Swapped whole.</summary>
    public BridgeSettings Settings
    {
        get => Volatile.Read(ref _settings);
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            Forwarding.AgeingTime = (long)value.AgeingTime.TotalNanoseconds;
            Volatile.Write(ref _settings, value);
        }
    }

    /// <summary>The VLANs that the bridge's own device belongs to, where the bridge filters by them. Swapped whole.</summary>
    public BridgeVlans Vlans
    {
        get => Volatile.Read(ref _vlans);
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            RemoveLocal(Device.Address, 0, Volatile.Read(ref _vlans));
            Volatile.Write(ref _vlans, value);
            AddLocal(Device.Address, 0, value);
        }
    }

    /// <summary>The ports in the order in which frames are flooded: that which was added last comes first, as in the kernel.</summary>
    public ImmutableArray<BridgePort> Ports => _ports;

    /// <summary>Adds a device (<c>ip link set … master …</c>).</summary>
    /// <param name="device">The device.</param>
    /// <param name="settings">What is set of the port; null: the kernel's defaults.</param>
    /// <param name="number">The port's number; null: the lowest that is free.</param>
    /// <exception cref="ArgumentException">The device is the bridge's own, loopback, or a port already; or the number is taken.</exception>
    /// <exception cref="InvalidOperationException">There are as many ports as there can be.</exception>
    public BridgePort Add(NetworkDevice device, BridgePortSettings? settings = null, int? number = null)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (ReferenceEquals(device, Device) || device.IsLoopback || _ports.Any(port => ReferenceEquals(port.Device, device)))
        {
            throw new ArgumentException($"{device} cannot become a port of {Device}.", nameof(device));
        }

        int chosen = number ?? Enumerable.Range(1, MostPorts).FirstOrDefault(free => PortOf(free) is null);
        if (chosen == 0)
        {
            throw new InvalidOperationException($"{Device} has {MostPorts} ports and can have no more.");
        }

        if (chosen is < 1 or > MostPorts || PortOf(chosen) is not null)
        {
            throw new ArgumentException($"Port number {chosen} of {Device} is taken, or none of 1 to {MostPorts}.", nameof(number));
        }

        BridgePort port = new(this, device, chosen, settings ?? new BridgePortSettings(), BridgeVlans.Default);
        BridgePort?[] byNumber = new BridgePort?[Math.Max(_byNumber.Length, chosen + 1)];
        _byNumber.CopyTo(byNumber, 0);
        byNumber[chosen] = port;
        Volatile.Write(ref _byNumber, byNumber);
        AddLocal(device.Address, chosen, port.Vlans);
        ImmutableInterlocked.InterlockedExchange(ref _ports, _ports.Insert(0, port));
        _hooks?.Change(device, hooks => hooks with { ReceiveHandler = new BridgePortReceiver(port) });
        return port;
    }

    /// <summary>Removes a port, and what is known to be behind it.</summary>
    public void Remove(BridgePort port)
    {
        ArgumentNullException.ThrowIfNull(port);
        if (!_ports.Contains(port))
        {
            return;
        }

        _hooks?.Change(port.Device, hooks => hooks with { ReceiveHandler = null });
        ImmutableInterlocked.InterlockedExchange(ref _ports, _ports.Remove(port));
        Forwarding.Flush(port.Number, learnedOnly: false);
        BridgePort?[] byNumber = [.. _byNumber];
        byNumber[port.Number] = null;
        Volatile.Write(ref _byNumber, byNumber);
    }

    /// <summary>Makes the bridge work in a stack, whose devices are its own and those of its ports.</summary>
    internal void Join(HookTable hooks)
    {
        _hooks = hooks;
        Device.Software = new BridgeTransmit(this);
        foreach (BridgePort port in _ports)
        {
            hooks.Change(port.Device, present => present with { ReceiveHandler = new BridgePortReceiver(port) });
        }
    }

    /// <summary>The port of a number that the forwarding database tells; null: it is the bridge itself, or was removed just now.</summary>
    internal BridgePort? PortOf(int number)
    {
        BridgePort?[] ports = Volatile.Read(ref _byNumber);
        return (uint)number < (uint)ports.Length ? ports[number] : null;
    }

    /// <summary>Makes an address of this host known, in every VLAN of its port. What was there first stays.</summary>
    internal void AddLocal(MacAddress address, int port, BridgeVlans vlans)
    {
        foreach (ushort vlan in vlans.All.Select(vlan => vlan.Id).Prepend<ushort>(0))
        {
            if (address.IsUnicast && !(Forwarding.TryFind(address, vlan, 0, out ForwardingTarget known) && known.IsLocal))
            {
                Forwarding.Set(address, vlan, ForwardingTarget.Local(port), 0);
            }
        }
    }

    /// <summary>Forgets an address of this host in the VLANs of its port.</summary>
    internal void RemoveLocal(MacAddress address, int port, BridgeVlans vlans)
    {
        foreach (BridgeVlan vlan in vlans.All)
        {
            if (Forwarding.TryFind(address, vlan.Id, 0, out ForwardingTarget known) && known == ForwardingTarget.Local(port))
            {
                Forwarding.Remove(address, vlan.Id);
            }
        }
    }
}
