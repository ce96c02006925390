namespace Saker.Bpf.Classic;

/// <summary>
/// The instructions of classic BPF that Linux knows (<c>linux/filter.h</c>, <c>linux/bpf_common.h</c>): an accumulator A, an index register X, 16 words of memory M,
/// a packet P. K is the instruction's constant; all numbers have 32 bits, and those of the packet are in network order.
/// </summary>
public enum ClassicOpcode : ushort
{
    /// <summary>A = K.</summary>
    LoadConstant = 0x00,

    /// <summary>A = the word at P[K].</summary>
    LoadWord = 0x20,

    /// <summary>A = the half word at P[K].</summary>
    LoadHalf = 0x28,

    /// <summary>A = the byte at P[K].</summary>
    LoadByte = 0x30,

    /// <summary>A = the word at P[X + K].</summary>
    LoadWordIndexed = 0x40,

    /// <summary>A = the half word at P[X + K].</summary>
    LoadHalfIndexed = 0x48,

    /// <summary>A = the byte at P[X + K].</summary>
    LoadByteIndexed = 0x50,

    /// <summary>A = M[K].</summary>
    LoadMemory = 0x60,

    /// <summary>A = the packet's length.</summary>
    LoadLength = 0x80,

    /// <summary>X = K.</summary>
    LoadXConstant = 0x01,

    /// <summary>X = M[K].</summary>
    LoadXMemory = 0x61,

    /// <summary>X = the packet's length.</summary>
    LoadXLength = 0x81,

    /// <summary>X = four times the low half of the byte at P[K]: the length of an IPv4 header that begins there.</summary>
    LoadXHeaderLength = 0xb1,

    /// <summary>M[K] = A.</summary>
    Store = 0x02,

    /// <summary>M[K] = X.</summary>
    StoreX = 0x03,

    /// <summary>A += K.</summary>
    Add = 0x04,

    /// <summary>A += X.</summary>
    AddX = 0x0c,

    /// <summary>A -= K.</summary>
    Subtract = 0x14,

    /// <summary>A -= X.</summary>
    SubtractX = 0x1c,

    /// <summary>A *= K.</summary>
    Multiply = 0x24,

    /// <summary>A *= X.</summary>
    MultiplyX = 0x2c,

    /// <summary>A /= K, which is not 0.</summary>
    Divide = 0x34,

    /// <summary>A /= X; where X is 0 the program ends with 0.</summary>
    DivideX = 0x3c,

    /// <summary>A |= K.</summary>
    Or = 0x44,

    /// <summary>A |= X.</summary>
    OrX = 0x4c,

    /// <summary>A &amp;= K.</summary>
    And = 0x54,

    /// <summary>A &amp;= X.</summary>
    AndX = 0x5c,

    /// <summary>A &lt;&lt;= K, which is below 32.</summary>
    ShiftLeft = 0x64,

    /// <summary>A &lt;&lt;= X, of which the low five bits count.</summary>
    ShiftLeftX = 0x6c,

    /// <summary>A >>= K, which is below 32.</summary>
    ShiftRight = 0x74,

    /// <summary>A >>= X, of which the low five bits count.</summary>
    ShiftRightX = 0x7c,

    /// <summary>A = -A.</summary>
    Negate = 0x84,

    /// <summary>A %= K, which is not 0.</summary>
    Modulo = 0x94,

    /// <summary>A %= X; where X is 0 the program ends with 0.</summary>
    ModuloX = 0x9c,

    /// <summary>A ^= K.</summary>
    Xor = 0xa4,

    /// <summary>A ^= X.</summary>
    XorX = 0xac,

    /// <summary>Goes on K instructions behind the next one.</summary>
    Jump = 0x05,

    /// <summary>Is A == K?</summary>
    JumpEqual = 0x15,

    /// <summary>Is A == X?</summary>
    JumpEqualX = 0x1d,

    /// <summary>Is A > K?</summary>
    JumpGreater = 0x25,

    /// <summary>Is A > X?</summary>
    JumpGreaterX = 0x2d,

    /// <summary>Is A >= K?</summary>
    JumpGreaterOrEqual = 0x35,

    /// <summary>Is A >= X?</summary>
    JumpGreaterOrEqualX = 0x3d,

    /// <summary>Is a bit of K set in A?</summary>
    JumpBitsSet = 0x45,

    /// <summary>Is a bit of X set in A?</summary>
    JumpBitsSetX = 0x4d,

    /// <summary>Ends with K.</summary>
    ReturnConstant = 0x06,

    /// <summary>Ends with A.</summary>
    ReturnAccumulator = 0x16,

    /// <summary>X = A.</summary>
    CopyToX = 0x07,

    /// <summary>A = X.</summary>
    CopyToA = 0x87,
}

/// <summary>What the parts of a code say.</summary>
internal static class ClassicOpcodes
{
    private const int ClassMask = 0x07;
    private const int ArithmeticClass = 0x04;
    private const int JumpClass = 0x05;
    private const int SourceX = 0x08;

    /// <summary>Whether it goes one of two ways by a comparison.</summary>
    public static bool IsBranch(this ClassicOpcode opcode) => ((int)opcode & ClassMask) == JumpClass && opcode != ClassicOpcode.Jump;

    /// <summary>Whether it computes with A.</summary>
    public static bool IsArithmetic(this ClassicOpcode opcode) => ((int)opcode & ClassMask) == ArithmeticClass;

    /// <summary>Whether a computation or comparison takes X and not K.</summary>
    public static bool TakesX(this ClassicOpcode opcode) => (opcode.IsArithmetic() || opcode.IsBranch()) && ((int)opcode & SourceX) != 0;

    /// <summary>Whether it ends the program.</summary>
    public static bool IsReturn(this ClassicOpcode opcode) => opcode is ClassicOpcode.ReturnConstant or ClassicOpcode.ReturnAccumulator;

    /// <summary>Bytes that it loads from a place of the packet that K tells; 0: it is no such load.</summary>
    public static int AbsoluteLoadSize(this ClassicOpcode opcode) => opcode switch
    {
        ClassicOpcode.LoadWord => 4,
        ClassicOpcode.LoadHalf => 2,
        ClassicOpcode.LoadByte => 1,
        _ => 0,
    };

    /// <summary>Bytes that it loads from a place of the packet that X and K tell; 0: it is no such load.</summary>
    public static int IndexedLoadSize(this ClassicOpcode opcode) => opcode switch
    {
        ClassicOpcode.LoadWordIndexed => 4,
        ClassicOpcode.LoadHalfIndexed => 2,
        ClassicOpcode.LoadByteIndexed => 1,
        _ => 0,
    };
}
