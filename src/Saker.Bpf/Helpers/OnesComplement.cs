using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Saker.Bpf.Helpers;

/// <summary>
/// Sums in one's complement (RFC 1071), over bytes as they lie in memory. A sum of 32 bits is 0 only where all that was summed is 0, so it does not depend on how it was
/// come by.
/// </summary>
internal static unsafe class OnesComplement
{
    /// <summary>The sum of two sums.</summary>
    public static uint Add(uint left, uint right)
    {
        uint sum = left + right;
        return sum + (sum < left ? 1u : 0);
    }

    /// <summary>A sum without another.</summary>
    public static uint Subtract(uint left, uint right) => Add(left, ~right);

    /// <summary>The sum of bytes, and of a sum.</summary>
    public static uint Of(byte* bytes, uint length, uint sum = 0)
    {
        ulong total = sum;
        for (; length >= sizeof(uint); bytes += sizeof(uint), length -= sizeof(uint))
        {
            total += Unsafe.ReadUnaligned<uint>(bytes);
        }

        if (length >= sizeof(ushort))
        {
            total += Unsafe.ReadUnaligned<ushort>(bytes);
            bytes += sizeof(ushort);
            length -= sizeof(ushort);
        }

        if (length != 0)
        {
            total += BitConverter.IsLittleEndian ? *bytes : (uint)*bytes << 8;
        }

        total = (uint)total + (total >> 32);
        return (uint)total + (uint)(total >> 32);
    }

    /// <summary>The sum of bytes as a part of others, which begins at an offset of them.</summary>
    public static uint OfPart(byte* bytes, uint length, uint offset)
    {
        uint sum = Of(bytes, length);
        return (offset & 1) == 0 ? sum : uint.RotateRight(sum, 8);
    }

    /// <summary>A sum of 32 bits in 16.</summary>
    public static ushort To16(uint sum)
    {
        sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)(sum + (sum >> 16));
    }

    /// <summary>The checksum that a header has for a sum: its complement.</summary>
    public static ushort Fold(uint sum) => (ushort)~To16(sum);

    /// <summary>A number of 16 bits as it lies in memory in network order.</summary>
    public static ushort Network(ushort value) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value;
}
