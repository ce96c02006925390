using Saker.Wire;

namespace Saker.Tests.Wire.Ip;

public class IcmpV4Tests
{
    [Fact]
    public void Echo_has_identifier_and_sequence()
    {
        Assert.True(IcmpV4View.TryParse(SampleFrames.Bytes("0800 f7e2 1234 0007 6869"), out IcmpV4View icmp));
        Assert.Equal((IcmpV4Type.EchoRequest, 0, 0xf7e2, 0x1234, 7), (icmp.Type, icmp.Code, icmp.Checksum, icmp.Identifier, icmp.Sequence));
        Assert.Equal("hi"u8, icmp.Payload);
        Assert.False(icmp.IsError);
        Assert.Equal(icmp.ToHeader() with { Checksum = 0 }, IcmpV4Header.Query(IcmpV4Type.EchoRequest, 0x1234, 7));
    }

    [Fact]
    public void Port_unreachable_bears_the_packet()
    {
        Assert.True(IcmpV4View.TryParse(SampleFrames.IcmpPortUnreachable.AsSpan(34), out IcmpV4View icmp));
        Assert.Equal((IcmpV4Type.DestinationUnreachable, IcmpV4UnreachableCode.Port, true), (icmp.Type, (IcmpV4UnreachableCode)icmp.Code, icmp.IsError));
        Assert.True(IPv4View.TryParse(icmp.Original, out IPv4View ip) && ip.IsComplete);
        Assert.True(UdpView.TryParse(ip.Payload, out UdpView udp) && udp.DestinationPort == 53);
        Assert.True(icmp.Extensions.IsEmpty);
    }

    [Theory]
    [InlineData("030c 0000 00 01 0000 01020304 2000", "01020304", "2000")]
    [InlineData("0b00 0000 00 02 0000 01020304", "01020304", "")]
    [InlineData("0c00 0000 04 00 0000 01020304", "01020304", "")]
    [InlineData("0501 0000 c0 01 0202 01020304 2000", "010203042000", "")]
    public void Extensions_follow_the_packet_by_the_length_told(string hexadecimal, string original, string extensions)
    {
        Assert.True(IcmpV4View.TryParse(SampleFrames.Bytes(hexadecimal), out IcmpV4View icmp));
        Assert.Equal((original, extensions), (Convert.ToHexStringLower(icmp.Original), Convert.ToHexStringLower(icmp.Extensions)));
    }

    [Fact]
    public void Rest_of_header_by_type()
    {
        Assert.Equal("030400000000" + "05dc", Hex(IcmpV4Header.Unreachable(IcmpV4UnreachableCode.FragmentationNeeded, 1500)));
        Assert.Equal("05010000" + "c0000201", Hex(IcmpV4Header.Redirect(IcmpV4RedirectCode.Host, new IPv4Address(192, 0, 2, 1))));
        Assert.Equal("0b01000000000000", Hex(IcmpV4Header.TimeExceeded(IcmpV4TimeExceededCode.Reassembly)));
        Assert.Equal("0c000000" + "14000000", Hex(IcmpV4Header.ParameterProblem(IcmpV4ParameterProblemCode.Pointer, 20)));
        Assert.True(IcmpV4View.TryParse(SampleFrames.Bytes("0304 0000 1402 05dc"), out IcmpV4View icmp));
        Assert.Equal((1500, 20, "20.2.5.220", 8), (icmp.NextHopMtu, icmp.Pointer, icmp.Gateway.ToString(), icmp.OriginalLength));

        static string Hex(IcmpV4Header header) => Convert.ToHexStringLower(EveryParser.Emit(header));
    }

