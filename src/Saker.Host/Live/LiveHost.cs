using System.Collections.Immutable;
using Saker.Host.Links;
using Saker.Host.Workers;
using Saker.Kernel.Scheduling;
using Saker.Packets;
using Saker.Stack;
using Saker.Stack.Devices;
using Saker.Stack.Driver.Links;
using Saker.Stack.Ip.V4;
using Saker.Stack.Ip.V6;
using Saker.Stack.Observation;
using Saker.Stack.Routing;
using Saker.Stack.Sockets;
using Saker.Stack.Softirq;
using Saker.Stack.Transport.Udp;
using Saker.Wire;

namespace Saker.Host.Live;

/// <summary>
/// A host that lives on a link: a stack with addresses of its own, which answers ARP, neighbour discovery and echo requests and has a few services, and a thread for each
/// of its CPUs.
/// </summary>
public sealed class LiveHost : IDisposable
{
    /// <summary>The least MTU with which a link takes part in IPv6 (RFC 8200 section 5).</summary>
    public const int LeastIPv6Mtu = 1280;

    private const int LinkLocalPrefixLength = 64;

    private readonly ILink _link;
    private readonly CpuWorker[] _workers;
    private readonly StageTally? _stages;
    private readonly long _startedAt;
    private bool _isStopped;

    /// <summary>Brings a host up. It receives from now on.</summary>
    /// <param name="link">Its link, which remains the caller's, to be disposed of after the host.</param>
    /// <param name="options">What it is.</param>
    /// <exception cref="ArgumentException">There is no address, or there are more CPUs than queues.</exception>
    public LiveHost(ILink link, LiveHostOptions options)
    {
        ArgumentNullException.ThrowIfNull(link);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Addresses.Count + options.IPv6Addresses.Count == 0)
        {
            throw new ArgumentException("A host has one address at least.", nameof(options));
        }

        _link = link;
        _stages = options.CountsStages ? new StageTally() : null;
        MonotonicClock clock = new();
        _startedAt = clock.Now;
        Clock = clock;
        Device = MakeDevice(link, options);
        NetworkDevice loopback = MakeLoopback();
        Stack = new NetworkStack(new NetworkOptions
        {
            Devices = [loopback, Device],
            Routes = [.. RoutesOf([loopback, Device], options.Gateway)],
            IPv6Routes = [.. IPv6RoutesOf([loopback, Device], options.IPv6Gateway)],
            Clock = clock,
            CpuCount = options.CpuCount,
            Cpu = options.Cpu,
            Observer = _stages,
        });
        try
        {
            Open(options.EchoPorts, new EchoService());
            Open(options.DiscardPorts, new DiscardService());
            Stack.Attach(Device, link.Queues, link.Options);
        }
        catch
        {
            Stack.Dispose();
            throw;
        }

