using System.Buffers.Binary;
using Saker.Bpf;

namespace Saker.Tests.Bpf.Verification.Values;

/// <summary>What operations and conditions do with numbers that are known (RFC 9669, section 4).</summary>
internal static class Concrete
{
    /// <summary>Operations of two numbers.</summary>
    public static readonly BpfOperation[] Operations =
    [
        BpfOperation.Add, BpfOperation.Subtract, BpfOperation.Multiply, BpfOperation.Divide, BpfOperation.DivideSigned, BpfOperation.Modulo, BpfOperation.ModuloSigned,
        BpfOperation.And, BpfOperation.Or, BpfOperation.Xor, BpfOperation.ShiftLeft, BpfOperation.ShiftRight, BpfOperation.ShiftRightSigned, BpfOperation.Move, BpfOperation.Negate,
    ];

    /// <summary>Conditions.</summary>
    public static readonly BpfOperation[] Conditions =
    [
        BpfOperation.Equal, BpfOperation.NotEqual, BpfOperation.BitsSet, BpfOperation.Greater, BpfOperation.GreaterOrEqual, BpfOperation.Less, BpfOperation.LessOrEqual,
        BpfOperation.GreaterSigned, BpfOperation.GreaterOrEqualSigned, BpfOperation.LessSigned, BpfOperation.LessOrEqualSigned,
    ];

    /// <summary>Operations that change the order of bytes.</summary>
    public static readonly BpfOperation[] Orders = [BpfOperation.ToLittleEndian, BpfOperation.ToBigEndian, BpfOperation.SwapBytes];

    /// <summary>The result of an operation.</summary>
    public static ulong Apply(BpfOperation operation, bool is64, ulong left, ulong right) =>
        is64 ? (ulong)Apply64(operation, (long)left, (long)right) : (uint)Apply32(operation, (int)left, (int)right);

    /// <summary>A copy with the sign of the low bytes.</summary>
    public static ulong MoveSigned(bool is64, ulong value, int bytes)
    {
        var extended = bytes switch { 1 => (sbyte)value, 2 => (short)value, _ => (long)(int)value };
        return is64 ? (ulong)extended : (uint)extended;
    }

    /// <summary>The low bits in another order, on a little-endian machine.</summary>
    public static ulong ChangeByteOrder(BpfOperation operation, ulong value, int bits) => (bits, operation == BpfOperation.ToLittleEndian) switch
    {
        (16, true) => (ushort)value,
        (32, true) => (uint)value,
        (64, true) => value,
        (16, _) => BinaryPrimitives.ReverseEndianness((ushort)value),
        (32, _) => BinaryPrimitives.ReverseEndianness((uint)value),
        _ => BinaryPrimitives.ReverseEndianness(value),
    };

    /// <summary>Whether a condition holds.</summary>
    public static bool Holds(BpfOperation operation, bool is64, ulong left, ulong right)
    {
        var (unsigned, otherUnsigned) = is64 ? (left, right) : ((uint)left, (uint)right);
        var (signed, otherSigned) = is64 ? ((long)left, (long)right) : ((int)left, (int)right);
        return operation switch
        {
            BpfOperation.Equal => unsigned == otherUnsigned,
            BpfOperation.NotEqual => unsigned != otherUnsigned,
            BpfOperation.BitsSet => (unsigned & otherUnsigned) != 0,
            BpfOperation.Greater => unsigned > otherUnsigned,
            BpfOperation.GreaterOrEqual => unsigned >= otherUnsigned,
            BpfOperation.Less => unsigned < otherUnsigned,
            BpfOperation.LessOrEqual => unsigned <= otherUnsigned,
            BpfOperation.GreaterSigned => signed > otherSigned,
            BpfOperation.GreaterOrEqualSigned => signed >= otherSigned,
            BpfOperation.LessSigned => signed < otherSigned,
            _ => signed <= otherSigned,
        };
    }

    private static long Apply64(BpfOperation operation, long left, long right) => operation switch
    {
        BpfOperation.Add => left + right,
        BpfOperation.Subtract => left - right,
        BpfOperation.Multiply => left * right,
        BpfOperation.Divide => right == 0 ? 0 : (long)((ulong)left / (ulong)right),
        BpfOperation.DivideSigned => right == 0 ? 0 : right == -1 ? -left : left / right,
        BpfOperation.Modulo => right == 0 ? left : (long)((ulong)left % (ulong)right),
        BpfOperation.ModuloSigned => right == 0 ? left : right == -1 ? 0 : left % right,
        BpfOperation.And => left & right,
        BpfOperation.Or => left | right,
        BpfOperation.Xor => left ^ right,
        BpfOperation.ShiftLeft => left << (int)(right & 63),
        BpfOperation.ShiftRight => left >>> (int)(right & 63),
        BpfOperation.ShiftRightSigned => left >> (int)(right & 63),
        BpfOperation.Negate => -left,
        _ => right,
    };

    private static int Apply32(BpfOperation operation, int left, int right) => operation switch
    {
        BpfOperation.Divide => right == 0 ? 0 : (int)((uint)left / (uint)right),
        BpfOperation.Modulo => right == 0 ? left : (int)((uint)left % (uint)right),
        BpfOperation.ShiftLeft => left << (right & 31),
        BpfOperation.ShiftRight => left >>> (right & 31),
        BpfOperation.ShiftRightSigned => left >> (right & 31),
        _ => (int)Apply64(operation, left, right),
    };
}
