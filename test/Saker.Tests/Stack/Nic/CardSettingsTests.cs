using Saker.Stack.Nic;
using Saker.Wire;

namespace Saker.Tests.Stack.Nic;

public class CardSettingsTests
{
    [Fact]
    public void Table_goes_round_or_by_weight_as_ethtool_makes_it()
    {
        Assert.Equal([3, 4, 5, 3, 4, 5, 3, 4], IndirectionTable.Equal(8, 3, start: 3).Queues.ToArray());
        Assert.Equal([0, 0, 0, 0, 0, 0, 1, 1], Weighted(8, 3, 1));
        Assert.Equal([1, 1, 1, 1, 1, 1, 1, 1], Weighted(8, 0, 1));
        Assert.Equal([0, 0, 1, 1, 1, 2, 2, 2], Weighted(8, 1, 1, 1));

        int[] counts = [.. Weighted(512, 6, 1, 0, 1).GroupBy(queue => queue).OrderBy(group => group.Key).Select(group => group.Count())];
        Assert.Equal([384, 64, 64], counts);

        static ushort[] Weighted(int size, params int[] weights)
        {
            Assert.True(IndirectionTable.TryWeight(size, weights, 0, out IndirectionTable? table, out string fault), fault);
            return table.Queues.ToArray();
        }
    }

    [Theory]
    [InlineData(128)]
    [InlineData(512)]
    public void Table_follows_the_number_of_queues_until_somebody_chooses_one(int size)
    {
        CardSettings card = new() { Rss = new RssSettings { Table = IndirectionTable.Default(size, 1) } };
        card = Apply(card, "-L combined 4");
        Assert.Equal(IndirectionTable.Default(size, 4), card.Rss.Table);
        card = Apply(card, "-X equal 2");
        Assert.Equal(1, Apply(card, "-L combined 8").Rss.Table.HighestQueue);
        Refuse(Apply(card, "-X start 2 equal 2"), "-L combined 2", "the indirection table leads to queue 3, and there are 2 queues");
        Assert.Equal(7, Apply(Apply(Apply(card, "-L combined 8"), "-X default"), "-L combined 8").Rss.Table.HighestQueue);
    }

    [Fact]
    public void Rule_holds_its_queue()
    {
        CardSettings card = Apply(Apply(new CardSettings(), "-L combined 4"), "-N flow-type udp4 action 3 loc 1");
        Refuse(card, "-L combined 3", "a flow rule leads to queue 3, and there are 3 queues");
        Assert.Equal(3, Apply(Apply(card, "-N delete 1"), "-L combined 3").Queues);
        Assert.Equal(0, Apply(card, "-K ntuple off").Rules.Count);
    }

    [Theory]
    [InlineData("-G rx 1000", 1024)]
    [InlineData("-G rx 33", 64)]
    [InlineData("-G rx 4096 tx 64", 4096)]
    public void Ring_is_rounded_up_to_32_descriptors(string command, int rx) => Assert.Equal(rx, Apply(new CardSettings(), command).Rings.Rx);

    [Theory]
    [InlineData("-L combined 65", "combined takes at most 64 channels, not 65.")]
    [InlineData("-L rx 1", "the card has no kind of channel 'rx'.")]
    [InlineData("-L combined 0", "no queue would be left")]
    [InlineData("-L", "nothing to set; give some of rx, tx, other, combined")]
    [InlineData("-L mixed 1", "'mixed' is no kind of channel; there are rx, tx, other, combined.")]
    [InlineData("-L combined", "combined takes a number from 0 on; '' is none.")]
    [InlineData("-L combined -4", "combined takes a number from 0 on; '-4' is none.")]
    [InlineData("-G rx 32", "rx takes 64 to 4096 descriptors, not 32.")]
    [InlineData("-G rx 4097", "rx takes 64 to 4096 descriptors, not 4128.")]
    [InlineData("-G rx 99999999999", "rx takes a number")]
    [InlineData("-C rx-usecs 8161", "rx-usecs takes at most 8160 microseconds, not 8161.")]
    [InlineData("-C adaptive-rx 1", "adaptive-rx takes on or off; '1' is none.")]
    [InlineData("-K rx-magic on", "'rx-magic' is no feature")]
    [InlineData("-X weight 0 0", "all weights are zero")]
    [InlineData("-X weight 100 100", "the weights add up to 200, which is more than the 128 entries")]
    [InlineData("-X equal 2", "the indirection table leads to queue 1, and there are 1 queues")]
    [InlineData("-X equal 0", "equal takes a number of queues from 1 on")]
    [InlineData("-X equal 1 default", "each set the whole table")]
    [InlineData("-X start 1 equal 1", "start takes a queue from 0 to 0; '1' is none.")]
    [InlineData("-X hkey 6d:5a", "hkey takes 40 pairs")]
    [InlineData("-X hfunc xor", "hfunc takes toeplitz")]
    [InlineData("-X xfrm or", "xfrm takes symmetric-xor or none; 'or' is neither.")]
    [InlineData("-X", "nothing to set")]
    [InlineData("-X colour", "'colour' is no word of -X")]
    [InlineData("-N rx-flow-hash tcp5 sd", "'tcp5' is no flow type; there are tcp4")]
    [InlineData("-N rx-flow-hash tcp4 sx", "'x' is no letter of a hash field; give some of s d f n.")]
    [InlineData("-N rx-flow-hash tcp4 sdv", "'v' asks for the VLAN tag, which this card does not do")]
    [InlineData("-N rx-flow-hash tcp4", "no letters; give some of s d f n.")]
    [InlineData("-N rx-flow-hash ah4 sdfn", "ah4 has no ports to hash; give s and d alone.")]
    [InlineData("-N rx-flow-hash tcp4 sd fn", "'fn' is too much")]
    [InlineData("-N flow-type udp4 action 1", "action takes a queue from 0 to 0, or -1 to drop; not 1.")]
    [InlineData("-N delete 1", "there is none at '1'")]
    [InlineData("-N delete", "there is none at ''")]
    [InlineData("-Q", "'-Q' is no option that sets something of a card")]
    [InlineData("", "'' is no option")]
    public void Bad_command_is_told_in_one_line(string command, string fault) => Refuse(new CardSettings(), command, fault);

