using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Saker.Wire;

/// <summary>The options of an IPv4 or TCP header as a value: up to forty octets, kept in place.</summary>
public readonly struct OptionBytes : IEquatable<OptionBytes>
{
    /// <summary>The most octets that fit in behind a header without options.</summary>
    public const int MaximumLength = 40;

    private readonly Storage _bytes;
    private readonly byte _length;

    /// <summary>Copies options.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are more than forty octets.</exception>
    public OptionBytes(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, MaximumLength, nameof(bytes));
        _length = (byte)bytes.Length;
        bytes.CopyTo(_bytes);
    }

    /// <summary>How many octets there are.</summary>
    public int Length => _length;

    /// <summary>The octets that they take in a header, whose length counts words of four.</summary>
    public int PaddedLength => (_length + 3) & ~3;

    /// <summary>The options.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Span => ((ReadOnlySpan<byte>)_bytes)[.._length];

    /// <summary>Whether both have the same octets.</summary>
    public static bool operator ==(OptionBytes left, OptionBytes right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    public static bool operator !=(OptionBytes left, OptionBytes right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(OptionBytes other) => Span.SequenceEqual(other.Span);

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is OptionBytes other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.AddBytes(Span);
        return hash.ToHashCode();
    }

    /// <summary>The octets in hexadecimal.</summary>
    public override string ToString() => Convert.ToHexStringLower(Span);

    /// <summary>Writes the octets, and zeros up to <see cref="PaddedLength"/>.</summary>
    internal void Emit(Span<byte> destination)
    {
        Span.CopyTo(destination);
        destination[_length..PaddedLength].Clear();
    }

    [InlineArray(MaximumLength)]
    private struct Storage
    {
        private byte _first;
    }
}
