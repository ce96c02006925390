using Saker.Wire;

namespace Saker.Tests.Wire;

public class IcmpV6Tests
{
    private const string Target = "fe800000000000000000000000000001";
    private static readonly MacAddress Mac = MacAddress.Parse("02:00:00:00:00:01");

    /// <summary>Every message in front of its options or records, as its value writes it.</summary>
    [Theory]
    [InlineData(typeof(IcmpV6View), "8000abcd00010002")]
    [InlineData(typeof(IcmpV6View), "0200abcd000005dc")]
    [InlineData(typeof(RouterSolicitationView), "8500abcd00000000")]
    [InlineData(typeof(RouterAdvertisementView), "8600abcd40c8070800007530000003e8")]
    [InlineData(typeof(NeighborSolicitationView), "8700abcd00000000" + Target)]
    [InlineData(typeof(NeighborAdvertisementView), "8800abcd60000000" + Target)]
    [InlineData(typeof(NeighborRedirectView), "8900abcd00000000" + Target + "20010db8000000000000000000000001")]
    [InlineData(typeof(MldView), "8300abcd00000000" + "ff020000000000000000000000000016")]
    [InlineData(typeof(MldV2QueryView), "8200abcd27100000" + "00000000000000000000000000000000" + "0a7d0000")]
    [InlineData(typeof(MldV2ReportView), "8f00abcd00000001")]
    [InlineData(typeof(GroupRecordView<IPv6Address>), "04000000" + "ff0200000000000000000001ff000001")]
    public void Header_emitted_is_the_header_read(Type view, string hex)
    {
        byte[] bytes = Convert.FromHexString(hex);
        object? header = EveryParser.Of(view).ParseHeader!(bytes);
        Assert.NotNull(header);
        Assert.Equal(hex, Convert.ToHexStringLower(EveryParser.Emit(header)));
        Assert.Null(EveryParser.Of(view).ParseHeader!(bytes.AsSpan(0, bytes.Length - 1)));
    }

    [Fact]
    public void Error_message_bears_a_packet_and_maybe_extensions()
    {
        byte[] message = Convert.FromHexString("0104000001000000" + "6000000000003b40" + "2000ffff");
        Assert.True(IcmpV6View.TryParse(message, out IcmpV6View view));
        Assert.True(view.IsError);
        Assert.Equal(IcmpV6UnreachableCode.PortUnreachable, (IcmpV6UnreachableCode)view.Code);
        Assert.Equal(8, view.Original.Length);
        Assert.Equal(4, view.Extensions.Length);
        message[4] = 0;
        Assert.True(IcmpV6View.TryParse(message, out view));
        Assert.Equal(12, view.Original.Length);
        Assert.True(view.Extensions.IsEmpty);
    }

    [Theory]
    [InlineData(0x00, 0)]
    [InlineData(0x08, 1)]
    [InlineData(0x18, -1)]
    [InlineData(0x10, -2)]
    public void Router_tells_its_preference(byte flags, int preference)
    {
        Assert.True(RouterAdvertisementView.TryParse([134, 0, 0, 0, 64, flags, .. new byte[10]], out RouterAdvertisementView view));
        Assert.Equal(preference, view.Preference);
        Assert.False(view.IsManaged);
    }

