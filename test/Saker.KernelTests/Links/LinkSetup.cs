using Saker.Host.Links;
using Saker.Host.Links.Kernel;
using Saker.Host.Live;
using Saker.Kernel.Namespaces;
using Saker.Kernel.Tap;
using Saker.Wire;

namespace Saker.KernelTests.Links;

/// <summary>
/// A link to the running kernel, which has 10.0.0.1/24 and fd00::1/64 at its other end, in a namespace of its own: by packet sockets on a veth whose peer the kernel has, or by a
/// TAP device. The stack is to have 10.0.0.2 and fd00::2.
/// </summary>
internal sealed class LinkSetup : IDisposable
{
    public static readonly IPv4Address KernelAddress = new(10, 0, 0, 1);
    public static readonly IPv4Address StackAddress = new(10, 0, 0, 2);
    public static readonly IPv6Address StackIPv6Address = IPv6Address.Parse("fd00::2");

    private readonly NetworkNamespace? _outer;
    private readonly ILink? _link;

    private LinkSetup(NetworkNamespace? outer, NetworkNamespace kernel, string device, ILink? link)
    {
        _outer = outer;
        Kernel = kernel;
        Device = device;
        _link = link;
    }

    /// <summary>Where the kernel is the other end.</summary>
    public NetworkNamespace Kernel { get; }

    /// <summary>The kernel's device there.</summary>
    public string Device { get; }

    public ILink Link => _link ?? throw new InvalidOperationException("There is no link.");

    /// <summary>By what is said.</summary>
    /// <param name="kind">As on the command line: <c>xdp</c>, <c>packet</c>, <c>tap</c>.</param>
    /// <param name="mtu">The MTU.</param>
    /// <param name="queues">How many queues.</param>
    /// <param name="isQuiet">Whether there is no IPv6, so that kernels send nothing by themselves but ARP.</param>
    public static LinkSetup Of(string kind, int mtu = 1500, int queues = 1, bool isQuiet = false) => kind switch
    {
        "tap" => Tap(mtu, queues, isQuiet),
        "xdp" => Veth(mtu, () => XdpLink.Open(new XdpLinkOptions { Device = "eth0", Queues = [.. Enumerable.Range(0, queues)] }), queues, isQuiet),
        _ => Veth(mtu, () => PacketLink.Open(new PacketLinkOptions { Device = "eth0", Queues = queues }), isQuiet: isQuiet),
    };

    /// <summary>Without a link: another process is to have it, at <c>eth0</c>.</summary>
    public static LinkSetup Unlinked(int queues = 1) => Veth(1500, () => null, queues);

    private static LinkSetup Veth(int mtu, Func<ILink?> open, int queues = 1, bool isQuiet = false)
    {
        NetworkNamespace outer = NetworkNamespace.Create(Leftovers.NewName("link-stack"));
        NetworkNamespace kernel = NetworkNamespace.Create(Leftovers.NewName("link-kernel"));
        try
        {
            Run(kernel, Quieting(isQuiet));
            Run(outer,
            [
                .. Quieting(isQuiet),
                $"ip link add eth0 mtu {mtu} address 02:00:00:00:00:02 numrxqueues {queues} numtxqueues {queues} type veth peer name eth1 mtu {mtu} numrxqueues {queues} numtxqueues {queues} address 02:00:00:00:00:01 netns {kernel.Name}",
                "ip link set eth0 up",
            ]);
            Run(kernel, ["ip address add 10.0.0.1/24 dev eth1", .. IPv6AddressOf("eth1", isQuiet), "ip link set eth1 up"]);
            return new LinkSetup(outer, kernel, "eth1", outer.Enter(open));
        }
        catch
        {
            kernel.Dispose();
            outer.Dispose();
            throw;
        }
    }

    private static LinkSetup Tap(int mtu, int queues, bool isQuiet)
    {
        NetworkNamespace kernel = NetworkNamespace.Create(Leftovers.NewName("link-tap"));
        try
        {
            return kernel.Enter(() =>
            {
                NamespaceCommands.Run(kernel.Name, [.. Quieting(isQuiet), $"ip tuntap add dev tap0 mode tap{(queues > 1 ? " multi_queue" : "")} vnet_hdr", $"ip link set tap0 mtu {mtu}", "ip address add 10.0.0.1/24 dev tap0", .. IPv6AddressOf("tap0", isQuiet)]);
                return new LinkSetup(null, kernel, "tap0", TapLink.Open(new TapLinkOptions { Tap = new TapOptions { Name = "tap0", Queues = queues } }));
            });
        }
        catch
        {
            kernel.Dispose();
            throw;
        }
    }

    /// <summary>A host with echo at port 7 and discard at port 9.</summary>
    public static LiveHostOptions HostOptions(int cpus = 1) => new()
    {
        Addresses = [(StackAddress, 24)],
        IPv6Addresses = [(StackIPv6Address, 64)],
        CpuCount = cpus,
        EchoPorts = [7],
        DiscardPorts = [9],
        CountsStages = true,
    };

    private static string[] Quieting(bool isQuiet) => isQuiet ? ["sysctl -w net.ipv6.conf.all.disable_ipv6=1", "sysctl -w net.ipv6.conf.default.disable_ipv6=1"] : [];

    private static string[] IPv6AddressOf(string device, bool isQuiet) => isQuiet ? [] : [$"ip address add fd00::1/64 dev {device} nodad"];

    /// <summary>Commands other than <c>ip</c> are for the namespace of the calling thread.</summary>
    private static void Run(NetworkNamespace space, params string[] commands) => space.Enter(() => NamespaceCommands.Run(space.Name, commands));

    /// <summary>Runs commands where the device is that the link has.</summary>
    public void RunOutside(params string[] commands) => Run(_outer ?? Kernel, commands);

    /// <summary>Runs commands where the kernel is the other end.</summary>
    public void RunInside(params string[] commands) => Run(Kernel, commands);

    /// <summary>Does something on a thread where that device is.</summary>
    public T Outside<T>(Func<T> function) => (_outer ?? Kernel).Enter(function);

    public void Dispose()
    {
        _link?.Dispose();
        Kernel.Dispose();
        _outer?.Dispose();
    }
}
