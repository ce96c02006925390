using Saker.Wire;

namespace Saker.Tests.Wire.Ip;

public class IPv4Tests
{
    private const int IPOffset = 14;

    [Fact]
    public void Header_has_its_fields()
    {
        Assert.True(IPv4View.TryParse(SampleFrames.TcpSyn.AsSpan(IPOffset), out IPv4View ip));
        Assert.Equal((4, 20, 0x10, 4, EcnCodepoint.NotEct), (ip.Version, ip.HeaderLength, ip.TypeOfService, ip.DifferentiatedServices, ip.Ecn));
        Assert.Equal((60, 0x1c46, IPv4Flags.DontFragment, 0, false), (ip.TotalLength, ip.Identification, ip.Flags, ip.FragmentOffset, ip.IsFragment));
        Assert.Equal((64, IPProtocol.Tcp, "192.0.2.1", "192.0.2.2"), (ip.TimeToLive, ip.Protocol, ip.Source.ToString(), ip.Destination.ToString()));
        Assert.Equal((true, true, 20, 0, 40), (ip.IsHeaderComplete, ip.IsComplete, ip.Header.Length, ip.Options.Length, ip.Payload.Length));
        Assert.True(InternetChecksum.VerifyIPv4Header(ip.Header));
    }

    // First octet, total length, octets there; then header complete, all complete, lengths of header, options and payload.
    [Theory]
    [InlineData(0x45, 40, 40, true, true, 20, 0, 20)]
    [InlineData(0x45, 40, 60, true, true, 20, 0, 20)]
    [InlineData(0x45, 40, 39, true, false, 20, 0, 19)]
    [InlineData(0x45, 19, 40, true, false, 20, 0, 0)]
    [InlineData(0x45, 0, 40, true, false, 20, 0, 0)]
    [InlineData(0x44, 40, 40, false, false, 20, 0, 20)]
    [InlineData(0x40, 40, 40, false, false, 20, 0, 20)]
    [InlineData(0x4f, 70, 70, true, true, 60, 40, 10)]
    [InlineData(0x4f, 70, 59, false, false, 59, 39, 0)]
    [InlineData(0x4f, 40, 70, true, false, 60, 40, 0)]
    public void Parts_are_what_is_told_and_there(byte first, ushort told, int there, bool header, bool all, int headerLength, int options, int payload)
    {
        byte[] bytes = new byte[there];
        bytes[0] = first;
        bytes[3] = (byte)told;
        Assert.True(IPv4View.TryParse(bytes, out IPv4View ip));
        Assert.Equal(
            (header, all, headerLength, options, payload),
            (ip.IsHeaderComplete, ip.IsComplete, ip.Header.Length, ip.Options.Length, ip.Payload.Length));
    }

    [Theory]
    [InlineData(0x0000, IPv4Flags.None, 0, false)]
    [InlineData(0x4000, IPv4Flags.DontFragment, 0, false)]
    [InlineData(0x8000, IPv4Flags.Reserved, 0, false)]
    [InlineData(0x2000, IPv4Flags.MoreFragments, 0, true)]
    [InlineData(0x00b9, IPv4Flags.None, 1480, true)]
    [InlineData(0x3fff, IPv4Flags.MoreFragments, 65528, true)]
    public void Fragment_field_is_flags_and_an_offset_in_octets(ushort word, IPv4Flags flags, int offset, bool fragment)
    {
        byte[] bytes = new byte[IPv4View.FixedLength];
        Assert.True(IPv4Editor.TryParse(bytes, out IPv4Editor editor));
        editor.SetFragment(flags, offset);
        Assert.Equal(word, (ushort)(bytes[6] << 8 | bytes[7]));
        Assert.True(IPv4View.TryParse(bytes, out IPv4View ip));
        Assert.Equal((flags, offset, fragment), (ip.Flags, ip.FragmentOffset, ip.IsFragment));
    }

    [Fact]
    public void Editor_changes_what_the_view_sees()
    {
        byte[] bytes = SampleFrames.TcpSyn[IPOffset..];
        Assert.True(IPv4Editor.TryParse(bytes, out IPv4Editor editor));
        editor.TimeToLive--;
        editor.Ecn = EcnCodepoint.CongestionExperienced;
        editor.TotalLength = 40;
        editor.Identification++;
        (editor.Source, editor.Destination) = (editor.Destination, editor.Source);
        editor.HeaderChecksum = 0xbeef;
        Assert.True(IPv4View.TryParse(bytes, out IPv4View ip));
        Assert.Equal((63, 0x13, 40, 0x1c47, 0xbeef), (ip.TimeToLive, ip.TypeOfService, ip.TotalLength, ip.Identification, ip.HeaderChecksum));
        Assert.Equal(("192.0.2.2", "192.0.2.1"), (ip.Source.ToString(), ip.Destination.ToString()));
        editor.TypeOfService = 0;
        Assert.Equal(0, ip.TypeOfService);
        Assert.False(IPv4Editor.TryParse(bytes.AsSpan(0, 19), out _));
    }

    [Fact]
    public void Emit_fills_options_up_with_zeros()
    {
        byte[] bytes = EveryParser.Emit(new IPv4Header { TimeToLive = 1, Protocol = IPProtocol.Igmp, Options = new OptionBytes([0x94, 4, 0, 0, 1]) });
        Assert.Equal("47000000000000000102000000000000000000009404000001000000", Convert.ToHexStringLower(bytes));
    }

    [Fact]
    public void Options_are_a_value_of_at_most_forty_octets()
    {
        OptionBytes options = new([1, 2, 3]);
        Assert.Equal(options, new OptionBytes([1, 2, 3]));
        Assert.True(options != new OptionBytes([1, 2, 3, 0]));
        Assert.Equal(options.GetHashCode(), new OptionBytes([1, 2, 3]).GetHashCode());
        Assert.Equal(("010203", 3, 4), (options.ToString(), options.Length, options.PaddedLength));
        Assert.Equal(40, new OptionBytes(new byte[40]).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => new OptionBytes(new byte[41]));
    }

    [Fact]
    public void Sample_frames_have_right_header_checksums_or_none()
    {
        foreach (byte[] frame in SampleFrames.All)
        {
            if (EthernetView.TryParse(frame, out EthernetView ethernet) && ethernet.Type == EtherType.IPv4 && IPv4View.TryParse(ethernet.Payload, out IPv4View ip))
            {
                Assert.True(ip.IsComplete, Convert.ToHexStringLower(frame));
                Assert.True(ip.HeaderChecksum == 0 || InternetChecksum.VerifyIPv4Header(ip.Header), $"{ip.HeaderChecksum:x4} of {Convert.ToHexStringLower(frame)}");
            }
        }
    }
}
