using System.Net;
using System.Net.Sockets;
using System.Numerics;

namespace Saker.Wire;

/// <summary>
/// An IPv4 network: the addresses whose first <see cref="Length"/> bits are those of <see cref="Address"/>. Text is <c>192.0.2.0/24</c>;
/// an address alone is read as its /32.
/// </summary>
/// <remarks>The host bits are always zero, so that equal networks are equal values. The default value is 0.0.0.0/0.</remarks>
public readonly record struct IPv4Prefix : ISpanParsable<IPv4Prefix>, ISpanFormattable, IUtf8SpanFormattable, IComparable<IPv4Prefix>, IAddressText
{
    /// <summary>The length of a prefix that holds one address.</summary>
    public const int MaximumLength = 32;

    private readonly byte _length;

    /// <summary>The network of <paramref name="length"/> bits in which <paramref name="address"/> lies; host bits are cleared.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is not in 0 to 32.</exception>
    public IPv4Prefix(IPv4Address address, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)MaximumLength, nameof(length));
        _length = (byte)length;
        Address = new IPv4Address(address.Value & MaskOf(length));
    }

    /// <summary>The first address of the network.</summary>
    public IPv4Address Address { get; }

    /// <summary>The bits that all addresses of the network share, 0 to 32.</summary>
    public int Length => _length;

    /// <summary>The mask: 255.255.255.0 for a length of 24.</summary>
    public IPv4Address Mask => new(MaskOf(_length));

    /// <summary>The last address of the network, which is its directed broadcast address where it has one.</summary>
    public IPv4Address LastAddress => new(Address.Value | ~MaskOf(_length));

    static int IAddressText.MaximumTextLength => 18;

    /// <summary>Whether <paramref name="address"/> lies in the network.</summary>
    public bool Contains(IPv4Address address) => (address.Value & MaskOf(_length)) == Address.Value;

    /// <summary>Whether all of <paramref name="other"/> lies in the network.</summary>
    public bool Contains(IPv4Prefix other) => other._length >= _length && Contains(other.Address);

    /// <summary>Finds the length of a mask whose ones all come first.</summary>
    /// <returns><see langword="false"/> for a mask with gaps.</returns>
    public static bool TryGetLength(IPv4Address mask, out int length)
    {
        length = BitOperations.LeadingZeroCount(~mask.Value);
        return mask.Value == MaskOf(length);
    }

    /// <summary>The same network as an <see cref="IPNetwork"/>.</summary>
    public IPNetwork ToIPNetwork() => new(Address.ToIPAddress(), _length);

    /// <summary>Takes a network over from an <see cref="IPNetwork"/>.</summary>
    /// <exception cref="ArgumentException">It is not of IPv4.</exception>
    public static IPv4Prefix From(IPNetwork network) => network.BaseAddress.AddressFamily == AddressFamily.InterNetwork
        ? new IPv4Prefix(IPv4Address.From(network.BaseAddress), network.PrefixLength)
        : throw new ArgumentException($"'{network}' is not an IPv4 network.", nameof(network));

    /// <inheritdoc/>
    public static IPv4Prefix Parse(string s, IFormatProvider? provider = null) => Parse(s.AsSpan(), provider);

    /// <inheritdoc/>
    public static IPv4Prefix Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) =>
        TryParse(s, out IPv4Prefix prefix) ? prefix : AddressText.ThrowNotAn<IPv4Prefix>("an IPv4 network such as 192.0.2.0/24", s);

    /// <inheritdoc/>
    public static bool TryParse(string? s, IFormatProvider? provider, out IPv4Prefix result) => TryParse(s.AsSpan(), out result);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out IPv4Prefix result) => TryParse(s, out result);

    /// <summary>Reads an address and a length; host bits must be zero.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out IPv4Prefix prefix)
    {
        prefix = default;
        if (!AddressText.TrySplitPrefix(text, MaximumLength, out ReadOnlySpan<char> addressText, out int length)
            || !IPv4Address.TryParse(addressText, out IPv4Address address))
        {
            return false;
        }

        prefix = new IPv4Prefix(address, length);
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
    public int CompareTo(IPv4Prefix other)
    {
        int byAddress = Address.CompareTo(other.Address);
        return byAddress != 0 ? byAddress : _length.CompareTo(other._length);
    }

    int IAddressText.WriteText(Span<byte> destination)
    {
        int at = Address.WriteDottedQuad(destination);
        destination[at++] = (byte)'/';
        return at + AddressText.WriteDecimal(destination[at..], _length);
    }

    // A shift by 32 is a shift by none, hence the detour over 64 bits.
    private static uint MaskOf(int length) => (uint)(0xffff_ffff_0000_0000UL >> length);
}
