using Saker.Stack.Ip.V4;
using Saker.Wire;

namespace Saker.Tests.Stack.Ip;

public sealed class IgmpReceiveTests
{
    private static readonly byte[] QueryWithMissingSources = Frames.Message(0x11, 100, 239, 1, 2, 3, 2, 125, 0, 9);

    [Fact]
    public void A_query_of_version_3_must_have_its_sources()
    {
        using TestHost host = new();

        Assert.Equal("dropped", Verdict(host, QueryWithMissingSources));
        Assert.Equal("consumed", Verdict(host, Frames.Message(0x11, 100, 239, 1, 2, 3, 2, 125, 0, 1, 10, 0, 0, 9)));
    }

    [Fact]
    public void A_query_about_all_groups_must_have_no_sources()
    {
        using TestHost host = new();

        Assert.Equal("dropped", Verdict(host, Frames.Message(0x11, 100, 0, 0, 0, 0, 2, 125, 0, 1, 10, 0, 0, 9)));
        Assert.Equal("consumed", Verdict(host, Frames.Message(0x11, 100, 0, 0, 0, 0, 2, 125, 0, 0, 10, 0, 0, 9)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    public void While_an_older_querier_is_on_the_link_sources_are_not_looked_at(byte maximumResponseCode)
    {
        using TestHost host = new();
        Assert.Equal("consumed", Verdict(host, Frames.Message(0x11, maximumResponseCode, 0, 0, 0, 0)));
        Assert.Equal("consumed", Verdict(host, QueryWithMissingSources));

        host.Clock.AdvanceTo(host.Clock.Now + 260_000_000_000);

        Assert.Equal("dropped", Verdict(host, QueryWithMissingSources));
    }

    [Fact]
    public void A_forced_version_reads_queries_as_an_older_querier_would_have_them_read()
    {
        using TestHost host = new(new IPv4InterfaceSettings { ForceIgmpVersion = 2 });

        Assert.Equal("consumed", Verdict(host, QueryWithMissingSources));
    }

    [Theory]
    [InlineData("02:00:00:00:00:01", "dropped")]
    [InlineData("ff:ff:ff:ff:ff:ff", "consumed")]
    [InlineData("01:00:5e:01:02:03", "consumed")]
    public void A_report_is_heard_if_it_came_in_a_frame_to_many(string to, string verdict)
    {
        using TestHost host = new();

        Assert.Equal(verdict, host.Receive(Frames.IPv4(Frames.Message(0x16, 0, 239, 1, 2, 3), IPProtocol.Igmp, to: to)).Verdict);
    }

    private static string Verdict(TestHost host, byte[] message) =>
        host.Receive(Frames.IPv4(message, IPProtocol.Igmp, destination: IPv4Address.AllHosts, to: "01:00:5e:00:00:01")).Verdict;
}
