using Saker.Packets;
using Saker.Stack.Ip.V6;
using Saker.Stack.Routing;
using Saker.Wire;

namespace Saker.Tests.Stack.Routing;

/// <summary>Neighbours of IPv6 over time; what single messages do to them the recorded answers of the kernel show.</summary>
public sealed class IPv6NeighborTests
{
    private const string Mac = "020000000066";
    private const string AllThatMayBe = "3333ff000066";

    [Fact]
    public void Unknown_packet_for_it_waits_and_its_group_is_asked()
    {
        using TestHost host = new();

        FrameResult result = host.Receive(Echo());

        Assert.Equal("consumed", result.Verdict);
        AssertSolicits(result, AllThatMayBe, "ff0200000000000000000001ff000066");
        Assert.Equal(NeighborState.Incomplete, StateOf(host));
    }

    [Fact]
    public void Incomplete_without_an_answer_its_group_is_asked_three_times_and_then_it_has_failed()
    {
        using TestHost host = new();
        host.Receive(Echo());

        AssertSolicits(host.Wait(TimeSpan.FromSeconds(1)), AllThatMayBe, "ff0200000000000000000001ff000066");
        AssertSolicits(host.Wait(TimeSpan.FromSeconds(1)), AllThatMayBe, "ff0200000000000000000001ff000066");
        FrameResult end = host.Wait(TimeSpan.FromSeconds(1));

        Assert.Empty(end.Sent);
        Assert.Equal("NEIGH_FAILED", end.Reason);
        Assert.Equal(NeighborState.Failed, StateOf(host));
    }

    [Fact]
    public void Failed_an_advertisement_changes_nothing()
    {
        using TestHost host = new();
        host.Receive(Echo());
        host.Wait(TimeSpan.FromSeconds(4));

        Assert.Equal("dropped", host.Receive(Advertisement(0x60)).Verdict);
        Assert.Equal(NeighborState.Failed, StateOf(host));
    }

    [Fact]
    public void Stale_use_delays_then_asks_the_neighbour_itself()
    {
        using TestHost host = new();
        host.Receive(Echo());

        // What has waited goes out, and is the use.
        Assert.Single(host.Receive(Advertisement(0)).Sent);
        Assert.Equal(NeighborState.Delay, StateOf(host));
        FrameResult probe = host.Wait(TimeSpan.FromSeconds(5));

        Assert.Equal(NeighborState.Probe, StateOf(host));

        // No packet waits whose source could be told.
        AssertSolicits(probe, Mac, "fd000000000000000000000000000066", "fe80000000000000000000fffe000001");
    }

    [Fact]
    public void Probe_without_an_answer_it_has_failed()
    {
        using TestHost host = new();
        host.Receive(Echo());
        host.Receive(Advertisement(0));
        host.Receive(Echo());
        host.Wait(TimeSpan.FromSeconds(9));

        Assert.Equal(NeighborState.Failed, StateOf(host));
    }

    [Fact]
    public void Reachable_half_a_minute_of_silence_makes_it_stale()
    {
        using TestHost host = new();
        host.Receive(Echo());
        host.Receive(Advertisement(0x60));
        Assert.Equal(NeighborState.Reachable, StateOf(host));

        Assert.Empty(host.Wait(TimeSpan.FromSeconds(31)).Sent);

        Assert.Equal(NeighborState.Stale, StateOf(host));
    }

    [Fact]
    public void A_full_table_costs_the_packet()
    {
        using TestHost host = new();
        for (int i = 0; host.Stack.IPv6Neighbors.Count < NeighborSettings.TableCapacity; i++)
        {
            host.Receive(Frames.IcmpV6([128, 0, 0, 0, 0, 0, 0, 0], source: $"fd00::1:{i:x}"));
        }

        host.Receive(Echo());

        Assert.Equal(1, host.Stack.Counters[DropReason.NeighborCreateFailed]);
        host.Wait(TimeSpan.FromSeconds(4));
    }

    [Fact]
    public void Of_IPv4_and_of_IPv6_have_tables_of_their_own()
    {
        using TestHost host = new();
        int before = host.Stack.Neighbors.Count;

        host.Receive(Echo());

        Assert.Equal(before, host.Stack.Neighbors.Count);
        Assert.Equal(2, host.Stack.IPv6Neighbors.Count);
    }

    [Theory]
    [InlineData(false, 25)]
    [InlineData(true, 6)]
    public void Errors_to_one_host_are_limited_by_the_prefix_that_leads_there(bool isLimited, int answers)
    {
        using TestHost host = new(ipv6: new IPv6Settings { IcmpRateLimit = isLimited ? 1000 : 0 });

        int sent = Enumerable.Range(0, 25).Sum(_ => host.Receive(Frames.UdpOverIPv6()).Sent.Count);
        Assert.Equal(answers, sent);

        // A quarter of a second for a prefix of 64 bits.
        host.Wait(TimeSpan.FromMilliseconds(251));
        Assert.Single(host.Receive(Frames.UdpOverIPv6()).Sent);
        Assert.Equal(isLimited ? 19 : 0, host.Stack.Counters[Saker.Stack.Observation.Counter.Icmp6OutRateLimitHost]);
    }

    [Fact]
    public void What_a_router_would_pass_on_is_said_to_be_unsupported()
    {
        using TestHost host = new(ipv6: new IPv6Settings { Forwarding = true });

        Assert.Equal("unsupported", host.Receive(Frames.IPv6([], IPProtocol.NoNextHeader, destination: "fd00::77")).Verdict);
    }

    [Fact]
    public void A_device_of_whose_IPv6_nothing_is_known_says_so()
    {
        using TestHost host = new();
        host.Ethernet.IPv6 = null;

        FrameResult result = host.Receive(Echo());

        Assert.Equal("unsupported", result.Verdict);
        Assert.DoesNotContain(result.Counters, counter => counter.Key.StartsWith("Ip6", StringComparison.Ordinal));
    }

    private static NeighborState StateOf(TestHost host) => Assert.Single(host.Stack.IPv6Neighbors.All, entry => entry.Address == IPv6Address.Parse("fd00::66")).State;

    private static byte[] Echo() => Frames.IcmpV6([128, 0, 0, 0, 0, 0, 0, 1], source: "fd00::66");

    private static byte[] Advertisement(byte flags) =>
        Frames.IcmpV6([136, 0, 0, 0, flags, 0, 0, 0, 0xfd, .. new byte[14], 0x66, 2, 1, 2, 0, 0, 0, 0, 0x66], "fd00::66", hopLimit: 255);

    private static void AssertSolicits(FrameResult result, string link, string destination, string source = "fd000000000000000000000000000001")
    {
        string frame = Assert.Single(result.Sent);
        Assert.StartsWith(link + "02000000000186dd6000000000203aff" + source + destination + "8700", frame, StringComparison.Ordinal);
        Assert.EndsWith("fd000000000000000000000000000066" + "0101020000000001", frame, StringComparison.Ordinal);
    }
}