    [Fact]
    public void Timestamps_are_there_or_not()
    {
        Assert.True(IPv4View.TryParse(SampleFrames.IcmpTimestampWithOptions.AsSpan(14), out IPv4View ip));
        Assert.True(IcmpV4View.TryParse(ip.Payload, out IcmpV4View icmp));
        Assert.True(icmp.TryGetTimestamps(out IcmpV4Timestamps timestamps));
        Assert.Equal(new IcmpV4Timestamps(0x0293_2e00, 0, 0), timestamps);
        Assert.True(IcmpV4View.TryParse(ip.Payload[..19], out IcmpV4View cut));
        Assert.False(cut.TryGetTimestamps(out _));

        byte[] emitted = new byte[IcmpV4Timestamps.Size];
        new IcmpV4Timestamps(1, 2, 3).Emit(emitted);
        Assert.Equal("000000010000000200000003", Convert.ToHexStringLower(emitted));
    }

    [Fact]
    public void Address_mask_is_there_or_not()
    {
        Assert.True(IcmpV4View.TryParse(SampleFrames.Bytes("1200 0000 0001 0002 ffffff00"), out IcmpV4View icmp));
        Assert.True(icmp.TryGetAddressMask(out IPv4Address mask) && mask == new IPv4Address(255, 255, 255, 0));
        Assert.True(IcmpV4View.TryParse(SampleFrames.Bytes("1200 0000 0001 0002 ffffff"), out IcmpV4View cut));
        Assert.False(cut.TryGetAddressMask(out _));
    }

    // Count, entry size and lifetime; then routers there and completeness.
    [Theory]
    [InlineData("02 02 0708 c0000201 00000005 c0000202 80000000", 2, true)]
    [InlineData("03 02 0708 c0000201 00000005 c0000202 80000000", 2, false)]
    [InlineData("02 02 0708 c0000201 00000005 c0000202 800000", 1, false)]
    [InlineData("01 01 0708 c0000201 00000005", 0, false)]
    [InlineData("01 00 0708 c0000201 00000005", 0, false)]
    [InlineData("00 02 0708", 0, true)]
    public void Router_advertisement_has_its_routers(string hexadecimal, int count, bool complete)
    {
        Assert.True(IcmpV4View.TryParse(SampleFrames.Bytes($"0900 0000 {hexadecimal}"), out IcmpV4View icmp));
        IcmpV4RouterList routers = icmp.GetRouters();
        Assert.Equal((count, complete, 1800), (routers.Count, routers.IsComplete, routers.Lifetime));
        IcmpV4Router[] expected = [new(new(192, 0, 2, 1), 5), new(new(192, 0, 2, 2), int.MinValue)];
        for (int index = 0; index < count; index++)
        {
            Assert.Equal(expected[index], routers[index]);
        }
    }

    [Fact]
    public void Extended_echo_has_its_octets()
    {
        Assert.True(IcmpV4View.TryParse(SampleFrames.Bytes("2a00 0000 1234 07 01"), out IcmpV4View request));
        Assert.Equal((IcmpV4Type.ExtendedEchoRequest, 0x1234, 7, true), (request.Type, request.Identifier, request.ExtendedSequence, request.IsExtendedLocal));
        Assert.True(IcmpV4View.TryParse(SampleFrames.Bytes("2b02 0000 1234 07 46"), out IcmpV4View reply));
        Assert.Equal((IcmpV4ExtendedEchoReplyCode.NoSuchInterface, 0x46), ((IcmpV4ExtendedEchoReplyCode)reply.Code, reply.ExtendedState));
    }

    [Fact]
    public void Editor_changes_what_the_view_sees()
    {
        byte[] bytes = SampleFrames.Bytes("0800 f7e2 1234 0007");
        Assert.True(IcmpV4Editor.TryParse(bytes, out IcmpV4Editor editor));
        editor.Type = IcmpV4Type.EchoReply;
        editor.Code++;
        editor.Checksum = 0xffff;
        editor.RestOfHeader++;
        Assert.Equal("0001ffff12340008", Convert.ToHexStringLower(bytes));
        Assert.False(IcmpV4Editor.TryParse(bytes.AsSpan(1), out _));
    }
}
