using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Saker.Wire;

/// <summary>
/// Reads and writes the fields of headers: network order on the wire, host order in the value. The one place that reads and writes unaligned.
/// </summary>
/// <remarks>
/// Nothing here checks a bound in a release build: whoever calls has compared the length once (a view's <c>TryParse</c>, an <c>Emit</c>'s slice).
/// Debug builds assert it. A span that is <see langword="default"/> (the view of a failed <c>TryParse</c>) faults with
/// <see cref="NullReferenceException"/>, since every header is shorter than a page.
/// </remarks>
internal static class Field
{
    /// <summary>The octet at <paramref name="offset"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static byte Byte(ReadOnlySpan<byte> bytes, int offset) => Read<byte>(bytes, offset);

    /// <summary>The 16-bit number at <paramref name="offset"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ushort UInt16(ReadOnlySpan<byte> bytes, int offset)
    {
        ushort raw = Read<ushort>(bytes, offset);
        return BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(raw) : raw;
    }

    /// <summary>The 24-bit number at <paramref name="offset"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint UInt24(ReadOnlySpan<byte> bytes, int offset) => (uint)UInt16(bytes, offset) << 8 | Byte(bytes, offset + 2);

    /// <summary>The 32-bit number at <paramref name="offset"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint UInt32(ReadOnlySpan<byte> bytes, int offset)
    {
        uint raw = Read<uint>(bytes, offset);
        return BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(raw) : raw;
    }

    /// <summary>The 48-bit number at <paramref name="offset"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong UInt48(ReadOnlySpan<byte> bytes, int offset) => (ulong)UInt32(bytes, offset) << 16 | UInt16(bytes, offset + 4);

    /// <summary>The 64-bit number at <paramref name="offset"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong UInt64(ReadOnlySpan<byte> bytes, int offset)
    {
        ulong raw = Read<ulong>(bytes, offset);
        return BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(raw) : raw;
    }

    /// <summary>Writes the octet at <paramref name="offset"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void SetByte(Span<byte> bytes, int offset, byte value) => Write(bytes, offset, value);

    /// <summary>Writes the 16-bit number at <paramref name="offset"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void SetUInt16(Span<byte> bytes, int offset, ushort value) =>
        Write(bytes, offset, BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value);

    /// <summary>Writes the low 24 bits of <paramref name="value"/> at <paramref name="offset"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void SetUInt24(Span<byte> bytes, int offset, uint value)
    {
        SetUInt16(bytes, offset, (ushort)(value >> 8));
        SetByte(bytes, offset + 2, (byte)value);
    }

    /// <summary>Writes the 32-bit number at <paramref name="offset"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void SetUInt32(Span<byte> bytes, int offset, uint value) =>
        Write(bytes, offset, BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value);

    /// <summary>Writes the low 48 bits of <paramref name="value"/> at <paramref name="offset"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void SetUInt48(Span<byte> bytes, int offset, ulong value)
    {
        SetUInt32(bytes, offset, (uint)(value >> 16));
        SetUInt16(bytes, offset + 4, (ushort)value);
    }

    /// <summary>Writes the 64-bit number at <paramref name="offset"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void SetUInt64(Span<byte> bytes, int offset, ulong value) =>
        Write(bytes, offset, BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value);

    /// <summary>The Ethernet address at <paramref name="offset"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static MacAddress Mac(ReadOnlySpan<byte> bytes, int offset) => new(UInt48(bytes, offset));

    /// <summary>The IPv4 address at <paramref name="offset"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static IPv4Address IPv4(ReadOnlySpan<byte> bytes, int offset) => new(UInt32(bytes, offset));

    /// <summary>The IPv6 address at <paramref name="offset"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static IPv6Address IPv6(ReadOnlySpan<byte> bytes, int offset) => new(UInt64(bytes, offset), UInt64(bytes, offset + 8));

    /// <summary>Writes the Ethernet address at <paramref name="offset"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void SetMac(Span<byte> bytes, int offset, MacAddress value) => SetUInt48(bytes, offset, value.Value);

    /// <summary>Writes the IPv4 address at <paramref name="offset"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void SetIPv4(Span<byte> bytes, int offset, IPv4Address value) => SetUInt32(bytes, offset, value.Value);

    /// <summary>Writes the IPv6 address at <paramref name="offset"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void SetIPv6(Span<byte> bytes, int offset, IPv6Address value)
    {
        SetUInt64(bytes, offset, value.Upper);
        SetUInt64(bytes, offset + 8, value.Lower);
    }

    /// <summary>As much of the part that a header tells of as there is: any numbers are allowed, and a part outside is empty.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ReadOnlySpan<byte> Part(ReadOnlySpan<byte> bytes, int offset, int length)
    {
        int start = Math.Clamp(offset, 0, bytes.Length);
        return bytes.Slice(start, Math.Clamp(length, 0, bytes.Length - start));
    }

    /// <summary>All that comes after <paramref name="offset"/>, or nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ReadOnlySpan<byte> Rest(ReadOnlySpan<byte> bytes, int offset) => bytes[Math.Clamp(offset, 0, bytes.Length)..];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Read<T>(ReadOnlySpan<byte> bytes, int offset)
        where T : unmanaged
    {
        Debug.Assert(offset >= 0 && offset <= bytes.Length - Unsafe.SizeOf<T>(), "A field lies outside of its header.");
        return Unsafe.ReadUnaligned<T>(in Unsafe.Add(ref MemoryMarshal.GetReference(bytes), offset));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write<T>(Span<byte> bytes, int offset, T value)
        where T : unmanaged
    {
        Debug.Assert(offset >= 0 && offset <= bytes.Length - Unsafe.SizeOf<T>(), "A field lies outside of its header.");
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref MemoryMarshal.GetReference(bytes), offset), value);
    }
}
