namespace Saker.Bpf;

/// <summary>What an instruction does, whatever its operands are (RFC 9669, sections 4 and 5).</summary>
public enum BpfOperation : byte
{
    /// <summary>Sum; also the atomic one.</summary>
    Add,

    /// <summary>Difference.</summary>
    Subtract,

    /// <summary>Product.</summary>
    Multiply,

    /// <summary>Quotient of unsigned numbers; 0 where the divisor is 0.</summary>
    Divide,

    /// <summary>Quotient of signed numbers, rounded towards zero; 0 where the divisor is 0, the dividend where the quotient would overflow.</summary>
    DivideSigned,

    /// <summary>Bitwise or; also the atomic one.</summary>
    Or,

    /// <summary>Bitwise and; also the atomic one.</summary>
    And,

    /// <summary>Shift to the left by the low five or six bits of the operand.</summary>
    ShiftLeft,

    /// <summary>Shift to the right with zeros from the left.</summary>
    ShiftRight,

    /// <summary>Shift to the right with copies of the sign.</summary>
    ShiftRightSigned,

    /// <summary>Two's complement.</summary>
    Negate,

    /// <summary>Remainder of unsigned numbers; the dividend where the divisor is 0.</summary>
    Modulo,

    /// <summary>Remainder of signed numbers, with the dividend's sign; the dividend where the divisor is 0, 0 where the quotient would overflow.</summary>
    ModuloSigned,

    /// <summary>Bitwise exclusive or; also the atomic one.</summary>
    Xor,

    /// <summary>Copy.</summary>
    Move,

    /// <summary>Copy of the low 8, 16 or 32 bits with their sign.</summary>
    MoveSigned,

    /// <summary>To little-endian and cut to the width; on such a machine it only cuts.</summary>
    ToLittleEndian,

    /// <summary>To big-endian and cut to the width.</summary>
    ToBigEndian,

    /// <summary>The low bytes in the other order, cut to the width.</summary>
    SwapBytes,

    /// <summary>A pointer of another address space (arenas, Linux): recognised, and refused by those who run programs.</summary>
    CastAddressSpace,

    /// <summary>A constant of 64 bits.</summary>
    LoadConstant,

    /// <summary>A number of the packet, in the legacy way, which ends the program with 0 where there is none.</summary>
    LoadPacket,

    /// <summary>A load with zeros from the left.</summary>
    Load,

    /// <summary>A load with the sign from the left.</summary>
    LoadSigned,

    /// <summary>A store.</summary>
    Store,

    /// <summary>An atomic exchange.</summary>
    Exchange,

    /// <summary>An atomic exchange if memory holds what r0 does; r0 gets what it held.</summary>
    CompareExchange,

    /// <summary>A load that no later access passes (Linux 6.15).</summary>
    LoadAcquire,

    /// <summary>A store that passes no earlier access (Linux 6.15).</summary>
    StoreRelease,

    /// <summary>Goes on elsewhere.</summary>
    Goto,

    /// <summary>Goes on elsewhere when the loop has taken its share (Linux 6.9).</summary>
    MayGoto,

    /// <summary>Goes on elsewhere where both are equal.</summary>
    Equal,

    /// <summary>Goes on elsewhere where they differ.</summary>
    NotEqual,

    /// <summary>Goes on elsewhere where they have a bit in common.</summary>
    BitsSet,

    /// <summary>Goes on elsewhere where the first is greater, unsigned.</summary>
    Greater,

    /// <summary>Goes on elsewhere where the first is not less, unsigned.</summary>
    GreaterOrEqual,

    /// <summary>Goes on elsewhere where the first is less, unsigned.</summary>
    Less,

    /// <summary>Goes on elsewhere where the first is not greater, unsigned.</summary>
    LessOrEqual,

    /// <summary>Goes on elsewhere where the first is greater, signed.</summary>
    GreaterSigned,

    /// <summary>Goes on elsewhere where the first is not less, signed.</summary>
    GreaterOrEqualSigned,

    /// <summary>Goes on elsewhere where the first is less, signed.</summary>
    LessSigned,

    /// <summary>Goes on elsewhere where the first is not greater, signed.</summary>
    LessOrEqualSigned,

    /// <summary>A call.</summary>
    Call,

    /// <summary>The end of a function, and of the program where it is the outermost.</summary>
    Exit,
}
