using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Saker.Wire;

/// <summary>
/// The Internet checksum (RFC 1071): the complement of the one's complement sum of 16-bit words in network order.
/// </summary>
/// <remarks>
/// <para>
/// A <em>partial sum</em> is a 32-bit one's complement sum, not yet folded and not yet complemented. Partial sums of pieces are added with
/// <see cref="Add"/>, or with <see cref="Combine"/> where a piece may begin at an odd offset. A <em>checksum</em> is the 16-bit value that stands
/// in a header, in host order: write it with a big-endian write.
/// </para>
/// <para>
/// The sum of nothing but zero octets is zero and every other sum is not, so a header of zeros does not verify. Nothing here fails or allocates.
/// </para>
/// </remarks>
public static partial class InternetChecksum
{
    /// <summary>The partial sum of <paramref name="data"/>; an odd last octet counts as if a zero octet followed it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Sum(ReadOnlySpan<byte> data) => ToHostOrder(SumNative(data));

    /// <summary>The partial sum of <paramref name="data"/> added to <paramref name="initial"/>, which covers an even number of octets.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Sum(ReadOnlySpan<byte> data, uint initial) => Add(Sum(data), initial);

    /// <summary>Adds two partial sums of pieces that begin at even offsets.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Add(uint first, uint second)
    {
        ulong sum = (ulong)first + second;
        return (uint)sum + (uint)(sum >> 32);
    }

    /// <summary>Takes the partial sum of a piece out of the sum of the whole; both begin at even offsets.</summary>
    public static uint Subtract(uint whole, uint piece) => Add(whole, ~piece);

    /// <summary>Adds the partial sum of a piece that begins <paramref name="offset"/> octets after the start of the first.</summary>
    public static uint Combine(uint first, uint second, int offset) =>
        Add(first, BitOperations.RotateLeft(second, (offset & 1) << 3));

    /// <summary>Folds a partial sum to 16 bits, without complementing it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort Fold(uint partial)
    {
        // The upper half of this sum is both halves of the number and the carry out of the lower, which cannot carry again.
        uint sum = partial + BitOperations.RotateLeft(partial, 16);
        return (ushort)(sum >> 16);
    }

    /// <summary>The checksum for a partial sum that was taken over data whose checksum field is zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ushort Complete(uint partial) => (ushort)~Fold(partial);

    /// <summary>As <see cref="Complete"/>, with 0xFFFF instead of 0, which in UDP says that there is no checksum (RFC 768).</summary>
    public static ushort CompleteNonZero(uint partial)
    {
        ushort checksum = Complete(partial);
        return checksum == 0 ? ushort.MaxValue : checksum;
    }

    /// <summary>The checksum of <paramref name="data"/>, whose checksum field is zero.</summary>
    public static ushort Compute(ReadOnlySpan<byte> data) => Complete(Sum(data));

    /// <summary>Whether <paramref name="data"/>, which includes its checksum, is intact.</summary>
    public static bool Verify(ReadOnlySpan<byte> data) => Fold(Sum(data)) == ushort.MaxValue;

    /// <summary>Whether <paramref name="data"/>, which includes its checksum, is intact together with what <paramref name="initial"/> covers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Verify(ReadOnlySpan<byte> data, uint initial) =>
        Fold(FoldTo32(SumNative(data) + (BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(initial) : initial))) == ushort.MaxValue;

    /// <summary>The partial sum of an IPv4 header; fastest for one without options.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint SumIPv4Header(ReadOnlySpan<byte> header) =>
        (uint)header.Length == IPv4LengthWithoutOptions ? ToHostOrder(SumOfFiveWords(ref MemoryMarshal.GetReference(header))) : Sum(header);

    /// <summary>Whether an IPv4 header, from its first octet to its last option, is intact.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool VerifyIPv4Header(ReadOnlySpan<byte> header) =>
        Fold(FoldTo32((uint)header.Length == IPv4LengthWithoutOptions ? SumOfFiveWords(ref MemoryMarshal.GetReference(header)) : SumNative(header)))
        == ushort.MaxValue;

    /// <summary>The checksum after a 16-bit field that it covers was changed (RFC 1624, equation 3).</summary>
    public static ushort Update(ushort checksum, ushort oldValue, ushort newValue) =>
        Complete((uint)(ushort)~checksum + (ushort)~oldValue + newValue);

    /// <summary>The checksum after a 32-bit field at an even offset that it covers was changed (RFC 1624, equation 3).</summary>
    public static ushort Update(ushort checksum, uint oldValue, uint newValue) =>
        Complete(Add(Add((ushort)~checksum, ~oldValue), newValue));
}
