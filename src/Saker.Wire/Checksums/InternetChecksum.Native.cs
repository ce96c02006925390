using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Saker.Wire;

/// <content>
/// The sums themselves, in the machine's own byte order (RFC 1071, section 2, B: swapping every word only swaps the sum).
/// Words of 32 bits are added up in 64 bits, so that no carry is lost: a span is too short to overflow them.
/// </content>
public static partial class InternetChecksum
{
    private const uint IPv4LengthWithoutOptions = 20;

    /// <summary>Folds a machine-order sum to a partial sum. A rotation by eight bits is what swaps the octets of every word.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint ToHostOrder(ulong sum)
    {
        uint folded = FoldTo32(sum);
        return BitConverter.IsLittleEndian ? BitOperations.RotateLeft(folded, 8) : folded;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong SumOfFiveWords(ref byte start) =>
        (ulong)Load32(ref start, 0) + Load32(ref start, 4) + Load32(ref start, 8) + Load32(ref start, 12) + Load32(ref start, 16);

    /// <summary>The sum of all words. Whether it is right can be told without swapping it to host order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong SumNative(ReadOnlySpan<byte> data)
    {
        ref byte start = ref MemoryMarshal.GetReference(data);
        nuint length = (nuint)(uint)data.Length;
        return length < (nuint)Vector512<byte>.Count ? SumShort(ref start, length) : SumLong(ref start, length);
    }

    private static ulong SumShort(ref byte start, nuint length)
    {
        ulong sum = 0;
        nuint offset = 0;
        for (; offset + 16 <= length; offset += 16)
        {
            sum += (ulong)Load32(ref start, offset) + Load32(ref start, offset + 4) + Load32(ref start, offset + 8) + Load32(ref start, offset + 12);
        }

        if ((length & 8) != 0)
        {
            sum += (ulong)Load32(ref start, offset) + Load32(ref start, offset + 4);
            offset += 8;
        }

        if ((length & 4) != 0)
        {
            sum += Load32(ref start, offset);
            offset += 4;
        }

        if ((length & 2) != 0)
        {
            sum += Unsafe.ReadUnaligned<ushort>(ref Unsafe.AddByteOffset(ref start, offset));
            offset += 2;
        }

        if ((length & 1) != 0)
        {
            uint last = Unsafe.AddByteOffset(ref start, offset);
            sum += BitConverter.IsLittleEndian ? last : last << 8;
        }

        return sum;
    }

    private static ulong SumLong(ref byte start, nuint length)
    {
        nuint offset = 0;
        ulong sum = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            sum = SumBy512(ref start, length, ref offset);
        }

        if (Vector256.IsHardwareAccelerated)
        {
            sum += SumBy256(ref start, length, ref offset);
        }

        if (Vector128.IsHardwareAccelerated)
        {
            sum += SumBy128(ref start, length, ref offset);
        }

        return sum + SumShort(ref Unsafe.AddByteOffset(ref start, offset), length - offset);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong SumBy512(ref byte start, nuint length, ref nuint offset)
    {
        Vector512<ulong> lowHalves = Vector512.Create((ulong)uint.MaxValue);
        Vector512<ulong> low0 = default, low1 = default, high0 = default, high1 = default;
        for (; offset + 128 <= length; offset += 128)
        {
            Vector512<ulong> words0 = Vector512.LoadUnsafe(ref start, offset).AsUInt64();
            Vector512<ulong> words1 = Vector512.LoadUnsafe(ref start, offset + 64).AsUInt64();
            low0 += words0 & lowHalves;
            high0 += words0 >>> 32;
            low1 += words1 & lowHalves;
            high1 += words1 >>> 32;
        }

        if (offset + 64 <= length)
        {
            Vector512<ulong> words = Vector512.LoadUnsafe(ref start, offset).AsUInt64();
            low0 += words & lowHalves;
            high0 += words >>> 32;
            offset += 64;
        }

        return Vector512.Sum(low0 + low1 + high0 + high1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong SumBy256(ref byte start, nuint length, ref nuint offset)
    {
        Vector256<ulong> lowHalves = Vector256.Create((ulong)uint.MaxValue);
        Vector256<ulong> low0 = default, low1 = default, high0 = default, high1 = default;
        for (; offset + 64 <= length; offset += 64)
        {
            Vector256<ulong> words0 = Vector256.LoadUnsafe(ref start, offset).AsUInt64();
            Vector256<ulong> words1 = Vector256.LoadUnsafe(ref start, offset + 32).AsUInt64();
            low0 += words0 & lowHalves;
            high0 += words0 >>> 32;
            low1 += words1 & lowHalves;
            high1 += words1 >>> 32;
        }

        if (offset + 32 <= length)
        {
            Vector256<ulong> words = Vector256.LoadUnsafe(ref start, offset).AsUInt64();
            low0 += words & lowHalves;
            high0 += words >>> 32;
            offset += 32;
        }

        return Vector256.Sum(low0 + low1 + high0 + high1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong SumBy128(ref byte start, nuint length, ref nuint offset)
    {
        Vector128<ulong> lowHalves = Vector128.Create((ulong)uint.MaxValue);
        Vector128<ulong> low = default, high = default;
        for (; offset + 16 <= length; offset += 16)
        {
            Vector128<ulong> words = Vector128.LoadUnsafe(ref start, offset).AsUInt64();
            low += words & lowHalves;
            high += words >>> 32;
        }

        return Vector128.Sum(low + high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Load32(ref byte start, nuint offset) => Unsafe.ReadUnaligned<uint>(ref Unsafe.AddByteOffset(ref start, offset));
}
