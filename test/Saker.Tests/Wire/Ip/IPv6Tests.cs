using Saker.Wire;

namespace Saker.Tests.Wire;

public class IPv6Tests
{
    [Fact]
    public void Header_is_read_field_by_field()
    {
        byte[] packet = Convert.FromHexString("6b8abcde00033a40" + "20010db8000000000000000000000001" + "ff020000000000000000000000000002" + "010203ff");
        Assert.True(IPv6View.TryParse(packet, out IPv6View view));
        Assert.Equal(6, view.Version);
        Assert.Equal(0xb8, view.TrafficClass);
        Assert.Equal(46, view.DifferentiatedServices);
        Assert.Equal(EcnCodepoint.NotEct, view.Ecn);
        Assert.Equal(0xabcdeu, view.FlowLabel);
        Assert.Equal(3, view.PayloadLength);
        Assert.Equal(IPProtocol.IcmpV6, view.NextHeader);
        Assert.Equal(64, view.HopLimit);
        Assert.Equal("2001:db8::1", view.Source.ToString());
        Assert.Equal("ff02::2", view.Destination.ToString());
        Assert.True(view.IsComplete);
        Assert.Equal([1, 2, 3], view.Payload.ToArray());
        Assert.False(IPv6View.TryParse(packet.AsSpan(0, 39), out _));
    }

    [Fact]
    public void Header_emitted_is_the_header_read()
    {
        var random = new Random(8200);
        byte[] packet = new byte[60];
        byte[] emitted = new byte[40];
        for (int i = 0; i < Effort.Inputs(5_000, 1_000_000); i++)
        {
            random.NextBytes(packet);
            packet[0] = (byte)(0x60 | (packet[0] & 15));
            Assert.True(IPv6View.TryParse(packet, out IPv6View view));
            view.ToHeader().Emit(emitted);
            Assert.Equal(packet[..40], emitted);
        }
    }

    [Fact]
    public void Editor_changes_only_its_field()
    {
        byte[] packet = Convert.FromHexString("6b8abcde00033a40" + "20010db8000000000000000000000001" + "ff020000000000000000000000000002");
        Assert.True(IPv6Editor.TryParse(packet, out IPv6Editor editor));
        editor.Ecn = EcnCodepoint.CongestionExperienced;
        editor.HopLimit--;
        Assert.Equal("6bbabcde00033a3f", Convert.ToHexStringLower(packet.AsSpan(0, 8)));
        editor.TrafficClass = 0;
        Assert.Equal("600abcde", Convert.ToHexStringLower(packet.AsSpan(0, 4)));
    }

    [Fact]
    public void Options_are_enumerated_with_padding()
    {
        byte[] header = Convert.FromHexString("3a01" + "05020000" + "00" + "0100" + "00" + "c20400010000");
        Assert.True(IPv6OptionsView.TryParse(header, out IPv6OptionsView view));
        Assert.Equal(16, view.HeaderLength);
        Assert.Equal(IPProtocol.IcmpV6, view.NextHeader);
        var seen = new List<(IPv6OptionType, int, int)>();
        ushort alert = 1;
        uint jumbo = 0;
        IPv6OptionEnumerator options = view.EnumerateOptions();
        while (options.MoveNext())
        {
            seen.Add((options.Current.Type, options.Current.Position, options.Current.Data.Length));
            if (options.Current.TryGetRouterAlert(out ushort value))
            {
                alert = value;
            }

            if (options.Current.TryGetJumboPayload(out uint length))
            {
                jumbo = length;
                Assert.Equal(UnrecognizedOptionAction.DiscardAndReportUnlessMulticast, options.Current.ActionIfUnrecognized);
            }
        }

        Assert.False(options.IsMalformed);
        Assert.Equal(0, alert);
        Assert.Equal(0x1_0000u, jumbo);
        Assert.Equal(
            [
                (IPv6OptionType.RouterAlert, 2, 2), (IPv6OptionType.Pad1, 6, 0), (IPv6OptionType.PadN, 7, 0), (IPv6OptionType.Pad1, 9, 0),
                (IPv6OptionType.JumboPayload, 10, 4),
            ],
            seen);
    }

    [Fact]
    public void Option_that_reaches_over_the_end_is_malformed()
    {
        byte[] header = Convert.FromHexString("3a00050500000000");
        Assert.True(IPv6OptionsView.TryParse(header, out IPv6OptionsView view));
        IPv6OptionEnumerator options = view.EnumerateOptions();
        Assert.False(options.MoveNext());
        Assert.True(options.IsMalformed);
        Assert.False(options.MoveNext());
    }

    [Fact]
    public void Router_alert_of_MLD_is_written_in_eight_octets()
    {
        byte[] header = new byte[8];
        var writer = new IPv6OptionsWriter(header);
        writer.AddRouterAlert(0);
        Assert.Equal(8, writer.Finish(IPProtocol.IcmpV6));
        Assert.Equal("3a00050200000100", Convert.ToHexStringLower(header));
    }

    [Fact]
    public void Segment_routing_header_lists_its_segments()
    {
        byte[] header = Convert.FromHexString("2904040101000007" + "20010db8000000000000000000000001" + "20010db8000000000000000000000002");
        Assert.True(IPv6RoutingView.TryParse(header, out IPv6RoutingView view));
        Assert.Equal(IPv6RoutingType.SegmentRouting, view.Type);
        Assert.Equal(1, view.SegmentsLeft);
        Assert.Equal(1, view.LastEntry);
        Assert.Equal(7, view.Tag);
        Assert.Equal(2, view.AddressCount);
        Assert.True(view.TryGetAddress(1, out IPv6Address last));
        Assert.Equal("2001:db8::2", last.ToString());
        Assert.False(view.TryGetAddress(2, out _));
        Assert.False(view.TryGetAddress(-1, out _));
        Assert.True(view.TypeLengthValues.IsEmpty);
        Assert.True(view.IsComplete);
    }

