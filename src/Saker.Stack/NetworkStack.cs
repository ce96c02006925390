using Saker.Stack.Core;
using Saker.Stack.Devices;
using Saker.Stack.Driver;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Softirq;
using Saker.Stack.Transport.Raw;
using Saker.Stack.Transport.Tcp;
using Saker.Stack.Transport.Udp;

namespace Saker.Stack;

/// <summary>
/// One host's network stack: devices, routes, sockets, and the path that received packets take through them.
/// </summary>
/// <remarks>
/// A link feeds frames to <see cref="ReceiverOf"/> a device and raises its interrupt; <see cref="Softirq.Cpu.Softirq"/> does the work. Sockets are added to the
/// tables by a control thread.
/// </remarks>
public sealed class NetworkStack : IDisposable
{
    private readonly ReceivePath _path;

    /// <summary>Sets a stack up.</summary>
    public NetworkStack(NetworkOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        Devices = new DeviceTable(options.Devices);
        Forwarding = new ForwardingTables(new ForwardingInformation(options.Routes, options.Devices));
        Neighbors = new NeighborTable(options.Neighbors);
        Cpu = new Cpu(0, options.Clock, options.Cpu, options.Observer);
        _path = options.Observer is null ? new ReceivePath<NoTracing>(this)
            : options.ObserveDetails ? new ReceivePath<DetailTracing>(this)
            : new ReceivePath<StageTracing>(this);
    }

    /// <summary>What it was made of.</summary>
    public NetworkOptions Options { get; }

    /// <summary>The devices.</summary>
    public DeviceTable Devices { get; }

    /// <summary>The routes in force.</summary>
    public ForwardingTables Forwarding { get; }

    /// <summary>The neighbours' link addresses.</summary>
    public NeighborTable Neighbors { get; }

    /// <summary>The UDP and UDP-Lite sockets.</summary>
    public UdpSocketTable UdpSockets { get; } = new();

    /// <summary>The TCP sockets.</summary>
    public TcpSocketTable TcpSockets { get; } = new();

    /// <summary>The raw sockets.</summary>
    public RawSocketTable RawSockets { get; } = new();

    /// <summary>The CPU that does the work.</summary>
    public Cpu Cpu { get; }

    /// <summary>The receive side of a device.</summary>
    /// <exception cref="ArgumentException">The device is none of this stack's.</exception>
    public IFrameReceiver ReceiverOf(NetworkDevice device) => _path.ReceiverOf(device);

    /// <summary>Lets a tap see every packet that enters the receive core.</summary>
    public void AddTap(IPacketTap tap) => _path.AddTap(tap);

    /// <summary>Ends a tap.</summary>
    public void RemoveTap(IPacketTap tap) => _path.RemoveTap(tap);

    /// <summary>Frees what waits in queues, and the packet memory.</summary>
    /// <exception cref="InvalidOperationException">A packet was not freed: a fault of this library or of a tap.</exception>
    public void Dispose()
    {
        Cpu.Softirq.ClearQueues();
        Neighbors.Clear();
        _path.Clear();
        Cpu.Dispose();
    }
}
