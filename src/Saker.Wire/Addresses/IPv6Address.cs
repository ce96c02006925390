using System.Net;
using System.Net.Sockets;

namespace Saker.Wire;

/// <summary>
/// An IPv6 address (RFC 4291). Text is written as RFC 5952 wants it and read in every form of RFC 4291 section 2.2; a zone is not part of it.
/// </summary>
/// <param name="Upper">The first 64 bits in host order: 0x20010db800000000 of 2001:db8::1.</param>
/// <param name="Lower">The last 64 bits in host order.</param>
public readonly record struct IPv6Address(ulong Upper, ulong Lower)
    : ISpanParsable<IPv6Address>, ISpanFormattable, IUtf8SpanFormattable, IComparable<IPv6Address>, INetworkAddress<IPv6Address>, IAddressText
{
    /// <summary>The octets of an address.</summary>
    public const int Size = 16;

    internal const int LongestText = 39;

    private const int Groups = 8;

    /// <summary>Makes an address of a number of 128 bits in host order.</summary>
    public IPv6Address(UInt128 value)
        : this((ulong)(value >> 64), (ulong)value)
    {
    }

    /// <summary>::, no address.</summary>
    public static IPv6Address Unspecified => default;

    /// <summary>::1.</summary>
    public static IPv6Address Loopback => new(0, 1);

    /// <summary>ff02::1, the group of all nodes on the link.</summary>
    public static IPv6Address AllNodes => new(0xff02_0000_0000_0000, 1);

    /// <summary>ff02::2, the group of all routers on the link.</summary>
    public static IPv6Address AllRouters => new(0xff02_0000_0000_0000, 2);

    /// <summary>ff02::16, to which MLDv2 reports are sent (RFC 3810 section 5.2.14).</summary>
    public static IPv6Address AllMldV2Routers => new(0xff02_0000_0000_0000, 0x16);

    /// <summary>The address as one number of 128 bits in host order.</summary>
    public UInt128 Value => new(Upper, Lower);

    /// <summary>Whether this is ::.</summary>
    public bool IsUnspecified => (Upper | Lower) == 0;

    /// <summary>Whether this is ::1.</summary>
    public bool IsLoopback => (Upper | (Lower ^ 1)) == 0;

    /// <summary>Whether it is in ff00::/8.</summary>
    public bool IsMulticast => Upper >> 56 == 0xff;

    /// <summary>The scope of a multicast address (RFC 7346); of another address the four bits in the same place, which mean nothing.</summary>
    public IPv6MulticastScope MulticastScope => (IPv6MulticastScope)((Upper >> 48) & 0xf);

    /// <summary>Whether it is a multicast address of link scope.</summary>
    public bool IsLinkLocalMulticast => (Upper & 0xff0f_0000_0000_0000) == 0xff02_0000_0000_0000;

    /// <summary>Whether it is a multicast address of interface scope, which never comes from a wire.</summary>
    public bool IsInterfaceLocalMulticast => (Upper & 0xff0f_0000_0000_0000) == 0xff01_0000_0000_0000;

    /// <summary>Whether it is a unicast address in fe80::/10.</summary>
    public bool IsLinkLocal => Upper >> 54 == 0x3fa;

    /// <summary>Whether it is in fec0::/10, deprecated by RFC 3879 and still known to the kernel.</summary>
    public bool IsSiteLocal => Upper >> 54 == 0x3fb;

    /// <summary>Whether it is in fc00::/7 (RFC 4193).</summary>
    public bool IsUniqueLocal => Upper >> 57 == 0x7e;

    /// <summary>Whether it is in ::ffff:0:0/96.</summary>
    public bool IsV4Mapped => Upper == 0 && Lower >> 32 == 0xffff;

    /// <summary>Whether it is a solicited-node group, in ff02::1:ff00:0/104.</summary>
    public bool IsSolicitedNodeMulticast => Upper == 0xff02_0000_0000_0000 && Lower >> 24 == 0x1_ff;

    /// <summary>The group in which neighbour solicitations for this address are sent (RFC 4291 section 2.7.1).</summary>
    public IPv6Address SolicitedNodeMulticast => new(0xff02_0000_0000_0000, 0x1_ff00_0000 | (Lower & 0xff_ffff));

    /// <summary>The last 32 bits as an IPv4 address, which is the one meant where <see cref="IsV4Mapped"/>.</summary>
    public IPv4Address EmbeddedIPv4 => new((uint)Lower);

    static int INetworkAddress<IPv6Address>.Size => Size;

    static int IAddressText.MaximumTextLength => LongestText;

    /// <summary>The IPv4-mapped address ::ffff:a.b.c.d (RFC 4291 section 2.5.5.2).</summary>
    public static IPv6Address Map(IPv4Address address) => new(0, 0xffff_0000_0000UL | address.Value);

    /// <summary>The link-local address whose interface identifier is the modified EUI-64 of an Ethernet address (RFC 4291 appendix A).</summary>
    public static IPv6Address LinkLocalFor(MacAddress mac)
    {
        ulong identifier = (mac.Value & 0xffff_ff00_0000) << 16 | 0xff_fe00_0000 | (mac.Value & 0xff_ffff);
        return new IPv6Address(0xfe80_0000_0000_0000, identifier ^ 0x0200_0000_0000_0000);
    }

    /// <summary>Reads the address from the first sixteen octets.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than sixteen octets.</exception>
    public static IPv6Address ReadFrom(ReadOnlySpan<byte> source) => Field.IPv6(source[..Size], 0);

    /// <summary>Writes the address to the first sixteen octets.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than sixteen octets.</exception>
    public void WriteTo(Span<byte> destination) => Field.SetIPv6(destination[..Size], 0, this);

    /// <summary>The same address as an <see cref="IPAddress"/> without a scope.</summary>
    public IPAddress ToIPAddress()
    {
        Span<byte> octets = stackalloc byte[Size];
        WriteTo(octets);
        return new IPAddress(octets);
    }

    /// <summary>Takes an address over from an <see cref="IPAddress"/> of IPv6; its scope is left behind.</summary>
    /// <exception cref="ArgumentException">It is an IPv4 address.</exception>
    public static IPv6Address From(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        Span<byte> octets = stackalloc byte[Size];
        return address.AddressFamily == AddressFamily.InterNetworkV6 && address.TryWriteBytes(octets, out _)
            ? ReadFrom(octets)
            : throw new ArgumentException($"'{address}' is not an IPv6 address.", nameof(address));
    }

    /// <inheritdoc/>
    public static IPv6Address Parse(string s, IFormatProvider? provider = null) => Parse(s.AsSpan(), provider);

    /// <inheritdoc/>
    public static IPv6Address Parse(ReadOnlySpan<char> s, IFormatProvider? provider = null) =>
        TryParse(s, out IPv6Address address) ? address : AddressText.ThrowNotAn<IPv6Address>("an IPv6 address such as 2001:db8::1", s);

    /// <inheritdoc/>
    public static bool TryParse(string? s, IFormatProvider? provider, out IPv6Address result) => TryParse(s.AsSpan(), out result);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out IPv6Address result) => TryParse(s, out result);

    /// <summary>Reads eight groups of hexadecimal digits, of which one run may be left out as <c>::</c>, and the last two may be an IPv4 address.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out IPv6Address address)
    {
        address = default;
        UInt128 head = 0;
        int gap = text.IndexOf("::");
        if (gap < 0)
        {
            bool complete = TryParseGroups(text, ref head, out int groups) && groups == Groups;
            address = complete ? new IPv6Address(head) : default;
            return complete;
        }

        UInt128 tail = 0;
        if (!TryParseGroups(text[..gap], ref head, out int before) || !TryParseGroups(text[(gap + 2)..], ref tail, out int after)
            || before + after >= Groups || (before > 0 && text[..gap].Contains('.')))
        {
            return false;
        }

        // Shifts of a UInt128 count modulo 128: with no group in front there is nothing to move.
        address = new IPv6Address((before == 0 ? 0 : head << (16 * (Groups - before))) | tail);
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
    public int CompareTo(IPv6Address other) => Value.CompareTo(other.Value);

    /// <summary>Whether <paramref name="left"/> is the smaller number.</summary>
    public static bool operator <(IPv6Address left, IPv6Address right) => left.Value < right.Value;

    /// <summary>Whether <paramref name="left"/> is the greater number.</summary>
    public static bool operator >(IPv6Address left, IPv6Address right) => left.Value > right.Value;

    /// <summary>Whether <paramref name="left"/> is not the greater number.</summary>
    public static bool operator <=(IPv6Address left, IPv6Address right) => left.Value <= right.Value;

    /// <summary>Whether <paramref name="left"/> is not the smaller number.</summary>
    public static bool operator >=(IPv6Address left, IPv6Address right) => left.Value >= right.Value;

    int IAddressText.WriteText(Span<byte> destination) => WriteText(destination);

    internal int WriteText(Span<byte> destination)
    {
        if (IsV4Mapped)
        {
            "::ffff:"u8.CopyTo(destination);
            return 7 + EmbeddedIPv4.WriteDottedQuad(destination[7..]);
        }

        (int gap, int gapLength) = LongestZeroRun();
        int at = 0;
        for (int group = 0; group < Groups; group++)
        {
            if (group == gap)
            {
                "::"u8.CopyTo(destination[at..]);
                at += 2;
                group += gapLength - 1;
                continue;
            }

            if (group > 0 && group != gap + gapLength)
            {
                destination[at++] = (byte)':';
            }

            at += WriteGroup(destination[at..], Group(group));
        }

        return at;
    }

    private static int WriteGroup(Span<byte> destination, uint group)
    {
        int digits = group >= 0x1000 ? 4 : group >= 0x100 ? 3 : group >= 0x10 ? 2 : 1;
        for (int digit = 0; digit < digits; digit++)
        {
            destination[digit] = AddressText.HexDigit(group >> (4 * (digits - 1 - digit)));
        }

        return digits;
    }

    // Reads groups with single colons between them; no text at all is no group.
    private static bool TryParseGroups(ReadOnlySpan<char> text, ref UInt128 value, out int groups)
    {
        groups = 0;
        while (!text.IsEmpty)
        {
            int colon = text.IndexOf(':');
            ReadOnlySpan<char> group = colon < 0 ? text : text[..colon];
            if (colon < 0 && group.Contains('.'))
            {
                groups += 2;
                bool dotted = IPv4Address.TryParse(group, out IPv4Address address);
                value = value << 32 | address.Value;
                return dotted && groups <= Groups;
            }

            if (group.IsEmpty || group.Length > 4 || ++groups > Groups || colon == text.Length - 1)
            {
                return false;
            }

            uint number = 0;
            foreach (char digit in group)
            {
                int hex = AddressText.HexValue(digit);
                if (hex < 0)
                {
                    return false;
                }

                number = number << 4 | (uint)hex;
            }

            value = value << 16 | number;
            text = colon < 0 ? default : text[(colon + 1)..];
        }

        return true;
    }

    private uint Group(int index) => (uint)((index < 4 ? Upper : Lower) >> (48 - (16 * (index & 3)))) & 0xffff;

    // RFC 5952 section 4.2: the longest run of at least two zero groups, the first of several.
    private (int Start, int Length) LongestZeroRun()
    {
        (int Start, int Length) longest = (-1, 1);
        int length = 0;
        for (int group = 0; group < Groups; group++)
        {
            length = Group(group) == 0 ? length + 1 : 0;
            if (length > longest.Length)
            {
                longest = (group - length + 1, length);
            }
        }

        return longest;
    }
}
