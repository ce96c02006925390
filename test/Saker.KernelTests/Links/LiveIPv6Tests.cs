using System.Net;
using System.Net.Sockets;
using Saker.Host.Live;
using Saker.Kernel.Devices;
using Saker.Wire;

namespace Saker.KernelTests.Links;

/// <summary>A host of ours on a link to the running kernel, over IPv6: what the kernel asks of it, and gets.</summary>
public sealed class LiveIPv6Tests
{
    private static readonly IPAddress Stack = LinkSetup.StackIPv6Address.ToIPAddress();
    private static readonly IPEndPoint Echo = new(Stack, 7);

    [KernelTheory]
    [InlineData("packet", 1)]
    [InlineData("packet", 2)]
    [InlineData("tap", 1)]
    [InlineData("xdp", 1)]
    [InlineData("xdp", 2)]
    public void The_kernel_finds_the_host_and_pings_it(string kind, int queues)
    {
        using LinkSetup setup = LinkSetup.Of(kind, queues: queues);
        using LiveHost host = new(setup.Link, LinkSetup.HostOptions(queues));
        using KernelPeer peer = new(setup);

        for (ushort i = 1; i <= 10; i++)
        {
            Assert.True(peer.PingIPv6(Stack, i, 56, out _), $"ping {i} of {kind}");
        }

        Assert.True(peer.PingIPv6(Stack, 11, 1452, out _));
        Assert.Null(host.Fault);
        LiveCounts counts = host.Count();
        Assert.Contains(("Icmp6InType128", 11L), counts.Counters);
        Assert.Contains(("Icmp6OutType129", 11L), counts.Counters);
        Assert.Contains(counts.Counters, counter => counter.Name == "Icmp6OutType136");
        Assert.Empty(counts.Losses);
    }

    [KernelTheory]
    [InlineData("packet")]
    [InlineData("tap")]
    [InlineData("xdp")]
    public void The_host_has_the_link_local_address_of_its_link_address_and_answers_all_nodes_with_it(string kind)
    {
        using LinkSetup setup = LinkSetup.Of(kind);
        using LiveHost host = new(setup.Link, LinkSetup.HostOptions());
        using KernelPeer peer = new(setup);
        long scope = setup.Kernel.Enter(() => DeviceName.IndexOf(setup.Device));
        IPAddress own = WithScope(IPv6Address.LinkLocalFor(setup.Link.Address), scope);

        Assert.True(Eventually(() => peer.PingIPv6(own, 1, 56, out _)));
        Assert.True(peer.PingIPv6(WithScope(IPv6Address.AllNodes, scope), 2, 56, out IPAddress? answerer));

        // The kernel asks by whichever of its addresses it likes, and is answered by that of the same kind.
        Assert.Contains(answerer, (IPAddress[])[own, Stack]);
    }

    [KernelTheory]
    [InlineData("packet", 1500)]
    [InlineData("tap", 9000)]
    [InlineData("xdp", 1500)]
    [InlineData("xdp", 9000)]
    public void Datagrams_come_back_whole_though_their_checksums_were_left_to_hardware(string kind, int mtu)
    {
        using LinkSetup setup = LinkSetup.Of(kind, mtu);
        using LiveHost host = new(setup.Link, LinkSetup.HostOptions());
        using KernelPeer peer = new(setup);
        foreach (int length in (int[])[0, 1, 17, 48, 49, 500, mtu - 48])
        {
            byte[] data = new byte[length];
            Random.Shared.NextBytes(data);
            Assert.Equal(data, peer.Exchange(Echo, data));
        }

        LiveCounts counts = host.Count();
        Assert.Contains(("Udp6InDatagrams", 7L), counts.Counters);
        Assert.Contains(("Udp6OutDatagrams", 7L), counts.Counters);
        Assert.DoesNotContain(counts.Counters, counter => counter.Name.Contains("Csum", StringComparison.Ordinal));
        Assert.Empty(counts.Losses);
    }

    [KernelTheory]
    [InlineData("packet")]
    [InlineData("tap")]
    [InlineData("xdp")]
    public void A_port_where_nobody_is_says_so(string kind)
    {
        using LinkSetup setup = LinkSetup.Of(kind);
        using LiveHost host = new(setup.Link, LinkSetup.HostOptions());
        using Socket udp = setup.Kernel.Enter(() => new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 3000 });
        udp.Connect(new IPEndPoint(Stack, 12_345));
        udp.Send([1]);

        SocketException refused = Assert.Throws<SocketException>(() => udp.Receive(new byte[10]));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
        Assert.True(SpinWait.SpinUntil(() => host.Count().Counters.Contains(("Udp6NoPorts", 1L)), 5000));
    }

    private static IPAddress WithScope(IPv6Address address, long scope)
    {
        IPAddress scoped = address.ToIPAddress();
        scoped.ScopeId = scope;
        return scoped;
    }

    /// <summary>A fresh device of the kernel's has its link-local address, and the way by it, only a moment after it has come up.</summary>
    private static bool Eventually(Func<bool> succeeds) => SpinWait.SpinUntil(
        () =>
        {
            try
            {
                return succeeds();
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.NetworkUnreachable or SocketError.AddressNotAvailable)
            {
                return false;
            }
        },
        5000);
}
