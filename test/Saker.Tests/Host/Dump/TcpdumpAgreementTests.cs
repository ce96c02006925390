using System.Text;
using Saker.Bpf.Classic;
using Saker.Host.Dump;
using Saker.Wire.Captures;

namespace Saker.Tests.Host.Dump;

/// <summary>A program that tcpdump made selects the frames that tcpdump selects, among those of all captures.</summary>
public sealed class TcpdumpAgreementTests(AllFrames frames) : IClassFixture<AllFrames>
{
    private static readonly string[] Expressions =
    [
        "", "ip", "ip6", "arp", "not ip", "tcp", "udp", "icmp", "icmp6", "igmp", "sctp", "vlan", "vlan 104", "vlan and arp", "vlan and vlan", "vlan 5 or vlan 200", "not vlan and ip",
        "port 53", "tcp port 80", "udp portrange 1-1023", "portrange 179-443", "src port 179", "dst portrange 1000-65535", "tcp port 80 or udp port 53",
        "host 10.0.0.1", "net 192.168.0.0/16", "src net 10.0.0.0/8", "dst net 224.0.0.0/4", "ip6 net fe80::/10", "ip6 host ff02::1", "net 10.0.0.0/8 and not port 179",
        "ether broadcast", "ether multicast", "ip multicast", "ether proto 0x88cc", "ether src 00:20:d2:5a:fb:3f", "stp", "llc", "iso", "isis", "mpls", "pppoes", "pppoes and ip",
        "tcp[tcpflags] & (tcp-syn|tcp-fin) != 0", "tcp[13] = 2", "tcp[tcpflags] == tcp-syn|tcp-ack", "ip[6:2] & 0x3fff != 0", "ip[0] & 0xf > 5", "ip[8] < 64",
        "udp[4:2] > 100", "icmp[icmptype] = icmp-echo", "icmp6[0] = 135", "ip6[6] = 0", "ip6 proto 58", "ip proto 47", "ip proto \\ospf", "proto 89",
        "len > 1000", "len <= 60", "greater 200", "less 64", "len % 3 = 1", "ip[2:2] * 2 / 3 > 100", "len - ip[2:2] - 14 > 0", "(ip[2:2] >> 3) ^ len & 1 = 1", "ip[1] | tcp[1] = 0",
        "tcp[((tcp[12] & 0xf0) >> 2):4] = 0x47455420", "ether[12:2] = 0x0800 and ether[23] = 17", "ether[100] = 0", "ether[0] & 1 = 1 and not ip", "0 < -len",
        "tcp and ip and (ip[2:2] - ((ip[0]&0xf)<<2)) - ((tcp[12]&0xf0)>>2) != 0",
    ];

    /// <summary>
    /// What <c>tcpdump -ddd -i lo</c> of 4.99.3 makes of expressions: programs for a device, which ask for the tag beside the packet.
    /// </summary>
    public static TheoryData<string, string> ForDevices => new()
    {
        { "vlan", "8,48 0 0 4294963248,21 4 0 1,40 0 0 12,21 2 0 33024,21 1 0 34984,21 0 1 37120,6 0 0 262144,6 0 0 0" },
        { "vlan 104",
            "15,48 0 0 4294963248,21 4 0 1,40 0 0 12,21 2 0 33024,21 1 0 34984,21 0 8 37120,48 0 0 4294963248,21 0 2 1,48 0 0 4294963244,5 0 0 1,40 0 0 14,84 0 0 4095,"
            + "21 0 1 104,6 0 0 262144,6 0 0 0" },
        { "vlan and arp",
            "15,0 0 0 0,2 0 0 1,48 0 0 4294963248,21 6 0 1,0 0 0 4,2 0 0 1,40 0 0 12,21 2 0 33024,21 1 0 34984,21 0 4 37120,97 0 0 1,72 0 0 12,21 0 1 2054,6 0 0 262144,6 0 0 0" },
        { "vlan and vlan",
            "17,0 0 0 0,2 0 0 1,48 0 0 4294963248,21 6 0 1,0 0 0 4,2 0 0 1,40 0 0 12,21 2 0 33024,21 1 0 34984,21 0 6 37120,97 0 0 1,72 0 0 12,21 2 0 33024,21 1 0 34984,"
            + "21 0 1 37120,6 0 0 262144,6 0 0 0" },
        { "not vlan and ip",
            "10,48 0 0 4294963248,21 7 0 1,40 0 0 12,21 5 0 33024,21 4 0 34984,21 3 0 37120,40 0 0 16,21 0 1 2048,6 0 0 262144,6 0 0 0" },
    };

    public static TheoryData<string> AllExpressions => [.. Expressions];

    [CommandTheory("tcpdump")]
    [MemberData(nameof(AllExpressions))]
    public void Programs_of_tcpdump_select_the_frames_that_it_selects(string expression)
    {
        byte[] text = SystemCommand.Run("tcpdump", "-ddd", "-r", frames.Path, expression).Output;
        Assert.Equal(Wanted(expression), Selected(Encoding.UTF8.GetString(text)));
    }

    [CommandTheory("tcpdump")]
    [MemberData(nameof(ForDevices))]
    public void Programs_for_devices_select_the_same_though_they_ask_for_the_tag_beside_the_packet(string expression, string program) =>
        Assert.Equal(Wanted(expression), Selected(program));

    [CommandTheory("tcpdump")]
    [MemberData(nameof(AllExpressions))]
    public void Listing_is_that_of_tcpdump(string expression)
    {
        byte[] text = SystemCommand.Run("tcpdump", "-ddd", "-r", frames.Path, expression).Output;
        string listing = Encoding.UTF8.GetString(SystemCommand.Run("tcpdump", "-d", "-r", frames.Path, expression).Output);
        Assert.True(ClassicText.TryParse(Encoding.UTF8.GetString(text), out ClassicProgram? program, out ClassicFault? fault), fault?.ToString());
        Assert.Equal(listing, program.ToString());
        Assert.Equal(Encoding.UTF8.GetString(text), ClassicText.ToLines(program));
    }

    [CommandTheory("tcpdump")]
    [InlineData("ip protochain 51")]
    [InlineData("ip6 protochain 6")]
    public void Programs_with_a_loop_are_refused_as_Linux_refuses_them(string expression)
    {
        byte[] text = SystemCommand.Run("tcpdump", "-ddd", "-r", frames.Path, expression).Output;
        Assert.False(ClassicText.TryParse(Encoding.UTF8.GetString(text), out _, out ClassicFault? fault));
        Assert.Contains("jumps back, as programs for protochain do, and Linux takes only what jumps forward", fault.ToString(), StringComparison.Ordinal);
    }

    private List<long> Wanted(string expression) => AllFrames.NumbersIn(SystemCommand.Run("tcpdump", "-r", frames.Path, "--nano", "-w", "-", expression).Output);

    private List<long> Selected(string text)
    {
        Assert.True(ClassicText.TryParse(text, out ClassicProgram? program, out ClassicFault? fault), fault?.ToString());
        Assert.True(CaptureReader.TryOpen(frames.Path, out CaptureReader? reader, out CaptureFault? captureFault), captureFault?.ToString());
        List<long> selected = [];
        using CaptureFrames source = new(reader, program);
        while (source.TryNext(out DumpedFrame frame))
        {
            selected.Add(frame.TimestampNanoseconds);
        }

        Assert.Null(source.Summarize().Fault);
        Assert.Equal(frames.Count, source.Summarize().Seen);
        return selected;
    }
}
