using Saker.Wire;

namespace Saker.Tests.Wire.Transport;

public class TcpTests
{
    private const int TcpOffset = 34;

    [Fact]
    public void Syn_has_its_fields()
    {
        Assert.True(TcpView.TryParse(SampleFrames.TcpSyn.AsSpan(TcpOffset), out TcpView tcp));
        Assert.Equal((0x9c40, 80), (tcp.SourcePort, tcp.DestinationPort));
        Assert.Equal((new SequenceNumber(0x1122_3344), new SequenceNumber(0)), (tcp.SequenceNumber, tcp.AcknowledgmentNumber));
        Assert.Equal((40, TcpFlags.Syn, 0, 0xfaf0), (tcp.HeaderLength, tcp.Flags, tcp.ReservedBits, tcp.Window));
        Assert.True(tcp.IsHeaderComplete);
        Assert.Equal(20, tcp.Options.Length);
        Assert.True(tcp.Payload.IsEmpty);
        Assert.False(tcp.TryGetAlignedTimestamps(out _));
    }

    [Fact]
    public void Syn_has_its_options()
    {
        TcpOptionEnumerator options = new(SampleFrames.TcpSyn.AsSpan(TcpOffset + TcpView.FixedLength));
        Assert.True(options.MoveNext());
        Assert.True(options.Current.TryGetMaximumSegmentSize(out ushort size) && size == 1460);
        Assert.True(options.MoveNext());
        Assert.True(options.Current.IsSackPermitted);
        Assert.True(options.MoveNext());
        Assert.True(options.Current.TryGetTimestamps(out TcpTimestamps timestamps));
        Assert.Equal((new TcpTimestamps(100, 0), 6), (timestamps, options.Current.Offset));
        Assert.True(options.MoveNext());
        Assert.Equal(TcpOptionKind.NoOperation, options.Current.Kind);
        Assert.True(options.MoveNext());
        Assert.True(options.Current.TryGetWindowScale(out byte shift) && shift == 7);
        Assert.False(options.Current.TryGetMaximumSegmentSize(out _));
        Assert.False(options.MoveNext());
        Assert.False(options.MoveNext());
        Assert.Equal((false, -1), (options.IsMalformed, options.MalformedOffset));
    }

    [Fact]
    public void Selective_acknowledgment_has_its_blocks()
    {
        Assert.True(TcpView.TryParse(SampleFrames.TcpSack.AsSpan(TcpOffset), out TcpView tcp));
        Assert.Equal("hello\n"u8, tcp.Payload);
        Assert.Equal(TcpFlags.Ack | TcpFlags.Psh, tcp.Flags);
        List<SackBlock> blocks = [];
        List<TcpOptionKind> kinds = [];
        foreach (TcpOption option in tcp.EnumerateOptions())
        {
            kinds.Add(option.Kind);
            for (int block = 0; block < option.SackBlockCount; block++)
            {
                blocks.Add(option.GetSackBlock(block));
            }
        }

        Assert.Equal(
            [TcpOptionKind.NoOperation, TcpOptionKind.NoOperation, TcpOptionKind.Timestamps, TcpOptionKind.NoOperation, TcpOptionKind.NoOperation, TcpOptionKind.Sack],
            kinds);
        Assert.Equal([new(new(0x1000), new(0x2000)), new(new(0x3000), new(0x4000))], blocks);
    }

    [Fact]
    public void Aligned_timestamps_are_found_only_where_they_stand_alone()
    {
        byte[] segment = SampleFrames.Bytes("0001 0002 00000000 00000000 8010 0000 0000 0000 0101080a 00000065 00000064 ff");
        Assert.True(TcpView.TryParse(segment, out TcpView tcp));
        Assert.True(tcp.TryGetAlignedTimestamps(out TcpTimestamps timestamps));
        Assert.Equal(new TcpTimestamps(101, 100), timestamps);
        Assert.True(TcpView.TryParse(segment.AsSpan(0, 31), out TcpView cut));
        Assert.False(cut.TryGetAlignedTimestamps(out _));
        segment[21] = 0;
        Assert.True(TcpView.TryParse(segment, out TcpView other));
        Assert.False(other.TryGetAlignedTimestamps(out _));
    }

    [Theory]
    [InlineData("5001", TcpFlags.Fin, 0)]
    [InlineData("50c2", TcpFlags.Syn | TcpFlags.Ece | TcpFlags.Cwr, 0)]
    [InlineData("5112", TcpFlags.Syn | TcpFlags.Ack | TcpFlags.Ae, 0)]
    [InlineData("5e24", TcpFlags.Rst | TcpFlags.Urg, 7)]
    public void Flags_and_reserved_bits_are_told_apart(string word, TcpFlags flags, int reserved)
    {
        Assert.True(TcpView.TryParse(SampleFrames.Bytes($"0001 0002 00000000 00000000 {word} 0000 0000 0000"), out TcpView tcp));
        Assert.Equal((flags, reserved, 20), (tcp.Flags, tcp.ReservedBits, tcp.HeaderLength));
    }

