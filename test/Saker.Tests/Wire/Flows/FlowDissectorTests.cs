using Saker.Wire;

namespace Saker.Tests.Wire;

public class FlowDissectorTests
{
    private const string Macs = "020000000001" + "020000000002";
    private const string IPv4Header = "450000{L}00000000" + "40{P}0000" + "c0000201" + "c6336407";
    private const string Tcp = "04d20050" + "00000001" + "00000002" + "8010ffff" + "00000000" + "0101080a" + "00000000" + "00000000" + "dddd";
    private const string Udp = "04d20035" + "000a0000" + "dddd";
    private const string IPv6Ends = "20010db8000000000000000000000001" + "20010db8000000000000000000000002";

    public static TheoryData<string, string, int, int, string> Frames => new()
    {
        // What it is, the frame, the offsets of the transport header and of what follows it, the flow as text.
        { "TCP over IPv4", Ethernet("0800", IPv4("06"), Tcp), 34, 66, "IPv4 Tcp 192.0.2.1:1234 198.51.100.7:80" },
        { "UDP over IPv4", Ethernet("0800", IPv4("11"), Udp), 34, 42, "IPv4 Udp 192.0.2.1:1234 198.51.100.7:53" },
        { "ICMP", Ethernet("0800", IPv4("01"), "0800000000010001dddd"), 34, 42, "IPv4 IcmpV4 192.0.2.1:0 198.51.100.7:0" },
        { "UDP behind two tags", Ethernet("88a80064" + "81002065" + "0800", IPv4("11"), Udp), 42, 50, "IPv4 Udp 192.0.2.1:1234 198.51.100.7:53 vlan 100.101" },
        { "UDP behind three tags", Ethernet("88a80064" + "81002065" + "81000003" + "0800", IPv4("11"), Udp), 46, 54, "IPv4 Udp 192.0.2.1:1234 198.51.100.7:53 vlan 100.101" },
        { "first fragment", Ethernet("0800", IPv4("11").Replace("00000000", "00002000", StringComparison.Ordinal), Udp), 34, 42, "IPv4 Udp 192.0.2.1:0 198.51.100.7:0 Fragment, FirstFragment" },
        { "later fragment", Ethernet("0800", IPv4("11").Replace("00000000", "00000010", StringComparison.Ordinal), Udp), 34, 34, "IPv4 Udp 192.0.2.1:0 198.51.100.7:0 Fragment" },
        { "UDP over IPv6", Ethernet("86dd", IPv6("11"), Udp), 54, 62, "IPv6 Udp 2001:db8::1:1234 2001:db8::2:53" },
        { "UDP over IPv6 with options", Ethernet("86dd", IPv6("00"), "3c00010400000000", "1100010400000000", Udp), 70, 78, "IPv6 Udp 2001:db8::1:1234 2001:db8::2:53" },
        { "first fragment of IPv6", Ethernet("86dd", IPv6("2c"), "1100000100000001", Udp), 62, 70, "IPv6 Udp 2001:db8::1:0 2001:db8::2:0 Fragment, FirstFragment" },
        { "later fragment of IPv6", Ethernet("86dd", IPv6("2c"), "1100000900000001", Udp), 62, 62, "IPv6 Udp 2001:db8::1:0 2001:db8::2:0 Fragment" },
        { "flow label", Ethernet("86dd", IPv6("11").Replace("60000000", "60012345", StringComparison.Ordinal), Udp), 54, 62, "IPv6 Udp 2001:db8::1:1234 2001:db8::2:53 label 12345" },
        { "IPv4 in IPv4", Ethernet("0800", IPv4("04"), IPv4("11").Replace("c0000201", "0a000001", StringComparison.Ordinal), Udp), 54, 62, "IPv4 Udp 10.0.0.1:1234 198.51.100.7:53 Encapsulation depth 1" },
        { "IPv6 in IPv4", Ethernet("0800", IPv4("29"), IPv6("11"), Udp), 74, 82, "IPv6 Udp 2001:db8::1:1234 2001:db8::2:53 Encapsulation depth 1" },
        { "GRE with a key", Ethernet("0800", IPv4("2f"), "20000800" + "0000002a", IPv4("11"), Udp), 62, 70, "IPv4 Udp 192.0.2.1:1234 198.51.100.7:53 Encapsulation depth 1 key 42" },
        { "GRE with everything", Ethernet("0800", IPv4("2f"), "b0000800" + "00000000" + "0000002a" + "00000001", IPv4("11"), Udp), 70, 78, "IPv4 Udp 192.0.2.1:1234 198.51.100.7:53 Encapsulation depth 1 key 42" },
        { "GRE with Ethernet", Ethernet("0800", IPv4("2f"), "00006558", Macs + "0800", IPv4("11"), Udp), 72, 80, "IPv4 Udp 192.0.2.1:1234 198.51.100.7:53 Encapsulation depth 1" },
        { "PPTP", Ethernet("0800", IPv4("2f"), "3081880b" + "00200007" + "00000001" + "00000002", "ff030021", IPv4("11"), Udp), 74, 82, "IPv4 Udp 192.0.2.1:1234 198.51.100.7:53 Encapsulation depth 1 key 7" },
        { "GRE of version 2", Ethernet("0800", IPv4("2f"), "00020800", IPv4("11"), Udp), 34, 34, "IPv4 Gre 192.0.2.1:0 198.51.100.7:0" },
        { "VXLAN not asked for", Ethernet("0800", IPv4("11"), "04d212b500000000", "0800000000002a00", Macs + "0800", IPv4("11"), Udp), 34, 42, "IPv4 Udp 192.0.2.1:1234 198.51.100.7:4789" },
        { "PPPoE", Ethernet("8864" + "110000010020" + "0021", IPv4("11"), Udp), 42, 50, "IPv4 Udp 192.0.2.1:1234 198.51.100.7:53" },
        { "PPPoE with a protocol of one octet", Ethernet("8864" + "11000001001f" + "21", IPv4("11"), Udp), 41, 49, "IPv4 Udp 192.0.2.1:1234 198.51.100.7:53" },
        { "HSR", Ethernet("892f" + "00000001" + "0800", IPv4("11"), Udp), 40, 48, "IPv4 Udp 192.0.2.1:1234 198.51.100.7:53" },
        { "MPLS", Ethernet("8847" + "000101ff", IPv4("11"), Udp), 18, 18, "Mpls HopByHop no addresses Mpls" },
        { "ESP", Ethernet("0800", IPv4("32"), "12345678" + "00000001"), 34, 34, "IPv4 Esp 192.0.2.1:4660 198.51.100.7:22136" },
        { "ARP", Ethernet("0806", "0001080006040001"), 14, 14, "Arp HopByHop no addresses" },
        { "SCTP", Ethernet("0800", IPv4("84"), "04d20050" + "0000000000000000dddd"), 34, 46, "IPv4 Sctp 192.0.2.1:1234 198.51.100.7:80" },
    };

