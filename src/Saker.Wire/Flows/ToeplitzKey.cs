using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Saker.Wire;

/// <summary>The secret key of a Toeplitz hash: 40 octets with most network cards, 52 with some. It does not change once made.</summary>
/// <remarks>Text is as <c>ethtool -x</c> prints it: pairs of hexadecimal digits with colons between them.</remarks>
public sealed class ToeplitzKey : IEquatable<ToeplitzKey>, ISpanParsable<ToeplitzKey>
{
    /// <summary>The octets of a usual key, which is enough for two IPv6 addresses and two ports.</summary>
    public const int UsualLength = 40;

    /// <summary>The octets of the longer key of cards such as the Intel 700 series.</summary>
    public const int ExtendedLength = 52;

    private readonly byte[] _octets;

    /// <summary>Makes a key of the given octets, first octet first.</summary>
    /// <exception cref="ArgumentException">Fewer octets than a usual key has.</exception>
    public ToeplitzKey(ReadOnlySpan<byte> octets)
    {
        if (octets.Length < UsualLength)
        {
            throw new ArgumentException($"A Toeplitz key has at least {UsualLength} octets, not {octets.Length}.", nameof(octets));
        }

        _octets = octets.ToArray();
    }

    /// <summary>The key of Microsoft's verification suite, which is also many drivers' default.</summary>
    public static ToeplitzKey Verification { get; } = new(
    [
        0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67, 0x25, 0x3d, 0x43, 0xa3, 0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb,
        0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3, 0x80, 0x30, 0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa,
    ]);

    /// <summary>6d:5a repeated: a key whose period of 16 bits gives both directions of a flow the same hash.</summary>
    public static ToeplitzKey Symmetric { get; } = Repeat(0x6d, 0x5a, UsualLength);

    /// <summary>The number of octets.</summary>
    public int Length => _octets.Length;

    /// <summary>The octets, first octet first.</summary>
    public ReadOnlySpan<byte> Octets => _octets;

    /// <summary>Draws a key from <paramref name="random"/>.</summary>
    /// <exception cref="ArgumentException">Fewer octets than a usual key has.</exception>
    public static ToeplitzKey Generate(Random random, int length = UsualLength)
    {
        ArgumentNullException.ThrowIfNull(random);
        byte[] octets = new byte[length];
        random.NextBytes(octets);
        return new ToeplitzKey(octets);
    }

    /// <summary>The key that is drawn from a seed: the same every time.</summary>
    /// <exception cref="ArgumentException">Fewer octets than a usual key has.</exception>
    public static ToeplitzKey FromSeed(int seed, int length = UsualLength) => Generate(new Random(seed), length);

    /// <summary>Makes a key that repeats two octets.</summary>
    /// <exception cref="ArgumentException">Fewer octets than a usual key has.</exception>
    public static ToeplitzKey Repeat(byte first, byte second, int length = UsualLength)
    {
        byte[] octets = new byte[length];
        for (int i = 0; i < length; i++)
        {
            octets[i] = (i & 1) == 0 ? first : second;
        }

        return new ToeplitzKey(octets);
    }

    /// <inheritdoc/>
    public static ToeplitzKey Parse(string s, IFormatProvider? provider = null) => Parse(s.AsSpan(), provider);

    /// <inheritdoc/>
    public static ToeplitzKey Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) => TryParse(s, provider, out ToeplitzKey? key)
        ? key
        : throw new FormatException($"'{s}' is not a Toeplitz key: at least {UsualLength} pairs of hexadecimal digits with colons between them.");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider,
        [MaybeNullWhen(false)] out ToeplitzKey result) => TryParse(s.AsSpan(), provider, out result);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider,
        [MaybeNullWhen(false)] out ToeplitzKey result)
    {
        result = null;
        byte[] octets = new byte[(s.Length + 1) / 3];
        if (octets.Length < UsualLength || (octets.Length * 3) - 1 != s.Length)
        {
            return false;
        }

        for (int i = 0; i < octets.Length; i++)
        {
            if (!byte.TryParse(s.Slice(i * 3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out octets[i])
                || (i > 0 && s[(i * 3) - 1] != ':'))
            {
                return false;
            }
        }

        result = new ToeplitzKey(octets);
        return true;
    }

    /// <inheritdoc/>
    public bool Equals(ToeplitzKey? other) => other is not null && _octets.AsSpan().SequenceEqual(other._octets);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ToeplitzKey);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(_octets);
        return hash.ToHashCode();
    }

    /// <summary>The key as <c>ethtool</c> prints it.</summary>
    public override string ToString() => string.Join(':', _octets.Select(octet => octet.ToString("x2", CultureInfo.InvariantCulture)));
}
