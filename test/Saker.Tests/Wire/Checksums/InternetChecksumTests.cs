using System.Buffers.Binary;
using Saker.Wire;

namespace Saker.Tests.Wire;

public class InternetChecksumTests
{
    /// <summary>RFC 1071, section 3: 00 01 f2 03 f4 f5 f6 f7 sums to ddf2.</summary>
    private static readonly byte[] Rfc1071Example = [0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7];

    [Fact]
    public void Example_of_RFC_1071_sums_to_ddf2()
    {
        Assert.Equal(0xddf2, InternetChecksum.Fold(InternetChecksum.Sum(Rfc1071Example)));
        Assert.Equal(0x220d, InternetChecksum.Compute(Rfc1071Example));
    }

    [Fact]
    public void IPv4_header_with_its_checksum_verifies()
    {
        byte[] header = Convert.FromHexString("45000073000040004011b861c0a80001c0a800c7");
        Assert.True(InternetChecksum.VerifyIPv4Header(header));
        Assert.True(InternetChecksum.Verify(header));
        header[10] = header[11] = 0;
        Assert.Equal(0xb861, InternetChecksum.Complete(InternetChecksum.SumIPv4Header(header)));
        Assert.False(InternetChecksum.VerifyIPv4Header(header));
    }

    [Fact]
    public void Zeros_do_not_verify()
    {
        Assert.False(InternetChecksum.VerifyIPv4Header(new byte[20]));
        Assert.False(InternetChecksum.Verify([]));
        Assert.Equal(0xffff, InternetChecksum.Compute(new byte[100]));
    }

    [Theory]
    [InlineData(0u, 0)]
    [InlineData(0xffffu, 0xffff)]
    [InlineData(0x1_0000u, 1)]
    [InlineData(0x1_ffffu, 1)]
    [InlineData(0xffff_0000u, 0xffff)]
    [InlineData(0xffff_ffffu, 0xffff)]
    [InlineData(0xffff_0001u, 1)]
    [InlineData(0x8000_8000u, 1)]
    public void Fold_carries_around_the_end(uint partial, int folded)
    {
        Assert.Equal(folded, InternetChecksum.Fold(partial));
        Assert.Equal((ushort)~folded, InternetChecksum.Complete(partial));
    }

    [Fact]
    public void Checksum_of_UDP_is_never_zero()
    {
        Assert.Equal(0xffff, InternetChecksum.CompleteNonZero(0xffff));
        Assert.Equal(0xfffe, InternetChecksum.CompleteNonZero(1));
    }

    [Fact]
    public void Sum_equals_the_naive_sum_at_every_length_and_alignment()
    {
        byte[] buffer = new byte[300 + 64];
        var random = new Random(1071);
        for (int alignment = 0; alignment < 64; alignment++)
        {
            random.NextBytes(buffer);
            for (int length = 0; length <= 300; length++)
            {
                AssertSum(buffer.AsSpan(alignment, length));
            }
        }
    }

    [Theory]
    [InlineData(0x00)]
    [InlineData(0xff)]
    public void Sum_loses_no_carry_in_long_spans(byte fill)
    {
        byte[] buffer = new byte[300_001];
        buffer.AsSpan().Fill(fill);
        foreach (int length in (int[])[63, 64, 65, 1500, 1501, 65_535, 65_536, 300_000, 300_001])
        {
            AssertSum(buffer.AsSpan(0, length));
        }
    }

    [Fact]
    public void Sums_of_pieces_combine_to_the_sum_of_the_whole()
    {
        var random = new Random(1);
        byte[] buffer = new byte[400];
        for (int i = 0; i < Effort.Inputs(20_000, 2_000_000); i++)
        {
            Span<byte> data = RandomSpan(random, buffer);
            int first = random.Next(data.Length + 1);
            int second = first + random.Next(data.Length - first + 1);
            uint sum = InternetChecksum.Sum(data[..first]);
            sum = InternetChecksum.Combine(sum, InternetChecksum.Sum(data[first..second]), first);
            sum = InternetChecksum.Combine(sum, InternetChecksum.Sum(data[second..]), second);
            Assert.Equal(NaiveSum(data), InternetChecksum.Fold(sum));
        }
    }

    [Fact]
    public void Subtracting_a_piece_leaves_the_rest()
    {
        var random = new Random(2);
        byte[] buffer = new byte[400];
        for (int i = 0; i < Effort.Inputs(20_000, 2_000_000); i++)
        {
            Span<byte> data = RandomSpan(random, buffer);
            int cut = random.Next(data.Length + 1) & ~1;
            uint rest = InternetChecksum.Subtract(InternetChecksum.Sum(data), InternetChecksum.Sum(data[..cut]));
            AssertSameResidue(NaiveSum(data[cut..]), InternetChecksum.Fold(rest));
        }
    }

