using System.Net;
using System.Net.Sockets;

namespace Saker.Wire;

/// <summary>An IPv4 address (RFC 791). Text is four decimal numbers without leading zeros, as <c>inet_pton</c> reads them.</summary>
/// <param name="Value">The address as a number in host order: 192.0.2.1 is 0xc0000201.</param>
/// <remarks>The classes of addresses are the kernel's (its <c>ipv4_is_…</c> tests), not those of the registries.</remarks>
public readonly record struct IPv4Address(uint Value)
    : ISpanParsable<IPv4Address>, ISpanFormattable, IUtf8SpanFormattable, IComparable<IPv4Address>, INetworkAddress<IPv4Address>, IAddressText
{
    /// <summary>The octets of an address.</summary>
    public const int Size = 4;

    private const int LongestText = 15;

    /// <summary>Makes an address of its four octets in wire order.</summary>
    public IPv4Address(byte first, byte second, byte third, byte fourth)
        : this((uint)first << 24 | (uint)second << 16 | (uint)third << 8 | fourth)
    {
    }

    /// <summary>0.0.0.0: any address, or none yet.</summary>
    public static IPv4Address Any => default;

    /// <summary>127.0.0.1.</summary>
    public static IPv4Address Loopback => new(0x7f00_0001);

    /// <summary>255.255.255.255.</summary>
    public static IPv4Address LimitedBroadcast => new(0xffff_ffff);

    /// <summary>224.0.0.1, the group that every host is in.</summary>
    public static IPv4Address AllHosts => new(0xe000_0001);

    /// <summary>224.0.0.2, the group of routers.</summary>
    public static IPv4Address AllRouters => new(0xe000_0002);

    /// <summary>224.0.0.22, to which IGMPv3 reports are sent (RFC 3376 section 4.2.14).</summary>
    public static IPv4Address AllIgmpV3Routers => new(0xe000_0016);

    /// <summary>224.0.0.106, the group of snooping switches (RFC 4286).</summary>
    public static IPv4Address AllSnoopers => new(0xe000_006a);

    /// <summary>Whether this is 0.0.0.0.</summary>
    public bool IsAny => Value == 0;

    /// <summary>Whether it is in 127.0.0.0/8.</summary>
    public bool IsLoopback => Value >> 24 == 127;

    /// <summary>Whether it is in 224.0.0.0/4.</summary>
    public bool IsMulticast => Value >> 28 == 0xe;

    /// <summary>Whether it is in 224.0.0.0/24, the groups that no router forwards.</summary>
    public bool IsLocalMulticast => Value >> 8 == 0xe0_0000;

    /// <summary>Whether this is 255.255.255.255.</summary>
    public bool IsLimitedBroadcast => Value == 0xffff_ffff;

    /// <summary>Whether it is in 0.0.0.0/8.</summary>
    public bool IsZeroNetwork => Value >> 24 == 0;

    /// <summary>Whether it is in 240.0.0.0/4, the limited broadcast address included.</summary>
    public bool IsReserved => Value >> 28 == 0xf;

    /// <summary>Whether it is in 169.254.0.0/16 (RFC 3927).</summary>
    public bool IsLinkLocal => Value >> 16 == 0xa9fe;

    /// <summary>Whether it is in one of the three private networks (RFC 1918).</summary>
    public bool IsPrivate => Value >> 24 == 10 || Value >> 20 == 0xac1 || Value >> 16 == 0xc0a8;

    static int INetworkAddress<IPv4Address>.Size => Size;

    static int IAddressText.MaximumTextLength => LongestText;

    /// <summary>Reads the address from the first four octets.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than four octets.</exception>
    public static IPv4Address ReadFrom(ReadOnlySpan<byte> source) => Field.IPv4(source[..Size], 0);

    /// <summary>Writes the address to the first four octets.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than four octets.</exception>
    public void WriteTo(Span<byte> destination) => Field.SetIPv4(destination[..Size], 0, this);

    /// <summary>The same address as an <see cref="IPAddress"/>.</summary>
    public IPAddress ToIPAddress()
    {
        Span<byte> octets = stackalloc byte[Size];
        WriteTo(octets);
        return new IPAddress(octets);
    }

    /// <summary>Takes an address over from an <see cref="IPAddress"/> of IPv4, or of IPv6 that maps IPv4.</summary>
    /// <exception cref="ArgumentException">It is neither.</exception>
    public static IPv4Address From(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        Span<byte> octets = stackalloc byte[Size];
        return address.AddressFamily == AddressFamily.InterNetwork && address.TryWriteBytes(octets, out _)
            ? ReadFrom(octets)
            : throw new ArgumentException($"'{address}' is not an IPv4 address.", nameof(address));
    }

    /// <inheritdoc/>
    public static IPv4Address Parse(string s, IFormatProvider? provider = null) => Parse(s.AsSpan(), provider);

    /// <inheritdoc/>
    public static IPv4Address Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) =>
        TryParse(s, out IPv4Address address) ? address : AddressText.ThrowNotAn<IPv4Address>("an IPv4 address such as 192.0.2.1", s);

    /// <inheritdoc/>
    public static bool TryParse(string? s, IFormatProvider? provider, out IPv4Address result) => TryParse(s.AsSpan(), out result);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out IPv4Address result) => TryParse(s, out result);

    /// <summary>Reads four decimal numbers with dots between them.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out IPv4Address address)
    {
        address = default;
        uint value = 0;
        int numbers = 0;
        foreach (Range range in text.Split('.'))
        {
            if (++numbers > Size || !AddressText.TryParseDecimal(text[range], byte.MaxValue, out int octet))
            {
                return false;
            }

            value = value << 8 | (uint)octet;
        }

        if (numbers != Size)
        {
            return false;
        }

        address = new IPv4Address(value);
        return true;
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

    /// <inheritdoc/>
    public int CompareTo(IPv4Address other) => Value.CompareTo(other.Value);

    /// <summary>Whether <paramref name="left"/> is the smaller number.</summary>
    public static bool operator <(IPv4Address left, IPv4Address right) => left.Value < right.Value;

    /// <summary>Whether <paramref name="left"/> is the greater number.</summary>
    public static bool operator >(IPv4Address left, IPv4Address right) => left.Value > right.Value;

    /// <summary>Whether <paramref name="left"/> is not the greater number.</summary>
    public static bool operator <=(IPv4Address left, IPv4Address right) => left.Value <= right.Value;

    /// <summary>Whether <paramref name="left"/> is not the smaller number.</summary>
    public static bool operator >=(IPv4Address left, IPv4Address right) => left.Value >= right.Value;

    int IAddressText.WriteText(Span<byte> destination) => WriteDottedQuad(destination);

    /// <summary>Writes the text of the address, at most fifteen characters; IPv6 uses it for mapped addresses.</summary>
    internal int WriteDottedQuad(Span<byte> destination)
    {
        int at = 0;
        for (int shift = 24; shift >= 0; shift -= 8)
        {
            at += AddressText.WriteDecimal(destination[at..], (byte)(Value >> shift));
            if (shift > 0)
            {
                destination[at++] = (byte)'.';
            }
        }

        return at;
    }
}