    [Theory]
    [MemberData(nameof(Frames))]
    public void Frame_is_dissected(string what, string frame, int transport, int payload, string flow)
    {
        byte[] bytes = Convert.FromHexString(frame);
        FlowDissection found = FlowDissector.Dissect(bytes);
        Assert.True(found.IsComplete, what);
        Assert.Equal(transport, found.TransportOffset);
        Assert.Equal(flow, Describe(found.Key));
        Assert.Equal(payload, FlowDissector.HeaderLength(bytes));
    }

    [Fact]
    public void Unknown_network_protocol_is_not_complete()
    {
        byte[] frame = Convert.FromHexString(Ethernet("88cc", "0000"));
        Assert.False(FlowDissector.Dissect(frame).IsComplete);
        Assert.Equal(14, FlowDissector.HeaderLength(frame));
        Assert.Equal(5, FlowDissector.HeaderLength(frame.AsSpan(0, 5)));
    }

    [Fact]
    public void Dissection_stops_at_a_flow_label_if_asked()
    {
        byte[] frame = Convert.FromHexString(Ethernet("86dd", IPv6("00").Replace("60000000", "60012345", StringComparison.Ordinal), "1100010400000000", Udp));
        FlowDissection found = FlowDissector.Dissect(frame, FlowDissectorOptions.StopAtFlowLabel);
        Assert.True(found.IsComplete);
        Assert.Equal(54, found.TransportOffset);
        Assert.Equal(0x12345u, found.Key.FlowLabel);
        Assert.Equal(0, found.Key.SourcePort);
    }