    [Fact]
    public void Incremental_update_equals_recomputation()
    {
        var random = new Random(1624);
        byte[] data = new byte[60];
        for (int i = 0; i < Effort.Inputs(20_000, 2_000_000); i++)
        {
            random.NextBytes(data);
            data[0] |= 1;
            ushort before = InternetChecksum.Compute(data);
            int offset = 2 + (random.Next(28) * 2);
            Span<byte> field = data.AsSpan(offset);

            ushort old16 = BinaryPrimitives.ReadUInt16BigEndian(field);
            ushort new16 = RandomWord(random);
            BinaryPrimitives.WriteUInt16BigEndian(field, new16);
            ushort updated = InternetChecksum.Update(before, old16, new16);
            Assert.Equal(InternetChecksum.Compute(data), updated);

            uint old32 = BinaryPrimitives.ReadUInt32BigEndian(field);
            uint new32 = (uint)(RandomWord(random) << 16 | RandomWord(random));
            BinaryPrimitives.WriteUInt32BigEndian(field, new32);
            Assert.Equal(InternetChecksum.Compute(data), InternetChecksum.Update(updated, old32, new32));
        }
    }

    /// <summary>RFC 1624, section 4: the example on which RFC 1141's equation fails.</summary>
    [Fact]
    public void Incremental_update_of_the_example_of_RFC_1624_is_zero() =>
        Assert.Equal(0x0000, InternetChecksum.Update(0xdd2f, 0x5555, 0x3285));

    [Fact]
    public void Pseudo_header_sums_as_its_octets()
    {
        var random = new Random(8200);
        byte[] header = new byte[40];
        for (int i = 0; i < Effort.Inputs(5_000, 1_000_000); i++)
        {
            random.NextBytes(header);
            int length = random.Next(1 << random.Next(31));
            IPProtocol protocol = (IPProtocol)random.Next(256);
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(32), length);
            BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(36), (uint)protocol);
            IPv6Address source = IPv6Address.ReadFrom(header);
            IPv6Address destination = IPv6Address.ReadFrom(header.AsSpan(16));
            Assert.Equal(NaiveSum(header), InternetChecksum.Fold(InternetChecksum.PseudoHeader(source, destination, protocol, length)));

            length &= 0xffff;
            IPv4Address source4 = IPv4Address.ReadFrom(header);
            IPv4Address destination4 = IPv4Address.ReadFrom(header.AsSpan(4));
            byte[] header4 = [.. header[..8], 0, (byte)protocol, (byte)(length >> 8), (byte)length];
            Assert.Equal(NaiveSum(header4), InternetChecksum.Fold(InternetChecksum.PseudoHeader(source4, destination4, protocol, length)));
        }
    }

    [Fact]
    public void Changing_an_address_updates_the_checksum()
    {
        var random = new Random(3022);
        byte[] data = new byte[61];
        for (int i = 0; i < Effort.Inputs(5_000, 1_000_000); i++)
        {
            random.NextBytes(data);
            data[0] |= 1;
            ushort before = InternetChecksum.Compute(data);
            Span<byte> field = data.AsSpan(8);

            IPv4Address old4 = IPv4Address.ReadFrom(field);
            IPv4Address new4 = new((uint)(RandomWord(random) << 16 | RandomWord(random)));
            new4.WriteTo(field);
            ushort after = InternetChecksum.Update(before, old4, new4);
            Assert.Equal(InternetChecksum.Compute(data), after);

            IPv6Address old6 = IPv6Address.ReadFrom(field);
            IPv6Address new6 = new((ulong)random.NextInt64(), RandomWord(random));
            new6.WriteTo(field);
            Assert.Equal(InternetChecksum.Compute(data), InternetChecksum.Update(after, old6, new6));
        }
    }

    /// <summary>The definition, read literally: big-endian words, each carry added at once.</summary>
    internal static ushort NaiveSum(ReadOnlySpan<byte> data)
    {
        uint sum = 0;
        for (int i = 0; i < data.Length; i++)
        {
            sum += (uint)data[i] << ((i & 1) == 0 ? 8 : 0);
            if (sum > 0xffff)
            {
                sum -= 0xffff;
            }
        }

        return (ushort)sum;
    }

    private static void AssertSum(ReadOnlySpan<byte> data)
    {
        ushort expected = NaiveSum(data);
        Assert.Equal(expected, InternetChecksum.Fold(InternetChecksum.Sum(data)));
        Assert.Equal(expected, InternetChecksum.Fold(InternetChecksum.SumIPv4Header(data)));
        Assert.Equal((ushort)~expected, InternetChecksum.Compute(data));
    }

    /// <summary>Equal as one's complement numbers, which have two zeros.</summary>
    private static void AssertSameResidue(ushort expected, ushort actual) => Assert.Equal(expected % 0xffff, actual % 0xffff);

    private static Span<byte> RandomSpan(Random random, byte[] buffer)
    {
        random.NextBytes(buffer);
        int start = random.Next(64);
        return buffer.AsSpan(start, random.Next(buffer.Length - start));
    }

    private static ushort RandomWord(Random random) => random.Next(8) switch
    {
        0 => 0,
        1 => ushort.MaxValue,
        _ => (ushort)random.Next(0x1_0000),
    };
}
