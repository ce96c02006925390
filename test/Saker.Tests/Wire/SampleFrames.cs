namespace Saker.Tests.Wire;

/// <summary>Whole frames, written by hand, of the kinds that parsers are tried with. Checksums are zero where a comment says so; the others are right.</summary>
public static class SampleFrames
{
    /// <summary>Who has 192.0.2.2? Tell 192.0.2.1.</summary>
    public static byte[] ArpRequest { get; } = Bytes("""
        ffffffffffff 525400000001 0806
        0001 0800 06 04 0001 525400000001 c0000201 000000000000 c0000202
        """);

    /// <summary>A query for "a.example" behind the tags of a service VLAN and a customer VLAN. UDP checksum zero.</summary>
    public static byte[] DoubleTaggedUdp { get; } = Bytes("""
        525400000002 525400000001 88a8 6064 8100 b00a 0800
        4500 0037 1234 4000 40 11 a47e c0000201 c0000202
        d431 0035 0023 0000
        0001 0100 0001 0000 0000 0000 0161 076578616d706c65 00 0001 0001
        """);

    /// <summary>A SYN with the options that Linux sends. TCP checksum zero.</summary>
    public static byte[] TcpSyn { get; } = Bytes("""
        525400000002 525400000001 0800
        4510 003c 1c46 4000 40 06 9a62 c0000201 c0000202
        9c40 0050 11223344 00000000 a002 faf0 0000 0000
        0204 05b4 0402 080a 00000064 00000000 01 030307
        """);

    /// <summary>An acknowledgment with timestamps and two selective blocks, and data. TCP checksum zero.</summary>
    public static byte[] TcpSack { get; } = Bytes("""
        525400000002 525400000001 0800
        4500 004e 1c47 4000 40 06 9a5f c0000201 c0000202
        9c40 0050 11223345 55667788 d018 01f6 0000 0000
        0101 080a 00000065 00000064 0101 0512 00001000 00002000 00003000 00004000
        68656c6c6f0a
        """);

    /// <summary>Port unreachable about a datagram. ICMP and UDP checksums zero.</summary>
    public static byte[] IcmpPortUnreachable { get; } = Bytes("""
        525400000001 525400000002 0800
        45c0 003a 5678 0000 40 01 9f87 c0000202 c0000201
        0303 0000 00000000
        4500 001e 1234 4000 40 11 a497 c0000201 c0000202 d431 0035 000a 0000 6869
        """);

    /// <summary>A timestamp request with a record route option and a router alert. Checksums zero.</summary>
    public static byte[] IcmpTimestampWithOptions { get; } = Bytes("""
        525400000002 525400000001 0800
        4900 0038 0001 0000 40 01 0000 c0000201 c0000202
        07 0b 08 c0000209 00000000 94 04 00 00 01
        0d00 0000 0102 0003 02932e00 00000000 00000000
        """);

    /// <summary>A report of IGMPv3 with two records, to 224.0.0.22. Checksums zero.</summary>
    public static byte[] IgmpV3Report { get; } = Bytes("""
        01005e000016 525400000001 0800
        46c0 0038 0000 4000 01 02 0000 c0000201 e0000016 94040000
        22 00 0000 0000 0002
        04 00 0000 efff0001
        03 00 0002 e8010203 c0000207 c0000208
        """);

    /// <summary>A query of IGMPv3 about a group and a source. Checksums zero.</summary>
    public static byte[] IgmpV3Query { get; } = Bytes("""
        01005e7f0001 525400000001 0800
        46c0 0028 0000 4000 01 02 0000 c0000201 efff0001 94040000
        11 9f 0000 efff0001 0a 7d 0001 c0000207
        """);

    /// <summary>Spanning tree in an 802.3 frame, padded to 60 octets.</summary>
    public static byte[] SpanningTree { get; } = Bytes("""
        0180c2000000 525400000001 0026 4242 03
        0000 00 00 00 8000525400000001 00000000 8000525400000001 8001 0000 1400 0200 0f00
        0000000000000000
        """);

    /// <summary>ARP in an 802.3 frame behind LLC and SNAP.</summary>
    public static byte[] SnapArp { get; } = Bytes("""
        ffffffffffff 525400000001 0024 aaaa 03 000000 0806
        0001 0800 06 04 0001 525400000001 c0000201 000000000000 c0000202
        """);

