namespace Saker.Bpf;

/// <summary>What operands an instruction has and where it keeps them. Form, operation and width together say what it does.</summary>
public enum InstructionForm : byte
{
    /// <summary>Destination and immediate; the destination gets the result.</summary>
    ArithmeticConstant,

    /// <summary>Destination and source; the destination gets the result.</summary>
    ArithmeticRegister,

    /// <summary>The destination alone.</summary>
    ArithmeticUnary,

    /// <summary>The destination gets a constant of two immediates (two slots).</summary>
    Constant64,

    /// <summary>r0 gets what the packet has at the immediate.</summary>
    PacketAbsolute,

    /// <summary>r0 gets what the packet has at source and immediate.</summary>
    PacketIndirect,

    /// <summary>The destination gets what is in memory at source and offset.</summary>
    MemoryLoad,

    /// <summary>Memory at destination and offset gets the immediate.</summary>
    MemoryStoreConstant,

    /// <summary>Memory at destination and offset gets the source.</summary>
    MemoryStoreRegister,

    /// <summary>Memory at destination and offset is changed by the source, atomically.</summary>
    Atomic,

    /// <summary>The same; the source gets what memory held.</summary>
    AtomicFetch,

    /// <summary>Memory at destination and offset gets the source where it holds what r0 does; r0 gets what it held.</summary>
    AtomicCompare,

    /// <summary>Goes on behind the next slot by the offset.</summary>
    JumpShort,

    /// <summary>Goes on behind the next slot by the immediate.</summary>
    JumpLong,

    /// <summary>Compares destination and immediate, and goes on by the offset.</summary>
    JumpIfConstant,

    /// <summary>Compares destination and source, and goes on by the offset.</summary>
    JumpIfRegister,

    /// <summary>Calls the helper of which the immediate is the number.</summary>
    CallHelper,

    /// <summary>Calls the function behind the next slot by the immediate.</summary>
    CallFunction,

    /// <summary>Calls the kernel function of which the immediate is the BTF id; the offset chooses the BTF.</summary>
    CallKernel,

    /// <summary>Calls what a register holds: the number of a helper, or the address of a function.</summary>
    CallRegister,

    /// <summary>No operand.</summary>
    Exit,
}

/// <summary>The fields of a slot, apart from its opcode.</summary>
[Flags]
public enum InstructionFields : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The destination register.</summary>
    Destination = 1,

    /// <summary>The source register.</summary>
    Source = 2,

    /// <summary>The offset.</summary>
    Offset = 4,

    /// <summary>The immediate.</summary>
    Immediate = 8,
}

/// <summary>The conformance groups (RFC 9669, section 2.4).</summary>
public enum ConformanceGroup : byte
{
    /// <summary>What every implementation has.</summary>
    Base32,

    /// <summary>64-bit arithmetic, jumps, loads and stores.</summary>
    Base64,

    /// <summary>32-bit multiplication, division, modulo.</summary>
    DivMul32,

    /// <summary>64-bit multiplication, division, modulo.</summary>
    DivMul64,

    /// <summary>32-bit atomic operations.</summary>
    Atomic32,

    /// <summary>64-bit atomic operations.</summary>
    Atomic64,

    /// <summary>Legacy loads from packets.</summary>
    Packet,

    /// <summary>The call of what a register holds, of which the RFC says only that its opcode is taken.</summary>
    CallRegister,

    /// <summary>What Linux has beyond the RFC.</summary>
    Linux,
}
