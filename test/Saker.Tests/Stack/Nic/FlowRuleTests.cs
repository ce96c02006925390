using Saker.Stack.Nic;
using Saker.Wire;

namespace Saker.Tests.Stack.Nic;

public class FlowRuleTests
{
    [Theory]
    [InlineData("flow-type udp4 src-ip 10.0.0.1 dst-ip 10.0.0.2 m 0.0.0.255 src-port 53 dst-port 9 m 0xff action 2 loc 5",
        "flow-type udp4 src-ip 10.0.0.1 dst-ip 10.0.0.0 m 0.0.0.255 src-port 53 dst-port 0 m 0xff action 2 loc 5")]
    [InlineData("flow-type tcp6 dst-ip 2001:db8::1 m ::ffff tclass 8 action -1", "flow-type tcp6 dst-ip 2001:db8:: m ::ffff tclass 0x8 action -1")]
    [InlineData("flow-type ether src 02:00:00:00:00:01 dst 02:00:00:00:00:02 m ff:ff:ff:00:00:00 proto 0x806 action 0 loc 0",
        "flow-type ether src 02:00:00:00:00:01 dst 00:00:00:00:00:02 m ff:ff:ff:00:00:00 proto 0x806 action 0 loc 0")]
    [InlineData("flow-type ip4 l4proto 47 l4data 0x1 tos 0x10 m 0x3 vlan 5 m 0xf000 vlan-etype 0x8100 dst-mac 02:00:00:00:00:01 action 1",
        "flow-type ip4 dst-mac 02:00:00:00:00:01 tos 0x10 m 0x3 l4proto 47 l4data 0x1 vlan-etype 0x8100 vlan 0x5 m 0xf000 action 1")]
    [InlineData("flow-type esp4 spi 4000000000 user-def 0x4ffff loc 7679 action 1", "flow-type esp4 spi 4000000000 user-def 0x4ffff action 1 loc 7679")]
    [InlineData("flow-type udp4 dst-port 53 dst-port-mask 0xf0 action 1", "flow-type udp4 dst-port 5 m 0xf0 action 1")]
    [InlineData("  flow-type   udp4\taction 1 ", "flow-type udp4 action 1")]
    public void Rule_is_read_and_written_as_ethtool_does(string text, string written)
    {
        FlowRule rule = Parse(text);
        Assert.Equal(written, rule.ToString());
        Assert.Equal(rule, Parse(written));
    }