    /// <summary>An IPv6 datagram behind a hop-by-hop and a fragment header. UDP checksum zero.</summary>
    public static byte[] IPv6Fragment { get; } = Bytes("""
        525400000002 525400000001 86dd
        6000 0000 001c 00 40 20010db8000000000000000000000001 20010db8000000000000000000000002
        2c 00 0502 0000 0100
        11 00 0001 deadbeef
        d431 0035 0014 0000 68656c6c
        """);

    /// <summary>A neighbour solicitation. Checksum zero.</summary>
    public static byte[] NeighborSolicitation { get; } = Bytes("""
        3333ff000002 525400000001 86dd
        6000 0000 0020 3a ff 20010db8000000000000000000000001 ff0200000000000000000001ff000002
        87 00 0000 00000000 20010db8000000000000000000000002 01 01 525400000001
        """);

    /// <summary>An Ethernet frame in VXLAN in UDP. UDP checksum zero.</summary>
    public static byte[] Vxlan { get; } = Bytes("""
        525400000002 525400000001 0800
        4500 0040 1234 0000 40 11 e475 c0000201 c0000202
        d431 12b5 002c 0000
        0800 0000 00002a 00
        ffffffffffff 525400000001 0806 0001 0800 06 04 0001 525400000001
        """);

    /// <summary>IPv4 in GRE with key and sequence number. Inner UDP checksum zero.</summary>
    public static byte[] Gre { get; } = Bytes("""
        525400000002 525400000001 0800
        4500 003a 1234 0000 40 2f e45d c0000201 c0000202
        3000 0800 0000002a 00000007
        4500 001e 1234 4000 40 11 a497 c0000201 c0000202 d431 0035 000a 0000 6869
        """);

    /// <summary>A router advertisement with link-layer address, MTU, prefix, route, name server and search domain. Checksum zero.</summary>
    public static byte[] RouterAdvertisement { get; } = Bytes("""
        333300000001 525400000001 86dd
        6000 0000 0078 3a ff fe800000000000005054 00fffe000001 ff020000000000000000000000000001
        8600 0000 40 c8 0708 00007530 000003e8
        01 01 525400000001 05 01 0000 000005dc
        03 04 40 c0 00015180 00003840 00000000 20010db8000000000000000000000000
        18 02 20 08 000000ff 20010db800010000
        19 03 0000 0000003c 20010db8000000000000000000000053
        1f 02 0000 0000003c 05 6c6f63616c 00 00
        """);

    /// <summary>A report of MLDv2 with two records behind a router alert. Checksum zero.</summary>
    public static byte[] MldV2Report { get; } = Bytes("""
        333300000016 525400000001 86dd
        6000 0000 0048 00 01 fe800000000000005054 00fffe000001 ff020000000000000000000000000016
        3a 00 0502 0000 0100
        8f 00 0000 0000 0002
        04 00 0000 ff0200000000000000000001ff000001
        06 00 0001 ff020000000000000000000000000002 20010db8000000000000000000000001
        """);

    /// <summary>UDP behind destination options, a segment routing header with two segments, and an authentication header. Checksum zero.</summary>
    public static byte[] IPv6ExtensionHeaders { get; } = Bytes("""
        525400000002 525400000001 86dd
        6b81 2345 0062 3c 40 20010db8000000000000000000000001 20010db8000000000000000000000002
        2b 02 c910 20010db8000000000000000000000009 0102 0000
        33 04 04 01 01 00 0007 20010db8000000000000000000000003 20010db8000000000000000000000002
        11 04 0000 00000001 00000002 0102030405060708090a0b0c
        04d2 0035 000a 0000 6869
        """);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<byte[]> All { get; } =
    [
        ArpRequest, DoubleTaggedUdp, TcpSyn, TcpSack, IcmpPortUnreachable, IcmpTimestampWithOptions, IgmpV3Report, IgmpV3Query,
        SpanningTree, SnapArp, IPv6Fragment, NeighborSolicitation, Vxlan, Gre,
        RouterAdvertisement, MldV2Report, IPv6ExtensionHeaders,
    ];

    /// <summary>Octets from hexadecimal digits; white space between them means nothing.</summary>
    public static byte[] Bytes(string hexadecimal) => Convert.FromHexString(string.Concat(hexadecimal.Where(character => !char.IsWhiteSpace(character))));
}