    /// <summary>First next header, octets after the fixed header, why the walk ends, at which header and where.</summary>
    [Theory]
    [InlineData(6, "", IPv6WalkEnd.UpperLayer, 6, 0, 0)]
    [InlineData(59, "", IPv6WalkEnd.NoNextHeader, 59, 0, 0)]
    [InlineData(50, "", IPv6WalkEnd.Encrypted, 50, 0, 0)]
    [InlineData(135, "3a00", IPv6WalkEnd.UpperLayer, 135, 0, 0)]
    [InlineData(0, "3a00050200000100" + "80", IPv6WalkEnd.UpperLayer, 58, 8, 1)]
    [InlineData(0, "3c00010400000000" + "2b00010400000000" + "1100000000000000" + "aa", IPv6WalkEnd.UpperLayer, 17, 24, 3)]
    [InlineData(60, "0000010400000000" + "1100010400000000", IPv6WalkEnd.Malformed, 0, 8, 1)]
    [InlineData(0, "3a01050200000100", IPv6WalkEnd.Truncated, 0, 0, 0)]
    [InlineData(0, "3a", IPv6WalkEnd.Truncated, 0, 0, 0)]
    [InlineData(44, "1100000100000001" + "0000", IPv6WalkEnd.UpperLayer, 17, 8, 1)]
    [InlineData(44, "1100000900000001" + "0000", IPv6WalkEnd.LaterFragment, 17, 8, 1)]
    [InlineData(44, "11000009000000", IPv6WalkEnd.Truncated, 44, 0, 0)]
    [InlineData(51, "0604000000000001000000020102030405060708090a0b0c" + "00", IPv6WalkEnd.UpperLayer, 6, 24, 1)]
    [InlineData(51, "3b02000000000001000000020102030405060708090a0b0c", IPv6WalkEnd.NoNextHeader, 59, 16, 1)]
    public void Walk_ends_where_and_why(int first, string payload, IPv6WalkEnd end, int next, int offset, int passed)
    {
        var walker = new IPv6ExtensionWalker(Convert.FromHexString(payload), (IPProtocol)first);
        int steps = 0;
        while (walker.MoveNext())
        {
            steps++;
            Assert.Equal(walker.Offset, walker.HeaderOffset + walker.HeaderBytes.Length);
        }

        Assert.Equal(end, walker.End);
        Assert.Equal((IPProtocol)next, walker.NextHeader);
        Assert.Equal(offset, walker.Offset);
        Assert.Equal(passed, steps);
        Assert.Equal(end, walker.Finish());
    }

    [Theory]
    [InlineData("1100000000000001", false, 0)]
    [InlineData("1100000100000001", true, 0)]
    [InlineData("1100000800000001", true, 0)]
    public void Atomic_fragment_is_no_fragment(string payload, bool isFragment, int at)
    {
        var walker = new IPv6ExtensionWalker(Convert.FromHexString(payload), IPProtocol.Fragment);
        walker.Finish();
        Assert.Equal(isFragment, walker.IsFragment);
        Assert.Equal(at, walker.FragmentHeaderOffset);
    }

    [Fact]
    public void Sample_with_extension_headers_is_read_through()
    {
        Assert.True(IPv6View.TryParse(SampleFrames.IPv6ExtensionHeaders.AsSpan(EthernetView.FixedLength), out IPv6View packet));
        Assert.True(packet.IsComplete);
        var walker = new IPv6ExtensionWalker(packet);
        Assert.True(walker.MoveNext());
        Assert.True(IPv6OptionsView.TryParse(walker.HeaderBytes, out IPv6OptionsView options));
        IPv6OptionEnumerator option = options.EnumerateOptions();
        Assert.True(option.MoveNext() && option.Current.TryGetHomeAddress(out IPv6Address home) && home == IPv6Address.Parse("2001:db8::9"));
        Assert.True(walker.MoveNext());
        Assert.True(IPv6RoutingView.TryParse(walker.HeaderBytes, out IPv6RoutingView routing) && routing.IsComplete && routing.AddressCount == 2);
        Assert.True(walker.MoveNext());
        Assert.True(AuthenticationHeaderView.TryParse(walker.HeaderBytes, out AuthenticationHeaderView authentication) && authentication.IsComplete);
        Assert.Equal(2u, authentication.Sequence);
        Assert.Equal(12, authentication.IntegrityCheckValue.Length);
        Assert.Equal(IPv6WalkEnd.UpperLayer, walker.Finish());
        Assert.Equal((IPProtocol.Udp, 88), (walker.NextHeader, walker.Offset));
    }

    [Fact]
    public void Fragment_header_emitted_is_the_header_read()
    {
        byte[] bytes = Convert.FromHexString("1100054912345678");
        Assert.True(IPv6FragmentView.TryParse(bytes, out IPv6FragmentView view));
        Assert.Equal(0x548, view.FragmentOffset);
        Assert.True(view.MoreFragments);
        Assert.Equal(view.OffsetAndFlags, IPv6FragmentHeader.Combine(0x548, moreFragments: true));
        byte[] emitted = new byte[8];
        view.ToHeader().Emit(emitted);
        Assert.Equal(bytes, emitted);
    }
}
