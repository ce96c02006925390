using Saker.Wire;

namespace Saker.Tests.Wire.Transport;

public class UdpTests
{
    [Fact]
    public void Datagram_has_its_fields()
    {
        Assert.True(UdpView.TryParse(SampleFrames.DoubleTaggedUdp.AsSpan(42), out UdpView udp));
        Assert.Equal((0xd431, 53, 35, 0), (udp.SourcePort, udp.DestinationPort, udp.DatagramLength, udp.Checksum));
        Assert.True(udp.IsComplete);
        Assert.Equal(27, udp.Payload.Length);
    }

    // Length told, octets behind the header that are there, octets of payload, complete.
    [Theory]
    [InlineData(8, 0, 0, true)]
    [InlineData(10, 2, 2, true)]
    [InlineData(10, 5, 2, true)]
    [InlineData(20, 5, 5, false)]
    [InlineData(7, 5, 0, false)]
    [InlineData(0, 5, 0, false)]
    [InlineData(65535, 5, 5, false)]
    public void Payload_is_what_is_told_and_there(ushort told, int there, int payload, bool complete)
    {
        byte[] bytes = new byte[UdpView.FixedLength + there];
        new UdpHeader { DatagramLength = told }.Emit(bytes);
        Assert.True(UdpView.TryParse(bytes, out UdpView udp));
        Assert.Equal((payload, complete), (udp.Payload.Length, udp.IsComplete));
    }

    [Fact]
    public void Editor_changes_what_the_view_sees()
    {
        byte[] bytes = SampleFrames.Bytes("0001 0002 0008 0000");
        Assert.True(UdpEditor.TryParse(bytes, out UdpEditor editor));
        editor.SourcePort++;
        editor.DestinationPort = 5;
        editor.DatagramLength = 9;
        editor.Checksum = 0xffff;
        Assert.Equal("000200050009ffff", Convert.ToHexStringLower(bytes));
        Assert.False(UdpEditor.TryParse(bytes.AsSpan(1), out _));
    }

    // Coverage, octets of the datagram, valid, octets covered: RFC 3828 section 3.1.
    [Theory]
    [InlineData(0, 20, true, 20)]
    [InlineData(8, 20, true, 8)]
    [InlineData(20, 20, true, 20)]
    [InlineData(21, 20, false, 20)]
    [InlineData(7, 20, false, 7)]
    [InlineData(1, 20, false, 1)]
    public void Coverage_of_UDP_Lite(ushort coverage, int length, bool valid, int covered)
    {
        byte[] bytes = new byte[length];
        new UdpLiteHeader { ChecksumCoverage = coverage }.Emit(bytes);
        Assert.True(UdpLiteView.TryParse(bytes, out UdpLiteView udp));
        Assert.Equal((valid, covered, length - UdpLiteView.FixedLength), (udp.IsCoverageValid, udp.Covered.Length, udp.Payload.Length));
    }
}
