using System.Runtime.CompilerServices;

namespace Saker.Wire;

/// <summary>An Ethernet address of 48 bits (IEEE 802 EUI-48). Text is <c>52:54:00:12:34:56</c>; hyphens are read too.</summary>
/// <param name="Value">The address as a number, the first octet on the wire in bits 47 to 40. Bits 63 to 48 are zero.</param>
public readonly record struct MacAddress(ulong Value)
    : ISpanParsable<MacAddress>, ISpanFormattable, IUtf8SpanFormattable, IComparable<MacAddress>, IAddressText
{
    /// <summary>The octets of an address.</summary>
    public const int Size = 6;

    private const int TextLength = 17;

    /// <summary>Makes an address of its six octets in wire order.</summary>
    public MacAddress(byte first, byte second, byte third, byte fourth, byte fifth, byte sixth)
        : this((ulong)first << 40 | (ulong)second << 32 | (ulong)third << 24 | (ulong)fourth << 16 | (ulong)fifth << 8 | sixth)
    {
    }

    /// <summary>ff:ff:ff:ff:ff:ff.</summary>
    public static MacAddress Broadcast => new(0xffff_ffff_ffff);

    /// <summary>00:00:00:00:00:00.</summary>
    public static MacAddress Zero => default;

    /// <summary>Whether the group bit is set: a multicast address, or the broadcast address.</summary>
    public bool IsMulticast
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (Value & 0x0100_0000_0000) != 0;
    }

    /// <summary>Whether this is ff:ff:ff:ff:ff:ff.</summary>
    public bool IsBroadcast => Value == 0xffff_ffff_ffff;

    /// <summary>Whether every bit is zero.</summary>
    public bool IsZero => Value == 0;

    /// <summary>Whether a station may bear it: neither a group's nor zero.</summary>
    public bool IsUnicast => !IsMulticast && !IsZero;

    /// <summary>Whether the bit for locally administered addresses is set.</summary>
    public bool IsLocallyAdministered => (Value & 0x0200_0000_0000) != 0;

    /// <summary>Whether a bridge never forwards it: 01:80:c2:00:00:00 to 01:80:c2:00:00:0f (IEEE 802.1Q table 8-1).</summary>
    public bool IsLinkLocalReserved => (Value & 0xffff_ffff_fff0) == 0x0180_c200_0000;

    static int IAddressText.MaximumTextLength => TextLength;

    /// <summary>The group address to which datagrams for an IPv4 group are sent: 01:00:5e and the group's low 23 bits (RFC 1112 section 6.4).</summary>
    public static MacAddress MulticastFor(IPv4Address group) => new(0x0100_5e00_0000UL | (group.Value & 0x7f_ffff));

    /// <summary>The group address to which packets for an IPv6 group are sent: 33:33 and the group's low 32 bits (RFC 2464 section 7).</summary>
    public static MacAddress MulticastFor(IPv6Address group) => new(0x3333_0000_0000 | (group.Lower & 0xffff_ffff));

    /// <summary>Reads the address from the first six octets.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than six octets.</exception>
    public static MacAddress ReadFrom(ReadOnlySpan<byte> source) => Field.Mac(source[..Size], 0);

    /// <summary>Writes the address to the first six octets.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than six octets.</exception>
    public void WriteTo(Span<byte> destination) => Field.SetMac(destination[..Size], 0, this);

    /// <inheritdoc/>
    public static MacAddress Parse(string s, IFormatProvider? provider = null) => Parse(s.AsSpan(), provider);

    /// <inheritdoc/>
    public static MacAddress Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) =>
        TryParse(s, out MacAddress address) ? address : AddressText.ThrowNotAn<MacAddress>("an Ethernet address such as 52:54:00:12:34:56", s);

    /// <inheritdoc/>
    public static bool TryParse(string? s, IFormatProvider? provider, out MacAddress result) => TryParse(s.AsSpan(), out result);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out MacAddress result) => TryParse(s, out result);

    /// <summary>Reads six pairs of hexadecimal digits, all separated by colons or all by hyphens.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out MacAddress address)
    {
        address = default;
        if (text.Length != TextLength || text[2] is not (':' or '-'))
        {
            return false;
        }

        ulong value = 0;
        for (int at = 0; at < TextLength; at += 3)
        {
            int high = AddressText.HexValue(text[at]);
            int low = AddressText.HexValue(text[at + 1]);
            if ((high | low) < 0 || (at + 2 < TextLength && text[at + 2] != text[2]))
            {
                return false;
            }

            value = value << 8 | (uint)(high << 4 | low);
        }

        address = new MacAddress(value);
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
    public int CompareTo(MacAddress other) => Value.CompareTo(other.Value);

    /// <summary>Whether <paramref name="left"/> is the smaller number.</summary>
    public static bool operator <(MacAddress left, MacAddress right) => left.Value < right.Value;

    /// <summary>Whether <paramref name="left"/> is the greater number.</summary>
    public static bool operator >(MacAddress left, MacAddress right) => left.Value > right.Value;

    /// <summary>Whether <paramref name="left"/> is not the greater number.</summary>
    public static bool operator <=(MacAddress left, MacAddress right) => left.Value <= right.Value;

    /// <summary>Whether <paramref name="left"/> is not the smaller number.</summary>
    public static bool operator >=(MacAddress left, MacAddress right) => left.Value >= right.Value;

    int IAddressText.WriteText(Span<byte> destination)
    {
        for (int octet = 0; octet < Size; octet++)
        {
            uint value = (uint)(Value >> (40 - (8 * octet)));
            destination[3 * octet] = AddressText.HexDigit(value >> 4);
            destination[(3 * octet) + 1] = AddressText.HexDigit(value);
            if (octet < Size - 1)
            {
                destination[(3 * octet) + 2] = (byte)':';
            }
        }

        return TextLength;
    }
}