    [Theory]
    [InlineData(FlowDissectorOptions.None, 54, "10.0.0.1", 1, 1234)]
    [InlineData(FlowDissectorOptions.StopAtEncapsulation, 34, "192.0.2.1", 1, 0)]
    [InlineData(FlowDissectorOptions.StopBeforeEncapsulation, 34, "192.0.2.1", 0, 0)]
    public void Tunnel_is_entered_unless_asked_to_stop(FlowDissectorOptions options, int transport, string source, int depth, int port)
    {
        byte[] frame = Convert.FromHexString(
            Ethernet("0800", IPv4("04"), IPv4("11").Replace("c0000201", "0a000001", StringComparison.Ordinal), Udp));
        FlowDissection found = FlowDissector.Dissect(frame, options);
        Assert.Equal(transport, found.TransportOffset);
        Assert.Equal(source, found.Key.Source.EmbeddedIPv4.ToString());
        Assert.Equal(depth, found.Key.TunnelDepth);
        Assert.Equal(port, found.Key.SourcePort);
    }

    [Fact]
    public void VXLAN_is_entered_if_asked()
    {
        byte[] frame = Convert.FromHexString(Ethernet("0800", IPv4("11"), "04d212b500000000", "0800000000002a00", Macs + "86dd", IPv6("11"), Udp));
        FlowDissection found = FlowDissector.Dissect(frame, FlowDissectorOptions.EnterVxlan);
        Assert.Equal("IPv6 Udp 2001:db8::1:1234 2001:db8::2:53 Encapsulation depth 1 key 42", Describe(found.Key));
        Assert.Equal(64, found.NetworkOffset);
        Assert.Equal(104, found.TransportOffset);
    }

    [Fact]
    public void Nested_tunnels_end_after_fifteen_headers()
    {
        byte[] frame = Convert.FromHexString(Ethernet("0800", [.. Enumerable.Repeat(IPv4("04"), 40)]));
        FlowDissection found = FlowDissector.Dissect(frame);
        Assert.True(found.IsComplete);
        Assert.Equal(14 + (16 * 20), found.TransportOffset);
    }

    [Theory]
    [MemberData(nameof(Frames))]
    public void Frame_cut_short_stays_within_its_octets(string what, string frame, int transport, int payload, string flow)
    {
        byte[] whole = Convert.FromHexString(frame);
        for (int length = 0; length <= whole.Length; length++)
        {
            FlowDissection found = FlowDissector.Dissect(whole.AsSpan(0, length));
            int headers = FlowDissector.HeaderLength(whole.AsSpan(0, length));
            Assert.InRange(found.TransportOffset, 0, Math.Min(length, transport));
            Assert.InRange(found.NetworkOffset, 0, length);
            Assert.InRange(headers, 0, Math.Min(length, payload));
            Assert.True(found.IsComplete || length < whole.Length, $"{what}: {flow}");
        }
    }

    [Fact]
    public void Corrupted_frames_stay_within_their_octets()
    {
        var random = new Random(15);
        byte[][] seeds = [.. Frames.Select(row => Convert.FromHexString((string)row[1]))];
        for (int i = 0; i < Effort.Inputs(20_000, 2_000_000); i++)
        {
            byte[] frame = (byte[])seeds[random.Next(seeds.Length)].Clone();
            for (int change = random.Next(6); change >= 0; change--)
            {
                frame[random.Next(frame.Length)] = (byte)random.Next(256);
            }

            ReadOnlySpan<byte> cut = frame.AsSpan(0, random.Next(frame.Length + 1));
            FlowDissection found = FlowDissector.Dissect(cut, (FlowDissectorOptions)random.Next(32));
            Assert.InRange(found.TransportOffset, 0, cut.Length);
            Assert.InRange(found.NetworkOffset, 0, cut.Length);
            Assert.InRange(FlowDissector.HeaderLength(cut), Math.Min(cut.Length, 14), cut.Length);
            RssFlow flow = RssFlow.Find(cut);
            flow.Hash(cut, Toeplitz);
        }
    }

