using System.Net;
using System.Net.Sockets;

namespace Saker.Wire;

/// <summary>
/// An IPv6 network: the addresses whose first <see cref="Length"/> bits are those of <see cref="Address"/>. Text is <c>2001:db8::/32</c>;
/// an address alone is read as its /128.
/// </summary>
/// <remarks>The host bits are always zero, so that equal networks are equal values. The default value is ::/0.</remarks>
public readonly record struct IPv6Prefix : ISpanParsable<IPv6Prefix>, ISpanFormattable, IUtf8SpanFormattable, IComparable<IPv6Prefix>, IAddressText
{
    /// <summary>The length of a prefix that holds one address.</summary>
    public const int MaximumLength = 128;

    private readonly byte _length;

    /// <summary>The network of <paramref name="length"/> bits in which <paramref name="address"/> lies; host bits are cleared.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is not in 0 to 128.</exception>
    public IPv6Prefix(IPv6Address address, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)MaximumLength, nameof(length));
        _length = (byte)length;
        Address = new IPv6Address(address.Upper & UpperMask(length), address.Lower & LowerMask(length));
    }

    /// <summary>The first address of the network.</summary>
    public IPv6Address Address { get; }

    /// <summary>The bits that all addresses of the network share, 0 to 128.</summary>
    public int Length => _length;

    /// <summary>The mask: ffff:ffff:: for a length of 32.</summary>
    public IPv6Address Mask => new(UpperMask(_length), LowerMask(_length));

    /// <summary>The last address of the network.</summary>
    public IPv6Address LastAddress => new(Address.Upper | ~UpperMask(_length), Address.Lower | ~LowerMask(_length));

    static int IAddressText.MaximumTextLength => IPv6Address.LongestText + 4;

    /// <summary>Whether <paramref name="address"/> lies in the network.</summary>
    public bool Contains(IPv6Address address) =>
        (((address.Upper & UpperMask(_length)) ^ Address.Upper) | ((address.Lower & LowerMask(_length)) ^ Address.Lower)) == 0;

    /// <summary>Whether all of <paramref name="other"/> lies in the network.</summary>
    public bool Contains(IPv6Prefix other) => other._length >= _length && Contains(other.Address);

    /// <summary>The same network as an <see cref="IPNetwork"/>.</summary>
    public IPNetwork ToIPNetwork() => new(Address.ToIPAddress(), _length);

    /// <summary>Takes a network over from an <see cref="IPNetwork"/>.</summary>
    /// <exception cref="ArgumentException">It is not of IPv6.</exception>
    public static IPv6Prefix From(IPNetwork network) => network.BaseAddress.AddressFamily == AddressFamily.InterNetworkV6
        ? new IPv6Prefix(IPv6Address.From(network.BaseAddress), network.PrefixLength)
        : throw new ArgumentException($"'{network}' is not an IPv6 network.", nameof(network));

    /// <inheritdoc/>
    public static IPv6Prefix Parse(string s, IFormatProvider? provider = null) => Parse(s.AsSpan(), provider);

    /// <inheritdoc/>
    public static IPv6Prefix Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) =>
        TryParse(s, out IPv6Prefix prefix) ? prefix : AddressText.ThrowNotAn<IPv6Prefix>("an IPv6 network such as 2001:db8::/32", s);

    /// <inheritdoc/>
    public static bool TryParse(string? s, IFormatProvider? provider, out IPv6Prefix result) => TryParse(s.AsSpan(), out result);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out IPv6Prefix result) => TryParse(s, out result);

    /// <summary>Reads an address and a length; host bits must be zero.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out IPv6Prefix prefix)
    {
        prefix = default;
        if (!AddressText.TrySplitPrefix(text, MaximumLength, out ReadOnlySpan<char> addressText, out int length)
            || !IPv6Address.TryParse(addressText, out IPv6Address address))
        {
            return false;
        }

        prefix = new IPv6Prefix(address, length);
        return prefix.Address == address;
    }

    /// <inheritdoc/>
    public override string ToString() => AddressText.Format(this);

    /// <inheritdoc/>
    public string ToString(string? format, IFormatProvider? formatProvider) => AddressText.Format(this);

    /// <inheritdoc/>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format = default, IFormatProvider? provider = null) =>
        AddressText.TryFormat(this, destination, out charsWritten);

    /// <inheritdoc/>
    public bool TryFormat(Span<byte> utf8Destination, out int bytesWritten, ReadOnlySpan<char> format = default, IFormatProvider? provider = null) =>
        AddressText.TryFormat(this, utf8Destination, out bytesWritten);

    /// <summary>Orders by address, then the shorter prefix first.</summary>
    public int CompareTo(IPv6Prefix other)
    {
        int byAddress = Address.CompareTo(other.Address);
        return byAddress != 0 ? byAddress : _length.CompareTo(other._length);
    }

    int IAddressText.WriteText(Span<byte> destination)
    {
        int at = Address.WriteText(destination);
        destination[at++] = (byte)'/';
        return at + AddressText.WriteDecimal(destination[at..], _length);
    }

    private static ulong UpperMask(int length) => length >= 64 ? ulong.MaxValue : ~(ulong.MaxValue >> length);

    private static ulong LowerMask(int length) => length <= 64 ? 0 : ulong.MaxValue << (MaximumLength - length);
}
