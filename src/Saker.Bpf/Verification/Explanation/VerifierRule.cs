namespace Saker.Bpf.Verification;

/// <summary>The rules that a program must keep to; <c>docs/verifier.md</c> tells each with an example.</summary>
public enum VerifierRule
{
    /// <summary>Who asks may load programs of this type and size, with functions.</summary>
    Privilege,

    /// <summary>The functions that were told are those that the code calls.</summary>
    FunctionLayout,

    /// <summary>Every instruction can be reached.</summary>
    UnreachableInstruction,

    /// <summary>Jumps stay inside of their function.</summary>
    JumpOutOfFunction,

    /// <summary>A function ends with an exit or a jump.</summary>
    FallThrough,

    /// <summary>At most eight functions run at a time, and none calls itself.</summary>
    CallDepth,

    /// <summary>The stacks of functions that run at a time have 512 bytes together.</summary>
    StackDepth,

    /// <summary>A function that goes on in another program is called with less than 256 bytes of stack in use.</summary>
    TailCallStack,

    /// <summary>A map that is named is there, and can be used by programs of this type.</summary>
    Map,

    /// <summary>A register is written before it is read.</summary>
    UninitializedRegister,

    /// <summary>Nothing is divided by the constant 0.</summary>
    DivisionByZero,

    /// <summary>A constant shift is shorter than the register.</summary>
    Shift,

    /// <summary>To and from pointers only numbers are added and subtracted, with 64 bits.</summary>
    PointerArithmetic,

    /// <summary>The offset of a pointer stays within bounds that are known.</summary>
    PointerOffset,

    /// <summary>Without <c>CAP_PERFMON</c> what is added to a pointer can be masked, so that no processor that guesses wrong gets outside of what it points to.</summary>
    SpeculativeArithmetic,

    /// <summary>A pointer that may be null is compared with 0 before it is used.</summary>
    PossibleNull,

    /// <summary>Only pointers are accessed.</summary>
    InvalidAccess,

    /// <summary>An instruction accesses memory of one kind, whatever path leads to it.</summary>
    MixedAccess,

    /// <summary>Accesses are aligned where that matters.</summary>
    Alignment,

    /// <summary>Accesses to the stack lie within it.</summary>
    StackBounds,

    /// <summary>Bytes of the stack are written before they are read.</summary>
    UninitializedStack,

    /// <summary>A pointer on the stack is written and read as a whole.</summary>
    SpilledPointer,

    /// <summary>A pointer to a function's own stack does not outlive the function.</summary>
    StackPointerEscape,

    /// <summary>Accesses to the packet lie before its end, which a comparison has shown.</summary>
    PacketBounds,

    /// <summary>Programs of this type may write to the packet.</summary>
    PacketWrite,

    /// <summary>Packets are read in the legacy way with the context in r6, by programs that may.</summary>
    LegacyPacketLoad,

    /// <summary>Accesses to a map's value lie within it.</summary>
    MapValueBounds,

    /// <summary>A map is read and written as its flags allow.</summary>
    MapAccess,

    /// <summary>Locks, timers and the like in a map's value are not read or written.</summary>
    SpecialField,

    /// <summary>Accesses to memory of known size lie within it.</summary>
    MemoryBounds,

    /// <summary>Memory that can only be read is not written to.</summary>
    ReadOnlyMemory,

    /// <summary>The context is read and written where its fields are.</summary>
    ContextAccess,

    /// <summary>The context's pointer is used as it was given.</summary>
    ContextPointer,

    /// <summary>Atomic operations work on the stack, maps and memory.</summary>
    AtomicTarget,

    /// <summary>Without privileges no address leaves the program.</summary>
    PointerLeak,

    /// <summary>A helper that is called exists, and programs of this type may call it.</summary>
    Helper,

    /// <summary>Some helpers are for programs under a licence that is compatible with the GPL.</summary>
    License,

    /// <summary>An argument is what the helper takes.</summary>
    ArgumentType,

    /// <summary>A size that a helper gets is bounded, not negative, and not 0 where that is not allowed.</summary>
    ArgumentSize,

    /// <summary>A helper works on maps of the types that it is for.</summary>
    HelperMap,

    /// <summary>A constant text lies in a frozen map and ends with a zero, and a format is one.</summary>
    ConstantText,

    /// <summary>A callback is a static function of the program whose types are known, and returns 0 or 1.</summary>
    Callback,

    /// <summary>A global function gets what its types say, and they say numbers, the context or memory.</summary>
    GlobalFunction,

    /// <summary>A function of the kernel may be called by this program.</summary>
    KernelFunction,

    /// <summary>What is acquired is released before the program ends.</summary>
    ReferenceLeak,

    /// <summary>What is released was acquired and is as it was given.</summary>
    Release,

    /// <summary>One spin lock is held at a time, of a map's value, and is released before the program ends.</summary>
    SpinLock,

    /// <summary>While a lock is held nothing is called but what may be.</summary>
    CallUnderLock,

    /// <summary>A loop comes to an end.</summary>
    InfiniteLoop,

    /// <summary>At most a million instructions are gone through to find out.</summary>
    Complexity,

    /// <summary>The program and its functions return a number, in the range of the program's type.</summary>
    ReturnValue,

    /// <summary>What this verifier does not know yet.</summary>
    NotSupported,
}
