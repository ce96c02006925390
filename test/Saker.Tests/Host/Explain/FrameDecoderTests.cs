using Saker.Host.Explain;
using Saker.Tests.Wire;

namespace Saker.Tests.Host.Explain;

/// <summary>Fields of known frames: where they stand, and what is said of them.</summary>
public sealed class FrameDecoderTests
{
    public static TheoryData<string, string, int, string, string> Fields => new()
    {
        { nameof(SampleFrames.ArpRequest), "ARP request", 20, "operation", "1, request" },
        { nameof(SampleFrames.ArpRequest), "ARP request", 38, "target IP", "192.0.2.2" },
        { nameof(SampleFrames.ArpRequest), "Ethernet", 0, "destination", "ff:ff:ff:ff:ff:ff, broadcast" },
        { nameof(SampleFrames.DoubleTaggedUdp), "VLAN tag", 14, "tag", "VLAN 100, priority 3" },
        { nameof(SampleFrames.DoubleTaggedUdp), "VLAN tag", 18, "tag", "VLAN 10, priority 5, drop eligible" },
        { nameof(SampleFrames.DoubleTaggedUdp), "IPv4", 32, "checksum", "0xa47e, right" },
        { nameof(SampleFrames.DoubleTaggedUdp), "UDP", 44, "destination port", "53 (dns)" },
        { nameof(SampleFrames.DoubleTaggedUdp), "UDP", 48, "checksum", "0, the sender computed none" },
        { nameof(SampleFrames.TcpSyn), "IPv4", 15, "type of service", "DSCP 4, not ECN-capable" },
        { nameof(SampleFrames.TcpSyn), "TCP SYN", 34, "source port", "40000" },
        { nameof(SampleFrames.TcpSyn), "TCP SYN", 46, "header, flags", "40 bytes, SYN" },
        { nameof(SampleFrames.TcpSyn), "TCP SYN", 54, "option", "maximum segment size 1460" },
        { nameof(SampleFrames.TcpSyn), "TCP SYN", 58, "option", "sack permitted" },
        { nameof(SampleFrames.TcpSyn), "TCP SYN", 60, "option", "timestamp 100, echo reply 0" },
        { nameof(SampleFrames.TcpSyn), "TCP SYN", 71, "option", "window scale 7 (× 128)" },
        { nameof(SampleFrames.TcpSack), "TCP PSH ACK", 68, "option", "selective acknowledgment 4096–8192 12288–16384" },
        { nameof(SampleFrames.IcmpPortUnreachable), "ICMP destination unreachable", 35, "code", "3, port" },
        { nameof(SampleFrames.IcmpPortUnreachable), "UDP", 62, "source port", "54321" },
        { nameof(SampleFrames.IcmpTimestampWithOptions), "IPv4", 34, "option", "record route, next entry at 8: 192.0.2.9 0.0.0.0" },
        { nameof(SampleFrames.IcmpTimestampWithOptions), "IPv4", 45, "option", "router alert 0" },
        { nameof(SampleFrames.IgmpV3Report), "IGMP membership report, version 3", 46, "record", "change to exclude 239.255.0.1" },
        { nameof(SampleFrames.IPv6Fragment), "fragment header", 64, "offset, flags", "from byte 0, more fragments" },
        { nameof(SampleFrames.NeighborSolicitation), "ICMPv6 neighbor solicitation", 78, "option", "source link layer address 52:54:00:00:00:01" },
        { nameof(SampleFrames.Vxlan), "VXLAN", 46, "identifier", "42" },
        { nameof(SampleFrames.Gre), "GRE", 38, "key", "0x0000002a (42)" },
        { nameof(SampleFrames.SnapArp), "SNAP", 20, "type", "0x0806, ARP" },
    };

    [Theory]
    [MemberData(nameof(Fields))]
    public void Field_stands_where_it_is_said_to(string frame, string header, int offset, string name, string value)
    {
        IReadOnlyList<DecodedHeader> headers = FrameDecoder.Decode(Frame(frame));
        HeaderField? field = headers.Where(other => other.Name == header).SelectMany(other => other.Fields).FirstOrDefault(other => other.Offset == offset && other.Name == name);
        Assert.True(field is not null, $"no field '{name}' at {offset} of {header}; there are: {Describe(headers)}");
        Assert.Equal(value, field.Value);
    }

    [Fact]
    public void Wrong_checksum_names_the_value_that_would_be_right()
    {
        byte[] frame = [.. SampleFrames.TcpSyn];
        HeaderField wrong = Find(FrameDecoder.Decode(frame), "TCP SYN", "checksum");
        Assert.Equal(FieldMark.Wrong, wrong.Mark);
        string right = wrong.Value[(wrong.Value.IndexOf("wrong: 0x", StringComparison.Ordinal) + "wrong: 0x".Length)..][..4];
        Convert.FromHexString(right).CopyTo(frame, wrong.Offset);
        HeaderField repaired = Find(FrameDecoder.Decode(frame), "TCP SYN", "checksum");
        Assert.Equal(FieldMark.Right, repaired.Mark);
        Assert.Equal($"0x{right}, right", repaired.Value);
    }

    [Fact]
    public void Quoted_packet_is_one_deeper()
    {
        IReadOnlyList<DecodedHeader> headers = FrameDecoder.Decode([.. SampleFrames.IcmpPortUnreachable]);
        Assert.Equal(["Ethernet 0", "IPv4 0", "ICMP destination unreachable 0", "IPv4 1", "UDP 1", "data, 2 bytes 1"], headers.Select(header => $"{header.Name} {header.Depth}"));
    }

    [Fact]
    public void Header_that_is_cut_is_told()
    {
        IReadOnlyList<DecodedHeader> headers = FrameDecoder.Decode(SampleFrames.TcpSyn[..44]);
        Assert.Contains(headers, header => header.Name == "IPv4" && header.Problems.Any(problem => problem.Contains("30 are there", StringComparison.Ordinal)));
        Assert.Contains(headers, header => header.Name == "TCP" && header.Problems.Any(problem => problem.StartsWith("10 of 20 bytes", StringComparison.Ordinal)));
    }

    [Fact]
    public void Options_of_impossible_length_are_told()
    {
        byte[] frame = [.. SampleFrames.TcpSyn];
        frame[55] = 1;
        DecodedHeader tcp = FrameDecoder.Decode(frame).Single(header => header.Name == "TCP SYN");
        Assert.Contains("the options are malformed at byte 20 of the header.", tcp.Problems);
    }

    [Fact]
    public void Padding_is_shown_behind_the_packet()
    {
        byte[] frame = [.. SampleFrames.ArpRequest, .. new byte[18]];
        DecodedHeader last = FrameDecoder.Decode(frame)[^1];
        Assert.Equal(("padding, 18 bytes", 42), (last.Name, last.Offset));
    }

    private static byte[] Frame(string name) => [.. (byte[])typeof(SampleFrames).GetProperty(name)!.GetValue(null)!];

    private static HeaderField Find(IReadOnlyList<DecodedHeader> headers, string header, string field) =>
        headers.Single(other => other.Name == header).Fields.Single(other => other.Name == field);

    private static string Describe(IReadOnlyList<DecodedHeader> headers) =>
        string.Join("; ", headers.SelectMany(header => header.Fields.Select(field => $"{header.Name} {field.Offset} {field.Name} = {field.Value}")));
}