        _workers = [.. Stack.Cpus.Select(cpu => Start(cpu, options))];
    }

    /// <summary>The stack.</summary>
    public NetworkStack Stack { get; }

    /// <summary>The device that the link is behind.</summary>
    public NetworkDevice Device { get; }

    /// <summary>The time.</summary>
    public IClock Clock { get; }

    /// <summary>How long it has been up.</summary>
    public TimeSpan Elapsed => TimeSpan.FromTicks((Clock.Now - _startedAt) / TimeSpan.NanosecondsPerTick);

    /// <summary>What has ended it before its time, in one line; null: nothing.</summary>
    public string? Fault =>
        _link.Fault is { } fault ? $"{_link.Name}: {fault}"
        : _workers.Select(worker => worker.Fault).FirstOrDefault(thrown => thrown is not null) is { } thrown ? $"a worker has failed: {thrown.Message}"
        : null;

    /// <summary>What has happened until now. For any thread; also when the host has been stopped.</summary>
    public LiveCounts Count()
    {
        ImmutableArray<LinkQueueStatistics> queues = Stack.LinkStatisticsOf(Device);
        return new LiveCounts
        {
            Elapsed = Elapsed,
            Received = queues.Sum(queue => queue.Received),
            ReceivedBytes = queues.Sum(queue => queue.ReceivedBytes),
            Sent = queues.Sum(queue => queue.Sent - queue.SendingFailed),
            SentBytes = queues.Sum(queue => queue.SentBytes),
            ChecksumsLeftToHardware = queues.Sum(queue => queue.ChecksumsTold),
            ChecksumsUnfilled = queues.Sum(queue => queue.ChecksumsUnfilled),
            Merged = queues.Sum(queue => queue.Merged),
            CopiedOut = queues.Sum(queue => queue.CopiedOut),
            Unsupported = _stages?.UnsupportedCount ?? 0,
            QueueReceived = [.. queues.Select(queue => queue.Received)],
            Losses = [.. _link.Losses.Where(loss => loss.Count != 0)],
            Drops = [.. Enum.GetValues<DropReason>().Distinct()
                .Select(reason => (Reason: reason.KernelName(), Count: Stack.Counters[reason]))
                .Where(drop => drop.Count != 0)
                .OrderByDescending(drop => drop.Count)],
            Counters = [.. ReadCounters().Where(counter => counter.Value != 0)],
            Stages = _stages is null
                ? []
                : [.. StageRegistry.All.Select(stage => (stage.Function, Count: _stages[stage.Stage])).Where(stage => stage.Count != 0)],
        };
    }

    /// <summary>Ends the work: nothing is received any more. Counts remain.</summary>
    public void Stop()
    {
        if (!_isStopped)
        {
            _isStopped = true;
            Array.ForEach(_workers, worker => worker.Dispose());
        }
    }

    /// <summary>Stops, closes the link's queues and gives the memory back.</summary>
    /// <exception cref="InvalidOperationException">A packet was not freed: a fault of this library.</exception>
    public void Dispose()
    {
        Stop();
        Stack.Dispose();
    }

    private static NetworkDevice MakeDevice(ILink link, LiveHostOptions options)
    {
        List<IPv4InterfaceAddress> addresses = [];
        foreach ((IPv4Address address, int length) in options.Addresses)
        {
            IPv4Prefix prefix = new(address, length);
            addresses.Add(new IPv4InterfaceAddress(address, length)
            {
                Broadcast = length < 31 ? new IPv4Address(prefix.Address.Value | (uint)(uint.MaxValue >> length)) : null,
                IsSecondary = addresses.Exists(other => other.Prefix == prefix),
            });
        }

        return new NetworkDevice(2, link.Name[(link.Name.IndexOf(':', StringComparison.Ordinal) + 1)..], link.Address)
        {
            Mtu = options.Mtu ?? link.Mtu,
            IPv4 = new IPv4Interface(addresses, [], new IPv4InterfaceSettings()),
            IPv6 = MakeIPv6(link.Address, options, options.Mtu ?? link.Mtu),
        };
    }

    /// <summary>The addresses given, and the link-local one that every device makes of its link address (<c>addrconf_addr_gen</c>).</summary>
    private static IPv6Interface MakeIPv6(MacAddress link, LiveHostOptions options, int mtu)
    {
        IEnumerable<(IPv6Address Address, int PrefixLength)> own = options.IPv6Addresses.Any(given => given.Address.IsLinkLocal)
            ? []
            : [(Address: IPv6Address.LinkLocalFor(link), PrefixLength: LinkLocalPrefixLength)];
        return new IPv6Interface(
            [.. own.Concat(options.IPv6Addresses).Select(address => new IPv6InterfaceAddress(address.Address, address.PrefixLength))],
            [],
            new IPv6InterfaceSettings { Disabled = mtu < LeastIPv6Mtu });
    }

    private static NetworkDevice MakeLoopback() => new(1, "lo", default)
    {
        Flags = DeviceFlags.Up | DeviceFlags.Loopback,
        Mtu = 65536,
        IPv4 = new IPv4Interface([new IPv4InterfaceAddress(IPv4Address.Loopback, 8) { Scope = (byte)RouteScope.Host }], [], new IPv4InterfaceSettings()),
        IPv6 = new IPv6Interface([new IPv6InterfaceAddress(IPv6Address.Loopback, IPv6Prefix.MaximumLength)], [], new IPv6InterfaceSettings()),
    };

    private static IEnumerable<Route> RoutesOf(NetworkDevice[] devices, IPv4Address? gateway)
    {
        foreach (Route route in devices.SelectMany(AddressRoutes.Of))
        {
            yield return route;
        }

        if (gateway is { } next)
        {
            yield return new Route(new IPv4Prefix(IPv4Address.Any, 0), RouteType.Unicast) { NextHops = [new NextHop(devices[^1], next)] };
        }
    }

    private static IEnumerable<IPv6Route> IPv6RoutesOf(NetworkDevice[] devices, IPv6Address? gateway)
    {
        foreach (IPv6Route route in devices.SelectMany(AddressRoutes.OfIPv6))
        {
            yield return route;
        }

        if (gateway is { } next)
        {
            yield return new IPv6Route(new IPv6Prefix(default, 0), RouteType.Unicast) { Device = devices[^1], Gateway = next };
        }
    }

    private IEnumerable<(string Name, long Value)> ReadCounters()
    {
        for (int i = 0; i < CounterNames.Count; i++)
        {
            yield return (((Counter)i).Name(), Stack.Counters[(Counter)i]);
        }

        for (int i = 0; i < DeviceCounterNames.Count; i++)
        {
            yield return ($"dev.{((DeviceCounter)i).Name()}", Device.Counters[(DeviceCounter)i]);
        }
    }

    private void Open(IEnumerable<ushort> ports, IDatagramService service)
    {
        foreach (ushort port in ports)
        {
            // [::] is both families.
            Stack.UdpSockets.Add(new UdpSocket { LocalPort = port, LocalIPv6 = IPv6Address.Unspecified, Reader = ReaderMode.Service, Service = service });
        }
    }

    private CpuWorker Start(Cpu cpu, LiveHostOptions options)
    {
        IEnumerable<IDescriptorQueue> queues = _link.Queues.Where((_, number) => number % Stack.Cpus.Length == cpu.Index).OfType<IDescriptorQueue>();
        return new CpuWorker(cpu, new CpuWorkerOptions
        {
            Feed = Stack.LookAtLinks,
            Sleep = new LinkSleep(queues),
            Started = options.Processors.Count == 0 ? null : started => ThreadAffinity.Bind(options.Processors[started.Index % options.Processors.Count]),
        });
    }
}
