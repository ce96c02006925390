using Saker.Wire;

namespace Saker.Tests.Wire;

public class TunnelHeaderTests
{
    [Theory]
    [InlineData("00000800", 4, 0, 0u, 0u)]
    [InlineData("200065580000002a", 8, 0, 42u, 0u)]
    [InlineData("b0000800beef00000000002a00000007", 16, 0xbeef, 42u, 7u)]
    [InlineData("100086dd00000007", 8, 0, 0u, 7u)]
    [InlineData("3081880b002000070000000100000002", 16, 0, 0x200007u, 1u)]
    public void GRE_header_emitted_is_the_header_read(string hex, int length, int checksum, uint key, uint sequence)
    {
        byte[] bytes = Convert.FromHexString(hex);
        Assert.True(GreView.TryParse(bytes, out GreView view));
        Assert.Equal(length, view.HeaderLength);
        Assert.True(view.IsHeaderComplete);
        Assert.Equal(checksum, view.Checksum);
        Assert.Equal(key, view.Key);
        Assert.Equal(key >> 8, view.VirtualSubnet);
        Assert.Equal(sequence, view.Sequence);
        Assert.True(view.Payload.IsEmpty);
        byte[] emitted = new byte[view.ToHeader().Length];
        view.ToHeader().Emit(emitted);
        Assert.Equal(bytes, emitted);
    }

    [Fact]
    public void GRE_fields_beyond_the_end_read_as_zero()
    {
        Assert.True(GreView.TryParse(Convert.FromHexString("b0000800beef0000000000"), out GreView view));
        Assert.False(view.IsHeaderComplete);
        Assert.Equal(0xbeef, view.Checksum);
        Assert.Equal(0u, view.Key);
        Assert.Equal(0u, view.Sequence);
        Assert.True(view.Payload.IsEmpty);
        Assert.False(GreView.TryParse([0, 0, 8], out _));
    }

    [Fact]
    public void VXLAN_header_emitted_is_the_header_read()
    {
        byte[] bytes = Convert.FromHexString("0800000000123400" + "aa");
        Assert.True(VxlanView.TryParse(bytes, out VxlanView view));
        Assert.True(view.HasIdentifier);
        Assert.Equal(0x1234u, view.NetworkIdentifier);
        Assert.Equal(1, view.Payload.Length);
        byte[] emitted = new byte[8];
        view.ToHeader().Emit(emitted);
        Assert.Equal(bytes[..8], emitted);
        Assert.False(VxlanView.TryParse(bytes.AsSpan(0, 7), out _));
    }
}
