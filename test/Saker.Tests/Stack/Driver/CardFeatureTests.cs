using Saker.Packets;
using Saker.Stack.Nic;
using Saker.Wire;

namespace Saker.Tests.Stack.Driver;

/// <summary>What the card does by itself, and what the packet then says.</summary>
public sealed class CardFeatureTests
{
    [Theory]
    [InlineData("right", ChecksumState.Unnecessary, 0)]
    [InlineData("wrong", ChecksumState.None, 1)]
    [InlineData("wrong header", ChecksumState.None, 1)]
    [InlineData("fragment", ChecksumState.None, 0)]
    [InlineData("icmp", ChecksumState.None, 0)]
    public void The_card_verifies_what_it_can(string kind, ChecksumState expected, long bad)
    {
        using CardHost host = new(card: new CardSettings());
        byte[] frame = kind == "icmp" ? Frames.IPv4(Frames.Message(8, 0, new byte[20]), IPProtocol.IcmpV4)
            : Frames.IPv4(Frames.Udp(), IPProtocol.Udp, moreFragments: kind == "fragment");
        if (kind == "wrong")
        {
            frame[^1] ^= 1;
        }
        else if (kind == "wrong header")
        {
            frame[24] ^= 1;
        }

        ChecksumState seen = ChecksumState.Partial;
        host.Look = packet => seen = packet.ChecksumState;
        Assert.True(host.Arrive(frame));
        host.Work();
        Assert.Equal((expected, bad), (seen, host.Card.Statistics[CardCounter.PortRxChecksumBad]));
    }

    [Fact]
    public void A_card_that_is_not_asked_says_nothing_of_checksums()
    {
        using CardHost host = new();
        ChecksumState seen = ChecksumState.Partial;
        host.Look = packet => seen = packet.ChecksumState;
        host.Arrive(Frames.IPv4(Frames.Udp(), IPProtocol.Udp));
        host.Work();
        Assert.Equal(ChecksumState.None, seen);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_tag_ends_beside_the_packet_whoever_takes_it_out(bool byCard)
    {
        using CardHost host = new(card: new CardSettings { Features = byCard ? CardFeatures.RxVlanOffload : CardFeatures.None });
        byte[] plain = Frames.IPv4(Frames.Udp(), IPProtocol.Udp);
        byte[] tagged = [.. plain[..12], 0x81, 0, 0x60, 7, .. plain[12..]];
        int tag = 0;
        host.Look = packet => tag = packet.HasVlanTag ? packet.VlanTag : -1;
        host.Arrive(tagged);
        host.Work();
        Assert.Equal(0x6007, tag);
        Assert.Equal(plain, host.Seen.Single());
    }

    [Fact]
    public void A_flow_goes_to_the_queue_of_its_hash_which_is_on_the_packet()
    {
        using CardHost host = new(card: new CardSettings().WithQueues(4));
        ReceiveSteering steering = new(host.Device.Card);
        List<(uint Hash, int Queue)> seen = [];
        host.Look = packet => seen.Add((packet.Hash, packet.Queue));
        HashSet<int> queues = [];
        for (ushort i = 0; i < 64; i++)
        {
            byte[] frame = Frames.IPv4(Frames.Udp(), IPProtocol.Udp, source: new IPv4Address(10, 0, 1, (byte)i));
            SteeringResult expected = steering.Classify(frame);
            host.Arrive(frame);
            host.Work();
            Assert.Equal((expected.Hash, expected.Queue), seen[^1]);
            queues.Add(expected.Queue);
        }

        Assert.Equal(4, queues.Count);
        Assert.Equal([.. host.Card.Queues.Select(queue => queue.Frames)], Enumerable.Range(0, 4).Select(queue => host.Card.Statistics[queue, QueueCounter.Packets]));
    }

    [Fact]
    public void A_flow_rule_steers_or_drops()
    {
        CardSettings settings = new CardSettings().WithQueues(2);
        Assert.True(settings.TryApply("-N flow-type udp4 dst-port 53 action 1 loc 3", out CardSettings? steered, out string fault), fault);
        Assert.True(steered.TryApply("-N flow-type udp4 dst-port 54 action -1 loc 4", out CardSettings? dropped, out fault), fault);
        using CardHost host = new(card: dropped);
        byte[] frame = Frames.IPv4(Frames.Udp(), IPProtocol.Udp);
        (frame[36], frame[37]) = (0, 53);
        Assert.Equal(DropReason.None, host.Card.Receive(frame, 0, 1));
        frame[37] = 54;
        Assert.Equal(DropReason.CardSteeringDrop, host.Card.Receive(frame, 0, 2));
        Assert.Equal((0L, 1L, 2L), (host.Card.Queues[0].Frames, host.Card.Queues[1].Frames, host.Card.Statistics[CardCounter.PortFlowRuleMatch]));
    }

    [Fact]
    public void Settings_for_another_number_of_queues_are_refused_while_the_card_is_open()
    {
        using CardHost host = new();
        Assert.Throws<ArgumentException>(() => host.Card.Configure(new CardSettings().WithQueues(2)));
    }

    [Fact]
    public void The_port_counts_kinds_and_sizes()
    {
        using CardHost host = new();
        byte[] toAll = CardHost.Frame(1514);
        toAll.AsSpan(0, 6).Fill(0xff);
        byte[] toGroup = CardHost.Frame(300);
        toGroup[0] = 1;
        foreach (byte[] frame in (byte[][])[CardHost.Frame(60), CardHost.Frame(42), CardHost.Frame(61), toGroup, toAll, CardHost.Frame(9000)])
        {
            host.Arrive(frame);
        }

        CardStatistics counted = host.Card.Statistics;
        Assert.Equal((4L, 1L, 1L), (counted[CardCounter.PortRxUnicast], counted[CardCounter.PortRxMulticast], counted[CardCounter.PortRxBroadcast]));
        Assert.Equal((4L, 1L, 1L), (counted[CardCounter.RxUnicast], counted[CardCounter.RxMulticast], counted[CardCounter.RxBroadcast]));
        Assert.Equal(
            (2L, 1L, 1L, 1L, 1L),
            (counted[CardCounter.PortRxSize64], counted[CardCounter.PortRxSize127], counted[CardCounter.PortRxSize511], counted[CardCounter.PortRxSize1522], counted[CardCounter.PortRxSizeBig]));
        Assert.Equal(64 + 64 + 65 + 304 + 1518 + 9004, counted[CardCounter.PortRxBytes]);
    }
}