    [Theory]
    [InlineData("0800", "06", Tcp, RssFlowType.IPv4Tcp, 26, 34)]
    [InlineData("0800", "11", Udp, RssFlowType.IPv4Udp, 26, 34)]
    [InlineData("0800", "11", "04d2", RssFlowType.IPv4, 26, 0)]
    [InlineData("0800", "01", Udp, RssFlowType.IPv4, 26, 0)]
    [InlineData("81000001" + "0800", "84", Udp, RssFlowType.IPv4Sctp, 30, 38)]
    [InlineData("81000001" + "81000001" + "81000001" + "0800", "84", Udp, RssFlowType.None, 0, 0)]
    [InlineData("86dd", "06", Tcp, RssFlowType.IPv6Tcp, 22, 54)]
    [InlineData("86dd", "00", "1100010400000000" + Udp, RssFlowType.IPv6Udp, 22, 62)]
    [InlineData("86dd", "2c", "1100000100000000" + Udp, RssFlowType.IPv6Fragment, 22, 0)]
    [InlineData("86dd", "3b", "", RssFlowType.IPv6, 22, 0)]
    [InlineData("0806", "06", Tcp, RssFlowType.None, 0, 0)]
    public void Card_finds_what_to_hash(string type, string protocol, string transport, RssFlowType expected, int addresses, int ports)
    {
        byte[] frame = Convert.FromHexString(Ethernet(type, type.EndsWith("86dd", StringComparison.Ordinal) ? IPv6(protocol) : IPv4(protocol), transport));
        RssFlow flow = RssFlow.Find(frame);
        Assert.Equal((expected, addresses, ports), (flow.Type, flow.AddressOffset, flow.PortOffset));
        int addressesLength = flow.IsIPv6 ? 32 : 8;
        byte[] input = expected == RssFlowType.None
            ? []
            : [.. frame.AsSpan(addresses, addressesLength), .. flow.HasPorts ? frame.AsSpan(ports, 4) : default];
        Assert.Equal(Toeplitz.Hash(input), flow.Hash(frame, Toeplitz));
        Assert.Equal(Toeplitz.Hash(input.AsSpan(0, Math.Min(input.Length, addressesLength))), flow.Hash(frame, Toeplitz, RssFields.Addresses));
    }

    [Fact]
    public void Fragment_of_IPv4_is_hashed_without_ports()
    {
        byte[] frame = Convert.FromHexString(Ethernet("0800", IPv4("11").Replace("00000000", "00002000", StringComparison.Ordinal), Udp));
        Assert.Equal(new RssFlow(RssFlowType.IPv4Fragment, IPProtocol.Udp, 26, 0), RssFlow.Find(frame));
    }

    private static Toeplitz Toeplitz { get; } = new(ToeplitzKey.Verification);

    private static string Ethernet(string type, params string[] rest) => Macs + type + string.Concat(rest);

    private static string IPv4(string protocol) =>
        IPv4Header.Replace("{L}", "ff", StringComparison.Ordinal).Replace("{P}", protocol, StringComparison.Ordinal);

    private static string IPv6(string next) => "60000000" + "00ff" + next + "40" + IPv6Ends;

    private static string Describe(FlowKey key)
    {
        string text = $"{key.NetworkProtocol} {key.Protocol} " + key.Family switch
        {
            FlowAddressFamily.IPv4 => $"{key.Source.EmbeddedIPv4}:{key.SourcePort} {key.Destination.EmbeddedIPv4}:{key.DestinationPort}",
            FlowAddressFamily.IPv6 => $"{key.Source}:{key.SourcePort} {key.Destination}:{key.DestinationPort}",
            _ => "no addresses",
        };
        text += key.OuterVlan is { } outer ? $" vlan {outer.Identifier}" : "";
        text += key.InnerVlan is { } inner ? $".{inner.Identifier}" : "";
        text += key.FlowLabel != 0 ? $" label {key.FlowLabel:x5}" : "";
        text += key.Traits != FlowTraits.None ? $" {key.Traits}" : "";
        text += key.TunnelDepth != 0 ? $" depth {key.TunnelDepth}" : "";
        return text + (key.TunnelKey != 0 ? $" key {key.TunnelKey}" : "");
    }
}