    // Options, kinds that were shown, offset of the malformed one or −1.
    [Theory]
    [InlineData("", "", -1)]
    [InlineData("00", "00", -1)]
    [InlineData("0100ff", "01 00", -1)]
    [InlineData("02", "", 0)]
    [InlineData("0101 02", "01 01", 2)]
    [InlineData("01 0200", "01", 1)]
    [InlineData("01 0201 05b4", "01", 1)]
    [InlineData("0204 05", "", 0)]
    [InlineData("0402 fd06 1234 01", "04", 2)]
    [InlineData("ff02 ff03aa", "ff ff", -1)]
    public void Malformed_options_end_the_walk_and_tell_where(string hexadecimal, string kinds, int malformed)
    {
        TcpOptionEnumerator options = new(SampleFrames.Bytes(hexadecimal));
        List<string> shown = [];
        while (options.MoveNext())
        {
            shown.Add($"{(byte)options.Current.Kind:x2}");
        }

        Assert.Equal(kinds, string.Join(' ', shown));
        Assert.Equal((malformed >= 0, malformed), (options.IsMalformed, options.MalformedOffset));
    }

    [Theory]
    [InlineData("2202", true, "")]
    [InlineData("220a 0102030405060708", true, "0102030405060708")]
    [InlineData("fe0c f989 0102030405060708", true, "0102030405060708")]
    [InlineData("fe04 f989", true, "")]
    [InlineData("fe04 e2d4", false, "")]
    [InlineData("fd04 f989", false, "")]
    [InlineData("fe03 f9", false, "")]
    public void Fast_open_has_two_kinds(string hexadecimal, bool isFastOpen, string cookie)
    {
        TcpOptionEnumerator options = new(SampleFrames.Bytes(hexadecimal));
        Assert.True(options.MoveNext());
        Assert.Equal(isFastOpen, options.Current.TryGetFastOpenCookie(out ReadOnlySpan<byte> found));
        Assert.Equal(cookie, Convert.ToHexStringLower(found));
    }

    [Fact]
    public void Options_of_the_wrong_length_are_not_taken()
    {
        foreach (TcpOption option in new TcpOptionEnumerator(SampleFrames.Bytes("0203 05 0304 0000 0403 00 0803 00 0503 00")))
        {
            Assert.False(option.TryGetMaximumSegmentSize(out _) || option.TryGetWindowScale(out _) || option.IsSackPermitted || option.TryGetTimestamps(out _));
            Assert.Equal(0, option.SackBlockCount);
        }
    }

    [Fact]
    public void Emit_fills_options_up_with_zeros()
    {
        TcpHeader header = new() { SourcePort = 1, DestinationPort = 2, Flags = TcpFlags.Syn, Options = new OptionBytes([4, 2, 1, 3, 3, 7]) };
        byte[] bytes = EveryParser.Emit(header);
        Assert.Equal("0001000200000000000000007002000000000000" + "0402010303070000", Convert.ToHexStringLower(bytes));
    }

    [Fact]
    public void Editor_changes_what_the_view_sees()
    {
        byte[] segment = SampleFrames.TcpSack[TcpOffset..];
        Assert.True(TcpEditor.TryParse(segment, out TcpEditor editor));
        editor.SourcePort = 1;
        editor.DestinationPort++;
        editor.SequenceNumber += 5u;
        editor.AcknowledgmentNumber = new SequenceNumber(7);
        editor.Flags |= TcpFlags.Ae | TcpFlags.Fin;
        editor.Window = 9;
        editor.Checksum = 0xbeef;
        Assert.True(TcpView.TryParse(segment, out TcpView tcp));
        Assert.Equal((1, 81, new SequenceNumber(0x1122_334a), new SequenceNumber(7)), (tcp.SourcePort, tcp.DestinationPort, tcp.SequenceNumber, tcp.AcknowledgmentNumber));
        Assert.Equal((TcpFlags.Ack | TcpFlags.Psh | TcpFlags.Ae | TcpFlags.Fin, 52, 9, 0xbeef), (tcp.Flags, tcp.HeaderLength, tcp.Window, tcp.Checksum));
        Assert.False(TcpEditor.TryParse(segment.AsSpan(0, 19), out _));
    }
}