    [Theory]
    [InlineData("", "begins with 'flow-type TYPE'")]
    [InlineData("udp4", "begins with 'flow-type TYPE'")]
    [InlineData("flow-type", "'' is no flow type")]
    [InlineData("flow-type udp5 action 1", "'udp5' is no flow type; there are ether, tcp4")]
    [InlineData("flow-type udp4 src-ip", "src-ip takes an IPv4 address; '' is none.")]
    [InlineData("flow-type udp4 src-ip ::1", "src-ip takes an IPv4 address; '::1' is none.")]
    [InlineData("flow-type udp6 src-ip 1.2.3.4", "src-ip takes an IPv6 address; '1.2.3.4' is none.")]
    [InlineData("flow-type udp4 src-port 65536", "src-port takes a number of 16 bits; '65536' is none.")]
    [InlineData("flow-type udp4 src-port -1", "src-port takes a number of 16 bits; '-1' is none.")]
    [InlineData("flow-type udp4 src-port 1 m x", "the mask of src-port takes a number of 16 bits; 'x' is none.")]
    [InlineData("flow-type udp4 src-port 1 src-port 2", "src-port is given twice.")]
    [InlineData("flow-type udp4 src-port-mask 2", "stands before its value; give 'src-port VALUE m MASK'")]
    [InlineData("flow-type udp4 tclass 2", "tclass cannot be asked of flow type udp4.")]
    [InlineData("flow-type tcp4 spi 2", "spi cannot be asked of flow type tcp4.")]
    [InlineData("flow-type ether src 1:2", "src takes a MAC address; '1:2' is none.")]
    [InlineData("flow-type udp4 colour 2", "'colour' is no word of a rule; of udp4 can be asked src-ip, dst-ip, tos")]
    [InlineData("flow-type udp4 m 2", "'m' is no word of a rule")]
    [InlineData("flow-type udp4 action -2", "action takes a queue, or -1 to drop; '-2' is neither.")]
    [InlineData("flow-type udp4 action 99999", "action takes a queue")]
    [InlineData("flow-type udp4 action 1 loc 7680", "loc takes a location from 0 to 7679; '7680' is none.")]
    [InlineData("flow-type udp4 action 1 context 1", "'context' is not built")]
    [InlineData("flow-type udp4 user-def 0x100000000 action 1", "user-def takes the offset")]
    public void Bad_rule_is_told_in_one_line(string text, string fault)
    {
        Assert.False(FlowRule.TryParse(text, out FlowRule? rule, out string told));
        Assert.Null(rule);
        Assert.Contains(fault, told, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', told);
    }

    [Fact]
    public void Any_words_are_read_or_refused()
    {
        string[] words = ["flow-type", "udp4", "ether", "ip6", "src-ip", "::", "1.2.3.4", "m", "src-port", "user-def", "0xffffffffffffffff", "-1", "action", "loc", "vlan", "5", "-mask", "dst-mac", ""];
        Random random = new(11);
        for (int i = 0; i < Effort.Inputs(5_000, 500_000); i++)
        {
            string text = string.Join(' ', Enumerable.Range(0, random.Next(12)).Select(_ => words[random.Next(words.Length)]));
            text = random.Next(2) == 0 ? "flow-type udp4 " + text : text;
            bool isRule = FlowRule.TryParse(text, out FlowRule? rule, out string fault);
            Assert.Equal(isRule, fault.Length == 0);
            if (isRule)
            {
                Assert.Equal(rule, Parse(rule!.ToString()));
            }
        }
    }

    [Theory]
    [InlineData("udp4 src-ip 10.0.0.1", true)]
    [InlineData("udp4 src-ip 10.0.0.2", false)]
    [InlineData("udp4 src-ip 10.0.0.2 m 0.0.0.3", true)]
    [InlineData("udp4 dst-ip 10.1.0.1 src-port 1000 dst-port 53", true)]
    [InlineData("udp4 dst-ip 10.1.0.1 src-port 1000 dst-port 54", false)]
    [InlineData("udp4 dst-port 52 m 1", true)]
    [InlineData("tcp4", false)]
    [InlineData("ip4", true)]
    [InlineData("ip4 l4proto 17", true)]
    [InlineData("ip4 l4proto 6", false)]
    [InlineData("ip4 l4data 0x03e80035", true)]
    [InlineData("ip4 src-port 1000", true)]
    [InlineData("ip4 tos 0", true)]
    [InlineData("ip4 tos 1", false)]
    [InlineData("ip6", false)]
    [InlineData("ether", true)]
    [InlineData("ether src 02:00:00:00:00:02 dst 02:00:00:00:00:01 proto 0x800", true)]
    [InlineData("ether dst 02:00:00:00:00:02", false)]
    [InlineData("ether proto 0x806", false)]
    [InlineData("udp4 dst-mac 02:00:00:00:00:01", true)]
    [InlineData("udp4 vlan 5 m 0xf000", true)]
    [InlineData("udp4 vlan 6 m 0xf000", false)]
    [InlineData("udp4 vlan-etype 0x8100", true)]
    [InlineData("udp4 vlan-etype 0x88a8", false)]
    [InlineData("udp4 user-def 0x00000405", true)]
    [InlineData("udp4 user-def 0x00020607", true)]
    [InlineData("udp4 user-def 0x00020608", false)]
    [InlineData("udp4 user-def 0x00020600 m 0xff", true)]
    [InlineData("udp4 user-def 0xffff0000", false)]
    public void Rule_matches_by_all_that_it_asks(string asked, bool matches)
    {
        byte[] frame = CardFrames.Make(IPProtocol.Udp, "10.0.0.1", 1000, "10.1.0.1", 53, 0x2005);
        Assert.Equal(matches, Matches(asked, frame));
        Assert.False(Matches(asked, CardFrames.Make(IPProtocol.Udp, "10.0.0.1", 1000, "10.1.0.1", 53).AsSpan(0, 13)) && asked.Length > 5 && !asked.StartsWith("ether", StringComparison.Ordinal));
    }

    [Fact]
    public void Rules_of_IPv6_and_IPsec_match()
    {
        byte[] frame = CardFrames.Make(IPProtocol.Tcp, "2001:db8::1", 1000, "2001:db8::2", 80);
        Assert.True(Matches("tcp6 src-ip 2001:db8::7 m ::f dst-port 80 tclass 0", frame));
        Assert.False(Matches("tcp6 src-ip 2001:db8::7 dst-port 80", frame));
        Assert.True(Matches("tcp6 user-def 0x00001011", frame));
        Assert.False(Matches("udp6", frame));
        Assert.False(Matches("tcp6 vlan 0", frame));
        Assert.True(Matches("esp4 spi 0x01020304", CardFrames.Make(IPProtocol.Esp, "10.0.0.1", 0x0102, "10.0.0.2", 0x0304)));
        Assert.True(Matches("ah4 spi 0x00010203", CardFrames.Make(IPProtocol.AuthenticationHeader, "10.0.0.1", 1, "10.0.0.2", 2)));
    }

    [Fact]
    public void Lowest_location_decides_whatever_the_order_of_adding()
    {
        FlowRuleTable rules = FlowRuleTable.Empty;
        foreach (string text in (string[])["flow-type udp4 action 1 loc 30", "flow-type udp4 action 2 loc 10", "flow-type udp4 action 3 loc 20", "flow-type udp4 action 4"])
        {
            rules = Add(rules, text);
        }

        Assert.Equal([10, 20, 30, 7679], rules.Rules.Select(rule => rule.Location));
        byte[] frame = CardFrames.Make(IPProtocol.Udp, "10.0.0.1", 1, "10.0.0.2", 2);
        Assert.Equal(2, new ReceiveSteering(new RssSettings(), rules).Classify(frame).Queue);

        rules = Add(rules, "flow-type udp4 action 7 loc 10");
        Assert.Equal(4, rules.Count);
        Assert.Equal(7, new ReceiveSteering(new RssSettings(), rules).Classify(frame).Queue);
        Assert.True(rules.TryDelete(10, out rules));
        Assert.Equal(3, new ReceiveSteering(new RssSettings(), rules).Classify(frame).Queue);
        Assert.False(rules.TryDelete(10, out _));
        Assert.Equal(7678, Add(rules, "flow-type tcp4 action 0").Rules[^2].Location);
    }

    [Fact]
    public void List_is_read_as_it_was_written()
    {
        FlowRuleTable rules = FlowRuleTable.Empty;
        foreach (string text in (string[])
            [
                "flow-type udp4 src-ip 10.0.0.0 m 0.0.0.255 dst-port 53 action 2 loc 5",
                "flow-type tcp6 dst-ip 2001:db8::1 tclass 0x8 action -1 loc 6",
                "flow-type ether src 02:00:00:00:00:01 proto 0x806 action 0 loc 7",
                "flow-type ip4 dst-mac 02:00:00:00:00:01 l4proto 47 l4data 0x1 vlan 0x5 m 0xf000 action 1 loc 8",
                "flow-type esp4 spi 7 user-def 0x4ffff action 1 loc 9",
            ])
        {
            rules = Add(rules, text);
        }

        string list = FlowRuleText.List(rules, queues: 4);
        Assert.Equal(rules.Rules.Select(rule => rule.ToString()), FlowRuleText.ReadList(list, out int unread));
        Assert.Equal(0, unread);
        Assert.Contains("Filter: 5\n\tRule Type: UDP over IPv4\n\tSrc IP addr: 10.0.0.0 mask: 0.0.0.255\n\tDest IP addr: 0.0.0.0 mask: 255.255.255.255\n"
            + "\tTOS: 0x0 mask: 0xff\n\tSrc port: 0 mask: 0xffff\n\tDest port: 53 mask: 0x0\n\tAction: Direct to queue 2\n", list, StringComparison.Ordinal);
        Assert.Empty(FlowRuleText.ReadList("1 RX rings available\nTotal 0 rules\n", out _));
        Assert.Empty(FlowRuleText.ReadList("Filter: 1\n\tRule Type: GTP\n\tAction: Drop\n\nFilter: 2\n", out unread));
        Assert.Equal(2, unread);
    }

    private static FlowRuleTable Add(FlowRuleTable rules, string text)
    {
        Assert.True(rules.TryAdd(Parse(text), out FlowRuleTable? added, out string fault), fault);
        return added;
    }

    private static bool Matches(string asked, ReadOnlySpan<byte> frame) =>
        new ReceiveSteering(new RssSettings(), Add(FlowRuleTable.Empty, $"flow-type {asked} action 9")).Classify(frame).Status == SteeringStatus.Rule;

    private static FlowRule Parse(string text)
    {
        Assert.True(FlowRule.TryParse(text, out FlowRule? rule, out string fault), fault);
        Assert.Empty(fault);
        return rule;
    }
}
