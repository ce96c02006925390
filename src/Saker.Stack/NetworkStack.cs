using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Saker.Stack.Core;
using Saker.Stack.Devices;
using Saker.Stack.Devices.Bridge;
using Saker.Stack.Devices.Vlan;
using Saker.Stack.Driver;
using Saker.Stack.Ip.Icmp;
using Saker.Stack.Nic;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Sockets.Packet;
using Saker.Stack.Softirq;
using Saker.Stack.Transport.Raw;
using Saker.Stack.Transport.Tcp;
using Saker.Stack.Transport.Udp;
using Saker.Wire;

namespace Saker.Stack;

/// <summary>
/// One host's network stack: devices, routes, sockets, and the path that received packets take through them.
/// </summary>
/// <remarks>
/// A link feeds frames to <see cref="ReceiverOf"/> a device and raises its interrupt; the <see cref="Cpus"/> do the work, each with a receive path of its own.
/// Sockets are added to the tables by a control thread.
/// </remarks>
public sealed partial class NetworkStack : IDisposable
{
    private readonly ReceivePath[] _paths;
    private readonly Dictionary<NetworkDevice, DeviceDriver> _drivers = [];
    private int _napiCount;

    /// <summary>Sets a stack up.</summary>
    public NetworkStack(NetworkOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.CpuCount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.CpuCount, Cpu.MostCpus);
        Options = options;
        Devices = new DeviceTable(options.Devices);
        Hooks = new HookTable(Devices);
        PacketSockets = new PacketSocketTable(Devices, Hooks);
        Forwarding = new ForwardingTables(new ForwardingInformation(options.Routes, options.Devices, options.IPv6Routes));
        Neighbors = new NeighborTable<IPv4Address>(options.Neighbors, options.CpuCount);
        IPv6Neighbors = new NeighborTable<IPv6Address>(
            options.IPv6Neighbors, options.CpuCount, options.Devices.Any(device => device.IPv6 is not null) ? NeighborSettings.TableCapacity : 0);
        Cpus = [.. Enumerable.Range(0, options.CpuCount).Select(index => new Cpu(index, options.Clock, options.Cpu, options.Observer, options.CpuCount))];
        Counters = new CounterTotals(Cpus);
        Interrupts = new InterruptController(Cpus.Length);
        Rps = new RpsTable(Cpus, Devices);
        FlowHash = new FlowHash(options.Cpu.Seed);
        Receive = options.Receive;
        IcmpCredit = new IcmpCredit(options.IPv4);
        foreach (NetworkDevice device in Devices.All)
        {
            device.Counters.Provide(Cpus.Length);
        }

        foreach (VlanDevice vlan in options.Vlans)
        {
            Hooks.Change(vlan.Lower, hooks => hooks with { Vlans = hooks.Vlans.With(vlan) });
            vlan.Device.Software = vlan;
        }

        foreach (EthernetBridge bridge in options.Bridges)
        {
            bridge.Join(Hooks);
        }