    [Fact]
    public void Power_of_two_is_asked_for_where_the_card_wants_it() =>
        Refuse(new CardSettings { Rings = new RingSettings { IsPowerOfTwo = true } }, "-G rx 1000", "rx takes a power of two; the next ones to 1000 are 512 and 1024.");

    [Fact]
    public void Settings_are_read_by_the_names_they_are_set_by()
    {
        CardSettings card = CardSettings.OfI40e(4);
        Assert.True(card.TryValidate(out string fault), fault);
        card = Apply(card, "-C adaptive-rx off rx-usecs 30 rx-frames 8");
        card = Apply(card, "-K gro off rx-gro-list on");
        card = Apply(card, "-N rx-flow-hash udp4 sd");
        card = Apply(card, "-X xfrm symmetric-xor weight 2 1 1 0");
        card = Apply(card, "-N flow-type udp4 dst-port 53 action 2 loc 5");
        Assert.Equal("rx=n/a tx=n/a other=1 combined=4", Text(card, 'l'));
        Assert.Equal("rx=512 tx=512", Text(card, 'G'));
        Assert.StartsWith("adaptive-rx=off adaptive-tx=on rx-usecs=30 rx-frames=8 ", Text(card, 'c'), StringComparison.Ordinal);
        Assert.Contains("generic-receive-offload=off", Text(card, 'k'), StringComparison.Ordinal);
        Assert.Contains("rx-gro-list=on", Text(card, 'k'), StringComparison.Ordinal);
        Assert.Contains("udp4=sd sctp4=sdfn", Text(card, 'n'), StringComparison.Ordinal);
        Assert.EndsWith("rule 5=flow-type udp4 dst-port 53 action 2 loc 5", Text(card, 'n'), StringComparison.Ordinal);
        Assert.StartsWith("hfunc=toeplitz hkey=44:39:79:6b:b5:4c:50:23:", Text(card, 'x'), StringComparison.Ordinal);
        Assert.Equal([256, 128, 128], card.Rss.Table.Queues.ToArray().GroupBy(queue => queue).Select(group => group.Count()));

        static string Text(CardSettings card, char option) => string.Join(' ', card.Read(option).Select(setting => $"{setting.Name}={setting.Value}"));
    }

    [Fact]
    public void Keys_have_names()
    {
        foreach (RssKeyName known in RssKeys.All)
        {
            Assert.True(RssKeys.TryFind(known.Name, out ToeplitzKey? key, out string fault), fault);
            Assert.Same(known.Key, key);
            Assert.True(RssKeys.TryFind(key.ToString(), out ToeplitzKey? same, out _));
            Assert.Equal(key, same);
        }

        Assert.True(RssKeys.TryFind("random:7", out ToeplitzKey? random, out _));
        Assert.Equal(ToeplitzKey.FromSeed(7), random);
        Assert.False(RssKeys.TryFind("random:x", out _, out string told));
        Assert.StartsWith("'random:x' is no key; give microsoft, symmetric,", told, StringComparison.Ordinal);
    }

    private static CardSettings Apply(CardSettings card, string command) => ReceiveSteeringTests.Apply(card, command);

    private static void Refuse(CardSettings card, string command, string fault)
    {
        Assert.False(card.TryApply(command, out CardSettings? changed, out string told));
        Assert.Null(changed);
        Assert.Contains(fault, told, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', told);
    }
}
