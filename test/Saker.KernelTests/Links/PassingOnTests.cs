using System.Net;
using System.Net.Sockets;

namespace Saker.KernelTests.Links;

/// <summary>What a kernel sends to another one through a host of ours, by links of all kinds: with checksums that it leaves to hardware, and TCP in frames longer than the wire takes.</summary>
public sealed class PassingOnTests
{
    private static readonly (string Near, string Far)[] Pairs = [("xdp", "packet"), ("xdp", "tap"), ("packet", "xdp"), ("tap", "xdp"), ("xdp", "xdp"), ("packet", "tap"), ("tap", "packet")];

    public static TheoryData<string, string, bool> Ways()
    {
        TheoryData<string, string, bool> ways = [];
        foreach ((string near, string far) in Pairs)
        {
            ways.Add(near, far, true);
            ways.Add(near, far, false);
        }

        return ways;
    }

    public static TheoryData<string, string> Bridges()
    {
        TheoryData<string, string> bridges = [];
        foreach ((string near, string far) in Pairs)
        {
            bridges.Add(near, far);
        }

        return bridges;
    }

    [KernelTheory]
    [MemberData(nameof(Ways))]
    public void A_datagram_whose_checksum_is_left_to_hardware_is_accepted_by_the_kernel_behind(string near, string far, bool routes)
    {
        using HostBetween host = new(near, far, routes);
        CompleteOnTheWire(host.Far, far);
        using KernelPeer counters = new(host.Far);
        using Socket from = HostBetween.Open(host.Near, SocketType.Dgram);
        using Socket to = HostBetween.Open(host.Far, SocketType.Dgram, 4000);
        int[] lengths = [0, 1, 17, 500, 1471, 1472];
        byte[] buffer = new byte[2000];
        foreach (int length in lengths)
        {
            byte[] data = new byte[length];
            Random.Shared.NextBytes(data);
            from.SendTo(data, new IPEndPoint(host.FarAddress, 4000));
            Assert.Equal(length, to.Receive(buffer));
            Assert.Equal(data, buffer[..length]);
        }

        Assert.Equal(0, counters.ReadCounter("Udp", "InCsumErrors"));
        Assert.True(host.NearCounts.ChecksumsTold + host.NearCounts.ChecksumsUnfilled >= lengths.Length, "the kernel has filled in the checksums itself");
        Assert.Equal(far == "xdp" ? 0 : lengths.Length, host.FarCounts.SentUnfilled);
    }

    [KernelTheory]
    [MemberData(nameof(Ways))]
    public void A_connection_of_long_frames_brings_every_byte_both_ways(string near, string far, bool routes)
    {
        using HostBetween host = new(near, far, routes);
        PassBothWays(host, near, far, isIPv6: false);
    }

    [KernelTheory]
    [MemberData(nameof(Bridges))]
    public void A_connection_over_IPv6_brings_every_byte_through_a_bridge(string near, string far)
    {
        using HostBetween host = new(near, far, routes: false, isIPv6: true);
        PassBothWays(host, near, far, isIPv6: true);
    }

    [KernelFact]
    public void A_frame_that_waits_for_its_device_leaves_when_that_is_up_again_though_nothing_else_happens()
    {
        using HostBetween host = new("packet", "xdp", routes: true);
        using Socket from = HostBetween.Open(host.Near, SocketType.Dgram);
        using Socket to = HostBetween.Open(host.Far, SocketType.Dgram, 4000);
        byte[] buffer = new byte[100];
        from.SendTo([1], new IPEndPoint(host.FarAddress, 4000));
        Assert.Equal(1, to.Receive(buffer));

        host.Far.RunOutside("ip link set eth0 down");
        long before = host.FarCounts.Sent;
        from.SendTo([2, 3], new IPEndPoint(host.FarAddress, 4000));
        Assert.True(SpinWait.SpinUntil(() => host.FarCounts.Sent > before, 3000));
        host.Far.RunOutside("ip link set eth0 up");

        Assert.Equal(2, to.Receive(buffer));
    }

    private static void PassBothWays(HostBetween host, string near, string far, bool isIPv6)
    {
        const int Size = 4 << 20;
        using Socket listener = HostBetween.Open(host.Far, SocketType.Stream, 4000, isIPv6);
        listener.Listen(1);
        using Socket client = HostBetween.Open(host.Near, SocketType.Stream, isIPv6: isIPv6);
        client.Connect(host.FarAddress, 4000);
        using Socket server = listener.Accept();
        byte[] data = new byte[Size], there = new byte[Size], back = new byte[Size];
        new Random(1).NextBytes(data);

        Pass(client, server, data, there);
        Pass(server, client, there, back);

        Assert.True(data.AsSpan().SequenceEqual(there) && data.AsSpan().SequenceEqual(back));
        Assert.Equal(near != "xdp", host.NearCounts.Merged > 0);

        // By AF_XDP nothing leaves that is longer than the wire takes; by the others what the near kernel has left uncut leaves as it is.
        Assert.Equal(near != "xdp" && far != "xdp", host.FarCounts.SentMerged > 0 && near != "xdp");
        Assert.Equal(0, host.NearCounts.SendingFailed + host.FarCounts.SendingFailed);
    }

    /// <summary>A veth has no hardware to fill in checksums: then the kernel must do so where we say, and the other end looks at them.</summary>
    private static void CompleteOnTheWire(LinkSetup setup, string kind)
    {
        if (kind == "packet")
        {
            setup.RunOutside("ethtool -K eth0 tx off");
        }
    }

    private static void Pass(Socket from, Socket to, byte[] data, byte[] received)
    {
        Task sending = Task.Run(() => from.Send(data));
        for (int count = 0; count < received.Length;)
        {
            int more = to.Receive(received, count, received.Length - count, SocketFlags.None);
            Assert.NotEqual(0, more);
            count += more;
        }

        sending.Wait();
    }
}
