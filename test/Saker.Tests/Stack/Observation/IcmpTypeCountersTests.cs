using Saker.Stack.Observation;

namespace Saker.Tests.Stack.Observation;

public sealed class IcmpTypeCountersTests
{
    // RFC 792 and RFC 950 (ICMP), RFC 4443, RFC 4861, RFC 2710 and RFC 3810 (ICMPv6).
    [Theory]
    [InlineData(Counter.IcmpInDestUnreachs, "IcmpMsg.InType3")]
    [InlineData(Counter.IcmpInEchos, "IcmpMsg.InType8")]
    [InlineData(Counter.IcmpInEchoReps, "IcmpMsg.InType0")]
    [InlineData(Counter.IcmpInAddrMaskReps, "IcmpMsg.InType18")]
    [InlineData(Counter.IcmpOutDestUnreachs, "IcmpMsg.OutType3")]
    [InlineData(Counter.IcmpOutTimeExcds, "IcmpMsg.OutType11")]
    [InlineData(Counter.IcmpOutAddrMaskReps, "IcmpMsg.OutType18")]
    [InlineData(Counter.Icmp6InDestUnreachs, "Icmp6InType1")]
    [InlineData(Counter.Icmp6InNeighborSolicits, "Icmp6InType135")]
    [InlineData(Counter.Icmp6InMLDv2Reports, "Icmp6InType143")]
    [InlineData(Counter.Icmp6OutEchoReplies, "Icmp6OutType129")]
    [InlineData(Counter.Icmp6OutMLDv2Reports, "Icmp6OutType143")]
    public void A_counter_with_a_types_name_is_a_view_of_the_types_number(Counter named, string source) =>
        Assert.Equal(source, named.Source().Name());

    [Fact]
    public void Only_the_52_named_types_are_views()
    {
        var views = Enum.GetValues<Counter>().Where(counter => counter.Source() != counter).ToArray();
        Assert.Equal(2 * (11 + 15), views.Length);
        Assert.Equal(views.Length, views.Select(view => view.Source()).Distinct().Count());
    }
}
