using FsCheck;
using FsCheck.Fluent;
using Saker.Stack.Observation;
using Saker.Wire;

namespace Saker.Tests.Stack.Ip;

/// <summary>Fragments in any order make the datagram that was cut, and nothing is left of them.</summary>
public class ReassemblyPropertyTests
{
    private static readonly Arbitrary<Cut> Cuts = (
        from length in Gen.Choose(9, 2000)
        from parts in Gen.Choose(1, 12)
        from places in Gen.Choose(1, Math.Max(1, (length - 1) / 8)).ArrayOf(parts)
        from order in Gen.Choose(0, int.MaxValue)
        select new Cut(length, [.. places.Distinct().Order()], order)).ToArbitrary();

    [Fact]
    public void Fragments_in_any_order_make_the_datagram() => Properties.Hold(Prop.ForAll(Cuts, cut =>
    {
        using TestHost host = new();
        host.Open("udp 0.0.0.0:9999");
        FrameResult[] results = [.. cut.Fragments().Select(frame => host.Receive(frame))];

        return results[..^1].All(result => result.Verdict == "held")
            && results[^1] is { Verdict: "delivered" }
            && results[^1].Counters["Udp.InDatagrams"] == 1
            && results[^1].Counters["Ip.ReasmOKs"] == 1;
    }));

    [Fact]
    public void Without_one_of_them_nothing_is_delivered_and_time_ends_the_wait() => Properties.Hold(Prop.ForAll(Cuts, cut =>
    {
        using TestHost host = new();
        host.Open("udp 0.0.0.0:9999");
        bool allHeld = cut.Fragments().Skip(1).All(frame => host.Receive(frame).Verdict == "held");
        host.Wait(TimeSpan.FromSeconds(31));
        return allHeld && host.Stack.Counters[Counter.IpReasmTimeout] == 1;
    }));

    [Fact]
    public void A_fragment_that_comes_twice_is_dropped_alone() => Properties.Hold(Prop.ForAll(Cuts, cut =>
    {
        using TestHost host = new();
        host.Open("udp 0.0.0.0:9999");
        byte[][] fragments = [.. cut.Fragments()];
        FrameResult first = host.Receive(fragments[0]);
        FrameResult again = host.Receive(fragments[0]);
        FrameResult[] others = [.. fragments.Skip(1).Select(frame => host.Receive(frame))];

        return first.Verdict == "held" && again is { Verdict: "dropped", Reason: "DUP_FRAG" } && others[^1].Verdict == "delivered";
    }));

    [Fact]
    public void A_datagram_that_begins_anew_waits_its_whole_time()
    {
        using TestHost host = new();
        byte[] Part(ushort id, int start) => Frames.IPv4(new byte[8], IPProtocol.Udp, fragmentOffset: start, moreFragments: true, id: id);
        host.Receive(Part(id: 1, start: 0));
        for (ushort other = 2; other < 66; other++)
        {
            host.Receive(Part(other, start: 0));
        }

        host.Wait(TimeSpan.FromSeconds(20));
        FrameResult late = host.Receive(Part(id: 1, start: 8));
        Assert.Equal(("held", 1), (late.Verdict, late.Counters["Ip.ReasmFails"]));
        host.Wait(TimeSpan.FromSeconds(20));
        Assert.Equal(64, host.Stack.Counters[Counter.IpReasmTimeout]);
        host.Wait(TimeSpan.FromSeconds(11));
        Assert.Equal(65, host.Stack.Counters[Counter.IpReasmTimeout]);
    }

    /// <summary>Where a datagram is cut, in units of eight bytes, and in which order its parts come.</summary>
    public sealed record Cut(int Length, int[] Places, int Order)
    {
        /// <summary>At least two fragments.</summary>
        public IEnumerable<byte[]> Fragments()
        {
            byte[] datagram = Frames.Udp(dataLength: Length - 8);
            int[] ends = [.. Places.Select(place => place * 8).Where(end => end < datagram.Length), datagram.Length];
            List<byte[]> fragments = [];
            int start = 0;
            foreach (int end in ends)
            {
                fragments.Add(Frames.IPv4(
                    datagram.AsSpan(start, end - start),
                    IPProtocol.Udp,
                    fragmentOffset: start,
                    moreFragments: end != datagram.Length));
                start = end;
            }

            Random random = new(Order);
            byte[][] shuffled = [.. fragments];
            random.Shuffle(shuffled);
            return shuffled;
        }
    }
}
