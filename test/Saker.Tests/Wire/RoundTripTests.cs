using Saker.Wire;

namespace Saker.Tests.Wire;

/// <summary>Every well-formed header, parsed to its value and emitted again, has the same octets; and the value parsed from those equals the first.</summary>
public class RoundTripTests
{
    private const int Seed = 826;

    /// <summary>Puts right in random bytes what a header cannot choose, such as a version.</summary>
    public delegate void MakeWellFormed(Span<byte> bytes);

    /// <summary>The views, each with what makes random octets a well-formed header of its kind.</summary>
    public static TheoryData<Type, MakeWellFormed> Headers() => new()
    {
        { typeof(EthernetView), _ => { } },
        { typeof(VlanView), _ => { } },
        { typeof(LlcView), _ => { } },
        { typeof(SnapView), _ => { } },
        { typeof(ArpView), bytes => (bytes[4], bytes[5]) = (MacAddress.Size, IPv4Address.Size) },
        { typeof(IPv4View), bytes => bytes[0] = (byte)(0x40 | Math.Max(bytes[0] & 0xf, 5)) },
        { typeof(IcmpV4View), _ => { } },
        { typeof(IgmpView), _ => { } },
        { typeof(IgmpV3QueryView), bytes => (bytes[0], bytes[8]) = ((byte)IgmpType.MembershipQuery, (byte)(bytes[8] & 0xf)) },
        { typeof(IgmpV3ReportView), bytes => (bytes[0], bytes[1], bytes[4], bytes[5]) = ((byte)IgmpType.V3MembershipReport, 0, 0, 0) },
        { typeof(GroupRecordView<IPv4Address>), _ => { } },
        { typeof(GroupRecordView<IPv6Address>), _ => { } },
        { typeof(UdpView), _ => { } },
        { typeof(UdpLiteView), _ => { } },
        { typeof(TcpView), bytes => bytes[12] = (byte)(Math.Max(bytes[12] >> 4, 5) << 4 | (bytes[12] & 0xf)) },
    };

    [Theory]
    [MemberData(nameof(Headers))]
    public void Emit_after_parse_gives_the_same_octets(Type view, MakeWellFormed makeWellFormed)
    {
        ParseHeader parse = EveryParser.Of(view).ParseHeader!;
        Random random = new(Seed);
        byte[] bytes = new byte[64];
        for (int input = 0; input < Effort.Inputs(5_000, 1_000_000); input++)
        {
            random.NextBytes(bytes);
            makeWellFormed(bytes);
            object header = parse(bytes)!;
            byte[] emitted = EveryParser.Emit(header);
            if (!bytes.AsSpan().StartsWith(emitted) || !header.Equals(parse(emitted)))
            {
                Assert.Fail($"{view.Name} (seed {Seed}): parsed {Convert.ToHexStringLower(bytes)}, emitted {Convert.ToHexStringLower(emitted)} of {header}");
            }
        }
    }
}
