using System.Buffers.Binary;
using Saker.Wire;

namespace Saker.Tests.Wire;

public class ToeplitzTests
{
    private static readonly Toeplitz Verification = new(ToeplitzKey.Verification);

    /// <summary>Microsoft, "Verifying the RSS hash calculation", IPv4.</summary>
    [Theory]
    [InlineData("66.9.149.187", 2794, "161.142.100.80", 1766, 0x323e8fc2u, 0x51ccc178u)]
    [InlineData("199.92.111.2", 14230, "65.69.140.83", 4739, 0xd718262au, 0xc626b0eau)]
    [InlineData("24.19.198.95", 12898, "12.22.207.184", 38024, 0xd2d0a5deu, 0x5c2b394au)]
    [InlineData("38.27.205.30", 48228, "209.142.163.6", 2217, 0x82989176u, 0xafc7327fu)]
    [InlineData("153.39.163.191", 44251, "202.188.127.2", 1303, 0x5d1809c5u, 0x10e828a2u)]
    public void IPv4_hashes_as_in_the_verification_suite(string source, ushort sourcePort, string destination, ushort destinationPort,
        uint addresses, uint addressesAndPorts)
    {
        IPv4Address from = IPv4Address.Parse(source);
        IPv4Address to = IPv4Address.Parse(destination);
        Assert.Equal(addresses, Verification.Hash(from, to));
        Assert.Equal(addressesAndPorts, Verification.Hash(from, to, sourcePort, destinationPort));
    }

    /// <summary>Microsoft, "Verifying the RSS hash calculation", IPv6.</summary>
    [Theory]
    [InlineData("3ffe:2501:200:1fff::7", 2794, "3ffe:2501:200:3::1", 1766, 0x2cc18cd5u, 0x40207d3du)]
    [InlineData("3ffe:501:8::260:97ff:fe40:efab", 14230, "ff02::1", 4739, 0x0f0c461cu, 0xdde51bbfu)]
    [InlineData("3ffe:1900:4545:3:200:f8ff:fe21:67cf", 44251, "fe80::200:f8ff:fe21:67cf", 38024, 0x4b61e985u, 0x02d1feefu)]
    public void IPv6_hashes_as_in_the_verification_suite(string source, ushort sourcePort, string destination, ushort destinationPort,
        uint addresses, uint addressesAndPorts)
    {
        IPv6Address from = IPv6Address.Parse(source);
        IPv6Address to = IPv6Address.Parse(destination);
        Assert.Equal(addresses, Verification.Hash(from, to));
        Assert.Equal(addressesAndPorts, Verification.Hash(from, to, sourcePort, destinationPort));
    }

    [Theory]
    [InlineData(ToeplitzKey.UsualLength)]
    [InlineData(ToeplitzKey.ExtendedLength)]
    [InlineData(41)]
    public void Hash_equals_the_definition_for_any_input_and_key(int keyLength)
    {
        var random = new Random(keyLength);
        Toeplitz toeplitz = Verification;
        Span<byte> tuple = stackalloc byte[36];
        for (int i = 0; i < Effort.Inputs(3_000, 300_000); i++)
        {
            if (i % 100 == 0)
            {
                toeplitz = new Toeplitz(ToeplitzKey.Generate(random, keyLength));
            }

            byte[] input = new byte[random.Next(toeplitz.MaximumInput + 1)];
            random.NextBytes(input);
            Assert.Equal(NaiveHash(toeplitz.Key.Octets, input), toeplitz.Hash(input));

            random.NextBytes(tuple);
            ushort sourcePort = BinaryPrimitives.ReadUInt16BigEndian(tuple[32..]);
            ushort destinationPort = BinaryPrimitives.ReadUInt16BigEndian(tuple[34..]);
            IPv6Address source = IPv6Address.ReadFrom(tuple);
            IPv6Address destination = IPv6Address.ReadFrom(tuple[16..]);
            Assert.Equal(NaiveHash(toeplitz.Key.Octets, tuple), toeplitz.Hash(source, destination, sourcePort, destinationPort));
            Assert.Equal(NaiveHash(toeplitz.Key.Octets, tuple[..32]), toeplitz.Hash(source, destination));

            tuple[32..].CopyTo(tuple[8..]);
            IPv4Address source4 = IPv4Address.ReadFrom(tuple);
            IPv4Address destination4 = IPv4Address.ReadFrom(tuple[4..]);
            Assert.Equal(NaiveHash(toeplitz.Key.Octets, tuple[..12]), toeplitz.Hash(source4, destination4, sourcePort, destinationPort));
            Assert.Equal(NaiveHash(toeplitz.Key.Octets, tuple[..8]), toeplitz.Hash(source4, destination4));
        }
    }

    [Fact]
    public void Symmetric_key_hashes_both_directions_alike()
    {
        var toeplitz = new Toeplitz(ToeplitzKey.Symmetric);
        IPv4Address left = IPv4Address.Parse("192.0.2.1");
        IPv4Address right = IPv4Address.Parse("198.51.100.7");
        Assert.Equal(toeplitz.Hash(left, right, 1234, 80), toeplitz.Hash(right, left, 80, 1234));
        Assert.NotEqual(Verification.Hash(left, right, 1234, 80), Verification.Hash(right, left, 80, 1234));
    }

    [Fact]
    public void Input_longer_than_the_key_allows_is_refused()
    {
        Assert.Equal(36, Verification.MaximumInput);
        Assert.Throws<ArgumentException>(() => Verification.Hash(new byte[37]));
    }

    [Fact]
    public void Key_is_read_and_written_as_ethtool_does()
    {
        string text = ToeplitzKey.Verification.ToString();
        Assert.StartsWith("6d:5a:56:da:25:5b:", text, StringComparison.Ordinal);
        Assert.Equal(ToeplitzKey.Verification, ToeplitzKey.Parse(text));
        Assert.False(ToeplitzKey.TryParse(text[..^1], null, out _));
        Assert.False(ToeplitzKey.TryParse(text[..^3], null, out _));
        Assert.False(ToeplitzKey.TryParse(text.Replace(':', '-'), null, out _));
        Assert.False(ToeplitzKey.TryParse(null, null, out _));
    }

    [Fact]
    public void Key_shorter_than_the_usual_length_is_refused() => Assert.Throws<ArgumentException>(() => new ToeplitzKey(new byte[39]));

    /// <summary>The definition, bit by bit: the key is shifted left by one bit of input at a time.</summary>
    internal static uint NaiveHash(ReadOnlySpan<byte> key, ReadOnlySpan<byte> input)
    {
        uint hash = 0;
        for (int bit = 0; bit < input.Length * 8; bit++)
        {
            if ((input[bit / 8] & (0x80 >> (bit % 8))) == 0)
            {
                continue;
            }

            for (int i = 0; i < 32; i++)
            {
                int at = bit + i;
                if ((key[at / 8] & (0x80 >> (at % 8))) != 0)
                {
                    hash ^= 1u << (31 - i);
                }
            }
        }

        return hash;
    }
}
