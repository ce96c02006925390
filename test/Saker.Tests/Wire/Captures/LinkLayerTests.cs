using Saker.Wire;
using Saker.Wire.Captures;

namespace Saker.Tests.Wire.Captures;

public class LinkLayerTests
{
    private const string Destination = "0200000000aa";
    private const string Source = "0200000000bb";

    [Theory]
    [InlineData(LinkType.Ethernet, Destination + Source + "0800" + "45", EtherType.IPv4, 14, Source, Destination, null)]
    [InlineData(LinkType.Ethernet, "ffffffffffff" + Source + "0806", EtherType.Arp, 14, Source, "ffffffffffff", LinkPacketType.Broadcast)]
    [InlineData(LinkType.Ethernet, "333300000001" + Source + "86dd", EtherType.IPv6, 14, Source, "333300000001", LinkPacketType.Multicast)]
    [InlineData(LinkType.Ethernet, "0180c2000000" + Source + "0026424203", EtherType.Ieee8022, 14, Source, "0180c2000000", LinkPacketType.Multicast)]
    [InlineData(LinkType.Ethernet, Destination + Source + "05ffffff00", EtherType.Ieee8023, 14, Source, Destination, null)]
    [InlineData(LinkType.Ethernet, Destination + Source + "8100" + "0064", EtherType.Vlan, 14, Source, Destination, null)]
    [InlineData(LinkType.LinuxSll, "0000" + "0001" + "0006" + Source + "0000" + "0800", EtherType.IPv4, 16, Source, null, LinkPacketType.Host)]
    [InlineData(LinkType.LinuxSll, "0004" + "0304" + "0006" + Source + "0000" + "86dd", EtherType.IPv6, 16, Source, null, LinkPacketType.Outgoing)]
    [InlineData(LinkType.LinuxSll, "0003" + "fffe" + "0000" + "0000000000000000" + "0800", EtherType.IPv4, 16, null, null, LinkPacketType.OtherHost)]
    [InlineData(LinkType.LinuxSll, "0009" + "0001" + "0014" + "0000000000000000" + "0800", EtherType.IPv4, 16, null, null, null)]
    [InlineData(LinkType.LinuxSll2, "0800" + "0000" + "00000002" + "0001" + "01" + "06" + Source + "0000", EtherType.IPv4, 20, Source, null, LinkPacketType.Broadcast)]
    [InlineData(LinkType.LinuxSll2, "86dd" + "0000" + "00000002" + "0001" + "02" + "00" + "0000000000000000", EtherType.IPv6, 20, null, null, LinkPacketType.Multicast)]
    [InlineData(LinkType.Null, "02000000", EtherType.IPv4, 4, null, null, null)]
    [InlineData(LinkType.Null, "00000002", EtherType.IPv4, 4, null, null, null)]
    [InlineData(LinkType.Null, "0a000000", EtherType.IPv6, 4, null, null, null)]
    [InlineData(LinkType.Null, "00000018", EtherType.IPv6, 4, null, null, null)]
    [InlineData(LinkType.Loop, "0000001c", EtherType.IPv6, 4, null, null, null)]
    [InlineData(LinkType.Loop, "1e000000", EtherType.IPv6, 4, null, null, null)]
    [InlineData(LinkType.Raw, "45", EtherType.IPv4, 0, null, null, null)]
    [InlineData(LinkType.RawBsd, "60", EtherType.IPv6, 0, null, null, null)]
    [InlineData(LinkType.RawOpenBsd, "4f", EtherType.IPv4, 0, null, null, null)]
    [InlineData(LinkType.IPv4, "45", EtherType.IPv4, 0, null, null, null)]
    [InlineData(LinkType.IPv6, "45", EtherType.IPv6, 0, null, null, null)]
    public void A_header_says_what_it_carries_where_and_whose(
        LinkType type, string frame, EtherType protocol, int offset, string? source, string? destination, LinkPacketType? packetType)
    {
        Assert.True(LinkLayer.IsSupported(type));
        Assert.True(LinkLayer.TryResolve(type, Convert.FromHexString(frame), out LinkLayerInfo info));

        Assert.Equal(new LinkLayerInfo(protocol, offset, Mac(source), Mac(destination), packetType), info);
    }

    [Theory]
    [InlineData(LinkType.Ethernet, Destination + Source + "08")]
    [InlineData(LinkType.LinuxSll, "0000" + "0001" + "0006" + Source + "0000" + "08")]
    [InlineData(LinkType.LinuxSll, "0000" + "0338" + "0000" + "0000000000000000" + "0010")]
    [InlineData(LinkType.LinuxSll2, "0800" + "0000" + "00000002" + "0001" + "01" + "06" + Source + "00")]
    [InlineData(LinkType.LinuxSll2, "0010" + "0000" + "00000002" + "0338" + "00" + "00" + "0000000000000000")]
    [InlineData(LinkType.Null, "020000")]
    [InlineData(LinkType.Null, "07000000")]
    [InlineData(LinkType.Loop, "ffffffff")]
    [InlineData(LinkType.Raw, "")]
    [InlineData(LinkType.Raw, "55")]
    [InlineData(LinkType.IPv4, "")]
    [InlineData((LinkType)105, "0800000000000000000000000000000000000000")]
    public void A_header_that_is_cut_or_says_nothing_known_is_refused(LinkType type, string frame) =>
        Assert.False(LinkLayer.TryResolve(type, Convert.FromHexString(frame), out _));

    [Fact]
    public void Every_supported_type_is_in_the_message_and_no_bytes_make_it_throw()
    {
        var random = new Random(13);
        for (int number = 0; number < 300; number++)
        {
            var type = (LinkType)number;
            Assert.Equal(Enum.IsDefined(type), LinkLayer.IsSupported(type));
            if (LinkLayer.IsSupported(type))
            {
                Assert.Matches($@"\b{number}\b", LinkLayer.SupportedTypes);
                Assert.NotNull(LinkTypes.NameOf(type));
            }

            for (int length = 0; length < 30; length++)
            {
                byte[] frame = new byte[length];
                random.NextBytes(frame);
                if (LinkLayer.TryResolve(type, frame, out LinkLayerInfo info))
                {
                    Assert.InRange(info.NetworkOffset, 0, length);
                }
            }
        }
    }

    [Theory]
    [InlineData(105, "105 (IEEE802_11)")]
    [InlineData(147, "147 (USER0)")]
    [InlineData(162, "162 (USER15)")]
    [InlineData(9999, "9999")]
    public void Numbers_are_described_with_their_name(ushort number, string expected) => Assert.Equal(expected, LinkTypes.Describe((LinkType)number));

    private static MacAddress? Mac(string? hex) => hex is null ? null : MacAddress.ReadFrom(Convert.FromHexString(hex));
}