    [Fact]
    public void Options_of_a_router_advertisement_are_read_as_written()
    {
        byte[] message = new byte[200];
        new RouterAdvertisementHeader { HopLimit = 64, Flags = 0xc0, RouterLifetime = 1800 }.Emit(message);
        var writer = new NeighborDiscoveryOptionsWriter(message.AsSpan(RouterAdvertisementView.FixedLength));
        var prefix = new PrefixInformation(IPv6Address.Parse("2001:db8::"), 64, 0xc0, 86_400, 14_400);
        writer.AddLinkLayerAddress(NeighborDiscoveryOptionType.SourceLinkLayerAddress, Mac);
        writer.AddMtu(1492);
        writer.AddPrefix(prefix);
        writer.Add(NeighborDiscoveryOptionType.RecursiveDnsServers, Convert.FromHexString("00000000003c" + "20010db8000000000000000000000053"));
        writer.Add(NeighborDiscoveryOptionType.RouteInformation, Convert.FromHexString("2008000000ff" + "20010db800010000"));
        int length = RouterAdvertisementView.FixedLength + writer.Length;
        Assert.Equal(16 + 8 + 8 + 32 + 24 + 16, length);

        Assert.True(RouterAdvertisementView.TryParse(message.AsSpan(0, length), out RouterAdvertisementView view));
        Assert.True(view.IsManaged && view.HasOtherConfiguration);
        NeighborDiscoveryOptionEnumerator options = view.EnumerateOptions();
        Assert.True(options.MoveNext() && options.Current.TryGetLinkLayerAddress(out MacAddress address) && address == Mac);
        Assert.True(options.MoveNext() && options.Current.TryGetMtu(out uint mtu) && mtu == 1492);
        Assert.True(options.MoveNext() && options.Current.TryGetPrefix(out PrefixInformation read) && read == prefix && read.IsAutonomous && read.IsOnLink);
        Assert.True(options.MoveNext() && options.Current.TryGetDnsServers(out uint lifetime, out AddressList<IPv6Address> servers) && lifetime == 60
            && servers.Count == 1 && servers[0] == IPv6Address.Parse("2001:db8::53"));
        Assert.True(options.MoveNext() && options.Current.TryGetRoute(out RouteInformation route)
            && route == new RouteInformation(IPv6Address.Parse("2001:db8:1::"), 32, 8, 255));
        Assert.False(options.MoveNext());
        Assert.False(options.IsMalformed);
    }

    [Theory]
    [InlineData("0100020000000001", 24)]
    [InlineData("0102020000000001", 24)]
    [InlineData("0101020000000001" + "05", 32)]
    public void Option_of_wrong_length_is_malformed(string options, int at)
    {
        byte[] message = Convert.FromHexString("8700abcd00000000" + Target + options);
        Assert.True(NeighborSolicitationView.TryParse(message, out NeighborSolicitationView view));
        NeighborDiscoveryOptionEnumerator enumerator = view.EnumerateOptions();
        while (enumerator.MoveNext())
        {
        }

        Assert.Equal(at, enumerator.MalformedOffset);
    }

    [Theory]
    [InlineData(0x2710, 10_000)]
    [InlineData(0x8000, 0x8000)]
    [InlineData(0xffff, 8_387_584)]
    public void Response_code_of_version_2_has_an_exponent(ushort code, int milliseconds)
    {
        byte[] message = new byte[MldV2QueryView.FixedLength];
        new MldV2QueryHeader { MaximumResponseCode = code }.Emit(message);
        Assert.True(MldV2QueryView.TryParse(message, out MldV2QueryView view));
        Assert.Equal(milliseconds, view.MaximumResponseDelay);
        Assert.True(MldView.TryParse(message, out MldView first) && first.IsVersion2Query);
    }

    [Fact]
    public void Sample_router_advertisement_has_six_options()
    {
        ReadOnlySpan<byte> message = SampleFrames.RouterAdvertisement.AsSpan(EthernetView.FixedLength + IPv6View.FixedLength);
        Assert.True(RouterAdvertisementView.TryParse(message, out RouterAdvertisementView view));
        NeighborDiscoveryOptionEnumerator options = view.EnumerateOptions();
        int count = 0;
        while (options.MoveNext())
        {
            count++;
            if (options.Current.TryGetDnsSearchList(out uint lifetime, out ReadOnlySpan<byte> names))
            {
                Assert.Equal(60u, lifetime);
                Assert.Equal(5, names[0]);
            }
        }

        Assert.Equal(6, count);
        Assert.False(options.IsMalformed);
    }

    [Fact]
    public void Records_of_a_listener_report_are_enumerated()
    {
        byte[] message = Convert.FromHexString("8f00000000000003"
            + "04000000" + "ff0200000000000000000001ff000001"
            + "06010001" + "ff020000000000000000000000000002" + "20010db8000000000000000000000001" + "00000000"
            + "04000000" + "ff02");
        Assert.True(MldV2ReportView.TryParse(message, out MldV2ReportView view));
        GroupRecordEnumerator<IPv6Address> records = view.EnumerateRecords();
        Assert.True(records.MoveNext());
        Assert.Equal(GroupRecordType.ChangeToExclude, records.Current.Type);
        Assert.True(records.MoveNext());
        Assert.Equal("2001:db8::1", records.Current.Sources[0].ToString());
        Assert.Equal(4, records.Current.AuxiliaryData.Length);
        Assert.False(records.MoveNext());
        Assert.True(records.IsMalformed);
        Assert.Equal(8 + 20 + 40, records.MalformedOffset);
    }
}
