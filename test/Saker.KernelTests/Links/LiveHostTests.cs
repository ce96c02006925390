using System.Net;
using System.Net.Sockets;
using Saker.Host.Live;

namespace Saker.KernelTests.Links;

/// <summary>A host of ours on a link to the running kernel: what the kernel asks of it, and gets.</summary>
public sealed class LiveHostTests
{
    private static readonly IPEndPoint Echo = new(new IPAddress([10, 0, 0, 2]), 7);

    [KernelTheory]
    [InlineData("packet", 1)]
    [InlineData("packet", 2)]
    [InlineData("tap", 1)]
    [InlineData("tap", 2)]
    [InlineData("xdp", 1)]
    [InlineData("xdp", 2)]
    public void The_kernel_finds_the_host_and_pings_it(string kind, int queues)
    {
        using LinkSetup setup = LinkSetup.Of(kind, queues: queues);
        using LiveHost host = new(setup.Link, LinkSetup.HostOptions(queues));
        using KernelPeer peer = new(setup);

        for (ushort i = 1; i <= 10; i++)
        {
            Assert.True(peer.Ping(i, 56), $"ping {i} of {kind}");
        }

        Assert.True(peer.Ping(11, 1472));
        Assert.Null(host.Fault);
        LiveCounts counts = host.Count();
        Assert.Contains(("IcmpMsg.InType8", 11L), counts.Counters);
        Assert.Contains(("IcmpMsg.OutType0", 11L), counts.Counters);
        Assert.Empty(counts.Losses);
    }

    [KernelTheory]
    [InlineData("packet", 1500)]
    [InlineData("packet", 9000)]
    [InlineData("tap", 1500)]
    [InlineData("tap", 9000)]
    [InlineData("xdp", 1500)]
    [InlineData("xdp", 9000)]
    public void Datagrams_come_back_whole_though_their_checksums_were_left_to_hardware(string kind, int mtu)
    {
        using LinkSetup setup = LinkSetup.Of(kind, mtu);
        using LiveHost host = new(setup.Link, LinkSetup.HostOptions());
        using KernelPeer peer = new(setup);
        int longest = mtu - 28;
        foreach (int length in (int[])[0, 1, 17, 68, 69, 500, longest, longest + 1, 20_000, 60_000])
        {
            byte[] data = new byte[length];
            Random.Shared.NextBytes(data);
            Assert.Equal(data, peer.Exchange(Echo, data));
        }

        LiveCounts counts = host.Count();
        long unfilled = counts.ChecksumsLeftToHardware + counts.ChecksumsUnfilled;
        Assert.True(unfilled >= 7, $"{unfilled} checksums were left to hardware");
        Assert.DoesNotContain(counts.Counters, counter => counter.Name.Contains("Csum", StringComparison.Ordinal));
        Assert.Equal(0, peer.ReadCounter("Udp", "InCsumErrors"));
        Assert.Empty(counts.Losses);
    }

    [KernelTheory]
    [InlineData("packet")]
    [InlineData("tap")]
    public void Datagrams_that_the_kernel_leaves_uncut_are_cut_here(string kind)
    {
        using LinkSetup setup = LinkSetup.Of(kind);
        using LiveHost host = new(setup.Link, LinkSetup.HostOptions());
        using KernelPeer peer = new(setup);
        Assert.True(peer.Ping(1, 56));

        // UDP_SEGMENT (linux/udp.h): the payload is one of several datagrams.
        const int UdpLevel = 17, SegmentOption = 103;
        peer.Udp.SetRawSocketOption(UdpLevel, SegmentOption, BitConverter.GetBytes(1000));
        byte[] data = new byte[9_500];
        Random.Shared.NextBytes(data);
        peer.Udp.SendTo(data, Echo);
        byte[] back = [.. Enumerable.Range(0, 10).SelectMany(_ => peer.ReceiveDatagram() ?? [])];

        Assert.Equal(data, back);
        Assert.Equal(1, host.Count().Merged);
    }

    [KernelTheory]
    [InlineData("packet")]
    [InlineData("tap")]
    [InlineData("xdp")]
    public void A_port_where_nobody_is_says_so(string kind)
    {
        using LinkSetup setup = LinkSetup.Of(kind);
        using LiveHost host = new(setup.Link, LinkSetup.HostOptions());
        using KernelPeer peer = new(setup);
        using Socket udp = setup.Kernel.Enter(() => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 2000 });
        udp.Connect(new IPEndPoint(Echo.Address, 12_345));
        udp.Send([1]);

        SocketException refused = Assert.Throws<SocketException>(() => udp.Receive(new byte[10]));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);

        // The answer leaves before the packet is dropped.
        Assert.True(SpinWait.SpinUntil(() => host.Count().Drops.Contains(("NO_SOCKET", 1L)), 5000));
    }

    [KernelTheory]
    [InlineData("packet")]
    [InlineData("tap")]
    [InlineData("xdp")]
    public void A_device_that_goes_away_ends_the_link_and_not_the_process(string kind)
    {
        using LinkSetup setup = LinkSetup.Of(kind);
        using LiveHost host = new(setup.Link, LinkSetup.HostOptions());
        using KernelPeer peer = new(setup);
        Assert.True(peer.Ping(1, 56));

        setup.RunInside($"ip link del {setup.Device}");

        Assert.True(SpinWait.SpinUntil(() => host.Fault is not null, 5000));
        Assert.Contains("the device is gone", host.Fault, StringComparison.Ordinal);
    }

    [KernelFact]
    public void A_device_that_goes_down_and_up_again_goes_on()
    {
        using LinkSetup setup = LinkSetup.Of("packet");
        using LiveHost host = new(setup.Link, LinkSetup.HostOptions());
        using KernelPeer peer = new(setup);
        Assert.True(peer.Ping(1, 56));

        setup.RunInside("ip link set eth1 down");
        setup.RunOutside("ip link set eth0 down", "ip link set eth0 up");
        setup.RunInside("ip link set eth1 up");

        Assert.True(SpinWait.SpinUntil(() => peer.Ping(2, 56), 10_000));
        Assert.Null(host.Fault);
    }
}
