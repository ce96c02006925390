using System.Runtime.CompilerServices;

namespace Saker.Wire;

/// <summary>The authentication header of IPsec in place (RFC 4302).</summary>
public readonly ref struct AuthenticationHeaderView
{
    /// <summary>The octets before the integrity check value.</summary>
    public const int FixedLength = 12;

    private readonly ReadOnlySpan<byte> _bytes;

    private AuthenticationHeaderView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>What follows the header.</summary>
    public IPProtocol NextHeader => (IPProtocol)Field.Byte(_bytes, AuthenticationOffset.NextHeader);

    /// <summary>The octets of the header as it tells.</summary>
    public int HeaderLength => (Field.Byte(_bytes, AuthenticationOffset.WordsLessTwo) + 2) * 4;

    /// <summary>Whether the length is possible and all of the header is there.</summary>
    public bool IsComplete => HeaderLength >= FixedLength && HeaderLength <= _bytes.Length;

    /// <summary>The security parameters index.</summary>
    public uint SecurityParametersIndex => Field.UInt32(_bytes, AuthenticationOffset.SecurityParametersIndex);

    /// <summary>The sequence number against replay.</summary>
    public uint Sequence => Field.UInt32(_bytes, AuthenticationOffset.Sequence);

    /// <summary>The integrity check value, no more than the header.</summary>
    public ReadOnlySpan<byte> IntegrityCheckValue => Field.Part(_bytes, FixedLength, HeaderLength - FixedLength);

    /// <summary>What follows the header.</summary>
    public ReadOnlySpan<byte> Payload => Field.Rest(_bytes, HeaderLength);

    /// <summary>Looks at a header.</summary>
    /// <returns><see langword="false"/> if fewer octets are there than come before the integrity check value.</returns>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out AuthenticationHeaderView view)
    {
        view = bytes.Length < FixedLength ? default : new AuthenticationHeaderView(bytes);
        return bytes.Length >= FixedLength;
    }
}

/// <summary>The part in the clear of an encapsulating security payload in place (RFC 4303).</summary>
public readonly ref struct EspView
{
    /// <summary>The octets before the encrypted payload.</summary>
    public const int FixedLength = 8;

    private readonly ReadOnlySpan<byte> _bytes;

    private EspView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>The security parameters index.</summary>
    public uint SecurityParametersIndex => Field.UInt32(_bytes, EspOffset.SecurityParametersIndex);

    /// <summary>The sequence number against replay.</summary>
    public uint Sequence => Field.UInt32(_bytes, EspOffset.Sequence);

    /// <summary>What is encrypted, with padding and integrity check value.</summary>
    public ReadOnlySpan<byte> Payload => Field.Rest(_bytes, FixedLength);

    /// <summary>Looks at a header.</summary>
    /// <returns><see langword="false"/> if fewer octets are there than it has.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParse(ReadOnlySpan<byte> bytes, out EspView view)
    {
        view = bytes.Length < FixedLength ? default : new EspView(bytes);
        return bytes.Length >= FixedLength;
    }

    /// <summary>The header as a value.</summary>
    public EspHeader ToHeader() => new() { SecurityParametersIndex = SecurityParametersIndex, Sequence = Sequence };
}

/// <summary>The part in the clear of an encapsulating security payload as a value.</summary>
public readonly record struct EspHeader
{
    /// <inheritdoc cref="EspView.SecurityParametersIndex"/>
    public uint SecurityParametersIndex { get; init; }

    /// <inheritdoc cref="EspView.Sequence"/>
    public uint Sequence { get; init; }

    /// <summary>The octets that <see cref="Emit"/> writes.</summary>
    public int Length => EspView.FixedLength;

    /// <summary>Writes the header.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The destination is shorter than <see cref="Length"/>.</exception>
    public void Emit(Span<byte> destination)
    {
        destination = destination[..Length];
        Field.SetUInt32(destination, EspOffset.SecurityParametersIndex, SecurityParametersIndex);
        Field.SetUInt32(destination, EspOffset.Sequence, Sequence);
    }
}

file static class AuthenticationOffset
{
    internal const int NextHeader = 0;
    internal const int WordsLessTwo = 1;
    internal const int SecurityParametersIndex = 4;
    internal const int Sequence = 8;
}

file static class EspOffset
{
    internal const int SecurityParametersIndex = 0;
    internal const int Sequence = 4;
}
