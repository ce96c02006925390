using Saker.Wire;

namespace Saker.Tests.Wire.Transport;

public class SequenceNumberTests
{
    private const int Seed = 1982;

    [Theory]
    [InlineData(0u, 1u, true)]
    [InlineData(1u, 0u, false)]
    [InlineData(5u, 5u, false)]
    [InlineData(0xffff_ffffu, 0u, true)]
    [InlineData(0u, 0xffff_ffffu, false)]
    [InlineData(0xffff_ff00u, 0x0000_0100u, true)]
    [InlineData(0u, 0x7fff_ffffu, true)]
    [InlineData(0u, 0x8000_0000u, true)]
    [InlineData(0x8000_0000u, 0u, true)]
    [InlineData(0u, 0x8000_0001u, false)]
    public void Less_goes_the_shorter_way_round(uint left, uint right, bool less)
    {
        Assert.Equal(less, new SequenceNumber(left) < new SequenceNumber(right));
        Assert.Equal(less, new SequenceNumber(right) > new SequenceNumber(left));
        Assert.Equal(!less, new SequenceNumber(left) >= new SequenceNumber(right));
        Assert.Equal(!less, new SequenceNumber(right) <= new SequenceNumber(left));
    }

    [Fact]
    public void Order_agrees_with_that_of_the_numbers_before_wrapping()
    {
        Random random = new(Seed);
        for (int input = 0; input < Effort.Inputs(10_000, 1_000_000); input++)
        {
            long start = random.NextInt64(1L << 40);
            long step = random.NextInt64(-(1L << 31) + 1, 1L << 31);
            SequenceNumber left = new((uint)start);
            SequenceNumber right = new((uint)(start + step));
            Assert.Equal(step > 0, left < right);
            Assert.Equal(step < 0, left > right);
            Assert.Equal(step >= 0, left <= right);
            Assert.Equal(step <= 0, left >= right);
            Assert.Equal(step, right - left);
            Assert.Equal(right, left + (int)step);
            Assert.Equal(left, right - (int)step);
            Assert.Equal((uint)step, left.DistanceTo(right));
        }
    }

    [Theory]
    [InlineData(10u, 10u, 20u, true)]
    [InlineData(20u, 10u, 20u, true)]
    [InlineData(21u, 10u, 20u, false)]
    [InlineData(9u, 10u, 20u, false)]
    [InlineData(0u, 0xffff_fff0u, 0x10u, true)]
    [InlineData(0x11u, 0xffff_fff0u, 0x10u, false)]
    [InlineData(0xffff_ffefu, 0xffff_fff0u, 0x10u, false)]
    public void Between_includes_both_ends(uint number, uint first, uint last, bool expected) =>
        Assert.Equal(expected, new SequenceNumber(number).IsBetween(new SequenceNumber(first), new SequenceNumber(last)));

    [Theory]
    [InlineData(10u, 10u, 0u, false)]
    [InlineData(10u, 10u, 1u, true)]
    [InlineData(11u, 10u, 1u, false)]
    [InlineData(1u, 0xffff_ffffu, 3u, true)]
    [InlineData(2u, 0xffff_ffffu, 3u, false)]
    public void Window_of_a_length_excludes_its_end(uint number, uint first, uint length, bool expected) =>
        Assert.Equal(expected, new SequenceNumber(number).IsInWindow(new SequenceNumber(first), length));

    [Fact]
    public void Counting_wraps()
    {
        SequenceNumber number = new(0xffff_ffff);
        number++;
        Assert.Equal(new SequenceNumber(0), number);
        Assert.Equal(new SequenceNumber(0xffff_ffff), number - 1u);
        Assert.Equal(new SequenceNumber(0x7fff_ffff), number + 0x7fff_ffffu);
    }
}
