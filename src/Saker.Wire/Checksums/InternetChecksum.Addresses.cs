using System.Runtime.CompilerServices;

namespace Saker.Wire;

/// <content>Pseudo headers, and updates of checksums that cover addresses.</content>
public static partial class InternetChecksum
{
    /// <summary>The partial sum of an IPv4 address.</summary>
    public static uint Sum(IPv4Address address) => address.Value;

    /// <summary>The partial sum of an IPv6 address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Sum(in IPv6Address address) => FoldTo32(SumOfWords(address));

    /// <summary>The partial sum of the pseudo header of TCP and UDP over IPv4 (RFC 9293 section 3.1, RFC 768).</summary>
    /// <param name="source">The packet's source address.</param>
    /// <param name="destination">The packet's destination address.</param>
    /// <param name="protocol">The protocol whose checksum it is.</param>
    /// <param name="length">The octets of the transport header and what follows it.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint PseudoHeader(IPv4Address source, IPv4Address destination, IPProtocol protocol, int length) =>
        FoldTo32((ulong)source.Value + destination.Value + (uint)length + (uint)protocol);

    /// <summary>The partial sum of the pseudo header over IPv6 (RFC 8200 section 8.1).</summary>
    /// <param name="source">The packet's source address.</param>
    /// <param name="destination">The final destination, which is not in the fixed header where a routing header has segments left.</param>
    /// <param name="protocol">The protocol whose checksum it is: not that of an extension header.</param>
    /// <param name="length">The octets of the transport header and what follows it.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint PseudoHeader(in IPv6Address source, in IPv6Address destination, IPProtocol protocol, int length) =>
        FoldTo32(SumOfWords(source) + SumOfWords(destination) + (uint)length + (uint)protocol);

    /// <summary>The checksum after an address that it covers was changed, for example in the pseudo header.</summary>
    public static ushort Update(ushort checksum, IPv4Address oldAddress, IPv4Address newAddress) =>
        Update(checksum, oldAddress.Value, newAddress.Value);

    /// <summary>The checksum after an address that it covers was changed, for example in the pseudo header.</summary>
    public static ushort Update(ushort checksum, in IPv6Address oldAddress, in IPv6Address newAddress) =>
        Complete(Add(Subtract((ushort)~checksum, Sum(oldAddress)), Sum(newAddress)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong SumOfWords(in IPv6Address address) =>
        (address.Upper >> 32) + (uint)address.Upper + (address.Lower >> 32) + (uint)address.Lower;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint FoldTo32(ulong sum) => Add((uint)sum, (uint)(sum >> 32));
}
