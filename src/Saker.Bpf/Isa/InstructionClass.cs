namespace Saker.Bpf;

/// <summary>The classes of instructions: the low three bits of an opcode (RFC 9669, section 3.3).</summary>
public enum InstructionClass : byte
{
    /// <summary>Loads of constants, and of packets in the legacy way (<c>LD</c>).</summary>
    Load = 0,

    /// <summary>Loads from memory (<c>LDX</c>).</summary>
    LoadMemory = 1,

    /// <summary>Stores of constants (<c>ST</c>).</summary>
    StoreConstant = 2,

    /// <summary>Stores of registers, and atomic operations (<c>STX</c>).</summary>
    StoreRegister = 3,

    /// <summary>Arithmetic of 32 bits (<c>ALU</c>).</summary>
    Arithmetic32 = 4,

    /// <summary>Jumps that compare 64 bits, calls, the end (<c>JMP</c>).</summary>
    Jump = 5,

    /// <summary>Jumps that compare 32 bits, and the long jump (<c>JMP32</c>).</summary>
    Jump32 = 6,

    /// <summary>Arithmetic of 64 bits (<c>ALU64</c>).</summary>
    Arithmetic64 = 7,
}

/// <summary>What a call calls: its source field (RFC 9669, section 4.3.1).</summary>
public enum CallKind : byte
{
    /// <summary>A helper by its number.</summary>
    Helper = 0,

    /// <summary>A function of the same program, relative to the next slot (<c>BPF_PSEUDO_CALL</c>).</summary>
    Function = 1,

    /// <summary>A function of the kernel by its BTF id (<c>BPF_PSEUDO_KFUNC_CALL</c>).</summary>
    KernelFunction = 2,
}

/// <summary>What the constant of a 64-bit load stands for: its source field (RFC 9669, section 5.4).</summary>
public enum ConstantKind : byte
{
    /// <summary>Itself.</summary>
    Number = 0,

    /// <summary>The map with this descriptor (<c>BPF_PSEUDO_MAP_FD</c>).</summary>
    Map = 1,

    /// <summary>The address in the first value of the map with this descriptor, at the offset in the second slot (<c>BPF_PSEUDO_MAP_VALUE</c>).</summary>
    MapValue = 2,

    /// <summary>The address of a variable of the kernel by its BTF id (<c>BPF_PSEUDO_BTF_ID</c>).</summary>
    Variable = 3,

    /// <summary>The address of a function of the same program, relative to the next slot (<c>BPF_PSEUDO_FUNC</c>).</summary>
    Function = 4,

    /// <summary>The map with this index among those that the program was loaded with (<c>BPF_PSEUDO_MAP_IDX</c>).</summary>
    MapIndex = 5,

    /// <summary>As <see cref="MapValue"/>, with the index of the map (<c>BPF_PSEUDO_MAP_IDX_VALUE</c>).</summary>
    MapIndexValue = 6,
}
