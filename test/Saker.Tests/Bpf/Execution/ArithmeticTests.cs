using System.Numerics;
using System.Runtime.InteropServices;
using Saker.Bpf;

namespace Saker.Tests.Bpf.Execution;

public sealed class InterpretedArithmeticTests() : ArithmeticTests(BpfEngine.Interpreter);

public sealed class CompiledArithmeticTests() : ArithmeticTests(BpfEngine.Compiled);

/// <summary>Every arithmetic instruction and comparison over pairs of edge values, against what RFC 9669 says, told here with numbers that do not overflow.</summary>
public abstract class ArithmeticTests(BpfEngine kind)
{
    private readonly Engine _engine = new(kind);

    /// <summary>Values at which something happens.</summary>
    public static readonly ulong[] Edges =
    [
        0, 1, 2, 7, 31, 32, 33, 63, 64, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0x1_0000_0000, 0x0123_4567_89ab_cdef,
        0x7fff_ffff_ffff_ffff, 0x8000_0000_0000_0000, 0x8000_0000_0000_0001, 0xffff_ffff_8000_0000, 0xffff_ffff_ffff_ff80, 0xffff_ffff_ffff_ffff,
    ];

    public static TheoryData<string> Operations => [.. (string[])["+", "-", "*", "/", "s/", "%", "s%", "|", "&", "^", "<<", ">>", "s>>", ""]];

    public static TheoryData<string> Comparisons => [.. (string[])["==", "!=", "&", ">", ">=", "<", "<=", "s>", "s>=", "s<", "s<="]];

    [Theory]
    [MemberData(nameof(Operations))]
    public void Arithmetic_of_registers_and_constants_at_both_widths(string operation)
    {
        foreach (var width in (int[])[32, 64])
        {
            var letter = width == 32 ? 'w' : 'r';
            SameForAll($"{letter}1 {operation}= {letter}2; r0 = r1; exit", Edges, (left, right) => Expected(operation, width, left, right));
            foreach (var right in Edges)
            {
                var constant = (int)right;
                SameForAll($"{letter}1 {operation}= {constant}; r0 = r1; exit", [right], (left, _) => Expected(operation, width, left, (ulong)constant));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Comparisons))]
    public void Comparisons_of_registers_and_constants_at_both_widths(string sign)
    {
        foreach (var width in (int[])[32, 64])
        {
            var letter = width == 32 ? 'w' : 'r';
            SameForAll($"r0 = 1; if {letter}1 {sign} {letter}2 goto +1; r0 = 0; exit", Edges, (left, right) => Holds(sign, width, left, right) ? 1UL : 0);
            foreach (var right in Edges)
            {
                var constant = (int)right;
                SameForAll($"r0 = 1; if {letter}1 {sign} {constant} goto +1; r0 = 0; exit", [right], (left, _) => Holds(sign, width, left, (ulong)constant) ? 1UL : 0);
            }
        }
    }

    [Fact]
    public void Moves_with_sign_byte_swaps_and_negation()
    {
        foreach (var value in Edges)
        {
            foreach (var bits in (int[])[8, 16, 32])
            {
                var extended = Signed(value, bits);
                Same((ulong)(long)extended, $"r1 = 0x{value:x} ll; r0 = (s{bits})r1; exit");
                if (bits < 32)
                {
                    Same((uint)(int)extended, $"r1 = 0x{value:x} ll; w0 = (s{bits})w1; exit");
                }
            }

            foreach (var bits in (int[])[16, 32, 64])
            {
                var bytes = BitConverter.GetBytes(value)[..(bits / 8)];
                var same = bytes.Select((part, i) => (ulong)part << (8 * i)).Aggregate((one, other) => one | other);
                var swapped = bytes.Select((part, i) => (ulong)part << (bits - 8 - (8 * i))).Aggregate((one, other) => one | other);
                Same(BitConverter.IsLittleEndian ? same : swapped, $"r0 = 0x{value:x} ll; r0 = le{bits} r0; exit");
                Same(BitConverter.IsLittleEndian ? swapped : same, $"r0 = 0x{value:x} ll; r0 = be{bits} r0; exit");
                Same(swapped, $"r0 = 0x{value:x} ll; r0 = bswap{bits} r0; exit");
            }

            Same((~value) + 1, $"r0 = 0x{value:x} ll; r0 = -r0; exit");
            Same((uint)(~value + 1), $"r0 = 0x{value:x} ll; w0 = -w0; exit");
        }
    }

    private void SameForAll(string text, ulong[] rights, Func<ulong, ulong, ulong> expected)
    {
        var interpreter = _engine.Of(Assembler.Assemble("r2 = *(u64 *)(r1 + 8); r1 = *(u64 *)(r1 + 0); " + text));
        foreach (var left in Edges)
        {
            foreach (var right in rights)
            {
                var value = interpreter.Run(MemoryMarshal.AsBytes(new ulong[] { left, right }.AsSpan())).Value;
                Assert.True(expected(left, right) == value, $"0x{left:x}, 0x{right:x}, {text}: 0x{value:x} instead of 0x{expected(left, right):x}");
            }
        }
    }

    private void Same(ulong expected, string text)
    {
        var value = _engine.Value(text);
        Assert.True(expected == value, $"{text}: 0x{value:x} instead of 0x{expected:x}");
    }

    private static BigInteger Signed(ulong value, int width)
    {
        var low = value & (width == 64 ? ulong.MaxValue : (1UL << width) - 1);
        return (low >> (width - 1)) == 0 ? low : low - (BigInteger.One << width);
    }

    private static BigInteger Unsigned(ulong value, int width) => width == 32 ? (uint)value : value;

    private static ulong Expected(string operation, int width, ulong left, ulong right)
    {
        var (a, b, signedA, signedB) = (Unsigned(left, width), Unsigned(right, width), Signed(left, width), Signed(right, width));
        var shift = (int)(right & (ulong)(width - 1));
        var result = operation switch
        {
            "+" => a + b,
            "-" => a - b,
            "*" => a * b,
            "/" => b.IsZero ? 0 : a / b,
            "s/" => b.IsZero ? 0 : BigInteger.Divide(signedA, signedB),
            "%" => b.IsZero ? a : a % b,
            "s%" => b.IsZero ? a : BigInteger.Remainder(signedA, signedB),
            "|" => a | b,
            "&" => a & b,
            "^" => a ^ b,
            "<<" => a << shift,
            ">>" => a >> shift,
            "s>>" => signedA >> shift,
            _ => b,
        };
        return (ulong)(result & ((BigInteger.One << width) - 1));
    }

    private static bool Holds(string sign, int width, ulong left, ulong right)
    {
        var (a, b) = sign[0] == 's' ? (Signed(left, width), Signed(right, width)) : (Unsigned(left, width), Unsigned(right, width));
        return sign.TrimStart('s') switch
        {
            "==" => a == b,
            "!=" => a != b,
            "&" => !(a & b).IsZero,
            ">" => a > b,
            ">=" => a >= b,
            "<" => a < b,
            _ => a <= b,
        };
    }
}