        _paths = [.. Cpus.Select(JoinPath)];
        foreach (RpsSetting setting in options.Rps)
        {
            Rps.Set(setting.Device, setting.Queue, setting.Cpus);
        }
    }

    /// <summary>What it was made of.</summary>
    public NetworkOptions Options { get; }

    /// <summary>The devices.</summary>
    public DeviceTable Devices { get; }

    /// <summary>The routes in force.</summary>
    public ForwardingTables Forwarding { get; }

    /// <summary>The neighbours' link addresses.</summary>
    public NeighborTable<IPv4Address> Neighbors { get; }

    /// <summary>The link addresses of IPv6's neighbours. There is no room for any where no device speaks IPv6 when the stack is made.</summary>
    public NeighborTable<IPv6Address> IPv6Neighbors { get; }

    /// <summary>The UDP and UDP-Lite sockets.</summary>
    public UdpSocketTable UdpSockets { get; } = new();

    /// <summary>The TCP sockets.</summary>
    public TcpSocketTable TcpSockets { get; } = new();

    /// <summary>The raw sockets.</summary>
    public RawSocketTable RawSockets { get; } = new();

    /// <summary>The packet sockets.</summary>
    public PacketSocketTable PacketSockets { get; }

    /// <summary>The CPUs that do the work, by number.</summary>
    public ImmutableArray<Cpu> Cpus { get; }

    /// <summary>The protocols' counters and the drops, summed over the CPUs.</summary>
    public CounterTotals Counters { get; }

    /// <summary>Which CPUs work on which queue's packets.</summary>
    public RpsTable Rps { get; }

    /// <summary>How packets are taken in. Swapped whole, by the control thread.</summary>
    public ReceiveSettings Receive
    {
        get => Cpus[0].Receive.Settings;
        set
        {
            foreach (Cpu cpu in Cpus)
            {
                cpu.Receive.Settings = value;
            }
        }
    }

    /// <summary>What hangs on the devices, and the taps on all of them.</summary>
    internal HookTable Hooks { get; }

    /// <summary>The hash of flows that the card has not hashed.</summary>
    internal FlowHash FlowHash { get; }

    /// <summary>What hosts were told of late. Shared by the CPUs.</summary>
    internal PeerTable<IPv4Address> Peers { get; } = new();

    /// <summary>The same of hosts that speak IPv6.</summary>
    internal PeerTable<IPv6Address> IPv6Peers { get; } = new();

    /// <summary>How many ICMP messages may be made. Shared by the CPUs.</summary>
    internal IcmpCredit IcmpCredit { get; }

    /// <summary>The interrupts of the devices.</summary>
    public InterruptController Interrupts { get; }

    /// <summary>The receive side of a device: <see cref="CardOf"/>.</summary>
    /// <exception cref="ArgumentException">The device is none of this stack's.</exception>
    public IFrameReceiver ReceiverOf(NetworkDevice device) => CardOf(device);

    /// <summary>The card of a device. Whoever asks first opens it, and so must be the control thread.</summary>
    /// <exception cref="ArgumentException">The device is none of this stack's.</exception>
    public NetworkCard CardOf(NetworkDevice device) => DriverOf(device).Card;

    /// <summary>The driver's view of a device's receive rings, by queue.</summary>
    /// <exception cref="ArgumentException">The device is none of this stack's.</exception>
    public IReadOnlyList<ReceiveRing> RingsOf(NetworkDevice device) => DriverOf(device).Rings;

    /// <summary>The driver's view of a device's transmit rings, by queue.</summary>
    /// <exception cref="ArgumentException">The device is none of this stack's.</exception>
    public IReadOnlyList<TransmitRing> TransmitRingsOf(NetworkDevice device) => DriverOf(device).TransmitRings;

    /// <summary>Lets a tap see packets that enter the receive core, and those that are sent if it wants them. It is called on the CPU where the packet is.</summary>
    /// <param name="tap">The tap.</param>
    /// <param name="device">Whose packets it sees; null: those of all devices.</param>
    /// <param name="protocol">Which protocol's packets it sees.</param>
    public void AddTap(IPacketTap tap, NetworkDevice? device = null, EtherType protocol = EtherType.All)
    {
        ArgumentNullException.ThrowIfNull(tap);
        Hooks.Add(tap, device, (ushort)protocol);
    }

    /// <summary>Ends a tap.</summary>
    public void RemoveTap(IPacketTap tap) => Hooks.Remove(tap);

    /// <summary>Frees what waits in queues, and the packet memory.</summary>
    /// <exception cref="InvalidOperationException">A packet was not freed: a fault of this library or of a tap.</exception>
    public void Dispose()
    {
        foreach (Cpu cpu in Cpus)
        {
            cpu.FilledLanes.Clear();
        }

        Neighbors.Clear();
        IPv6Neighbors.Clear();
        Array.ForEach(_paths, path => path.Clear());
        foreach (DeviceDriver driver in _drivers.Values)
        {
            driver.ClearTransmission();
        }

        foreach (DeviceDriver driver in _drivers.Values)
        {
            driver.Dispose();
        }

        foreach (Cpu cpu in Cpus)
        {
            cpu.Dispose();
        }
    }

    /// <summary>What a CPU gives to those who hang on devices.</summary>
    internal PacketContext ContextOf(Cpu cpu) => _paths[cpu.Index].Context;

    /// <summary>A number for a polling context; those of CPUs are below (<c>MIN_NAPI_ID</c>).</summary>
    internal ushort NextNapiId() => (ushort)(Cpu.MostCpus + ++_napiCount);

    private CardDriver DriverOf(NetworkDevice device)
    {
        if (!IsDriven(device, out DeviceDriver? driver))
        {
            driver = _paths[0].Open(this, device, _paths);
            _drivers.Add(device, driver);
        }

        return driver as CardDriver ?? throw new ArgumentException($"{device} has a link, and no card.", nameof(device));
    }

    private bool IsDriven(NetworkDevice device, [NotNullWhen(true)] out DeviceDriver? driver)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (!Devices.All.Contains(device))
        {
            throw new ArgumentException($"{device} is not a device of this stack.", nameof(device));
        }

        return _drivers.TryGetValue(device, out driver);
    }

    private ReceivePath JoinPath(Cpu cpu) =>
        Options.Observer is null ? new ReceivePath<NoTracing>(this, cpu)
        : Options.ObserveDetails ? new ReceivePath<DetailTracing>(this, cpu)
        : new ReceivePath<StageTracing>(this, cpu);
}
