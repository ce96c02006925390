using Saker.Packets;
using Saker.Stack.Core;
using Saker.Stack.Netfilter;

namespace Saker.Tests.Stack.Netfilter;

/// <summary>The netdev family's hooks, ingress and egress.</summary>
public class NetfilterHookTests
{
    private const string Unknown = "02000000000102000000000288b50000000000000000000000000000000000000000000000000000000000000000000000000000";

    [Theory]
    [InlineData(NetfilterVerdict.Accept, "UNHANDLED_PROTO")]
    [InlineData(NetfilterVerdict.Drop, "NETFILTER_DROP")]
    [InlineData(NetfilterVerdict.Queue, "NOT_SPECIFIED")]
    public void A_verdict_decides_about_a_received_packet(NetfilterVerdict verdict, string reason)
    {
        using TestHost host = new();
        host.Stack.SetNetfilter(host.Ethernet, HookDirection.Ingress, NetfilterChain.Empty.With(new NetfilterEntry("f", 0, (_, _) => verdict)));
        Assert.Equal(reason, host.Receive(Convert.FromHexString(Unknown)).Reason);
    }

    [Fact]
    public void A_function_that_steals_a_packet_sees_to_it()
    {
        using TestHost host = new();
        host.Stack.SetNetfilter(host.Ethernet, HookDirection.Ingress, NetfilterChain.Empty.With(new NetfilterEntry("f", 0, (packet, _) =>
        {
            packet.Free();
            return NetfilterVerdict.Stolen;
        })));
        Assert.Equal("lost", host.Receive(Convert.FromHexString(Unknown)).Verdict);
    }

    [Fact]
    public void Functions_are_asked_by_priority_and_of_one_the_newest_first_until_one_does_not_accept()
    {
        using TestHost host = new();
        List<string> asked = [];
        NetfilterChain chain = NetfilterChain.Empty;
        foreach ((string name, int priority, NetfilterVerdict verdict) in (ReadOnlySpan<(string, int, NetfilterVerdict)>)
            [
                ("a", 0, NetfilterVerdict.Drop), ("b", 10, NetfilterVerdict.Accept), ("c", -300, NetfilterVerdict.Accept), ("d", 0, NetfilterVerdict.Accept),
            ])
        {
            chain = chain.With(new NetfilterEntry(name, priority, (_, _) =>
            {
                asked.Add(name);
                return verdict;
            }));
        }

        host.Stack.SetNetfilter(host.Ethernet, HookDirection.Ingress, chain);
        Assert.Equal("NETFILTER_DROP", host.Receive(Convert.FromHexString(Unknown)).Reason);
        Assert.Equal(["c", "d", "a"], asked);
        Assert.Equal("c d b", string.Join(' ', chain.Without(chain.Entries[2]).Entries));
    }

    [Fact]
    public void A_frame_dropped_at_egress_is_not_sent()
    {
        using TestHost host = new();
        host.Stack.SetNetfilter(host.Ethernet, HookDirection.Egress, NetfilterChain.Empty.With(new NetfilterEntry("f", 0, (_, _) => NetfilterVerdict.Drop)));
        Assert.Empty(host.Receive(Frames.Echo()).Sent);
        Assert.Equal(1, host.Stack.Counters[DropReason.NetfilterDrop]);
        host.Stack.SetNetfilter(host.Ethernet, HookDirection.Egress, NetfilterChain.Empty);
        Assert.Single(host.Receive(Frames.Echo()).Sent);
        Assert.Empty(Saker.Stack.NetworkStack.NetfilterOf(host.Ethernet, HookDirection.Egress).Entries);
    }
}
