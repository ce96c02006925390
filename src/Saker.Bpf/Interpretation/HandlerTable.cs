using static Saker.Bpf.Interpretation.AtomicHandlers;
using static Saker.Bpf.Interpretation.CallHandlers;
using static Saker.Bpf.Interpretation.ComputationHandlers;
using static Saker.Bpf.Interpretation.MemoryHandlers;
using unsafe Handler = delegate*<Saker.Bpf.BpfCpu, Saker.Bpf.Interpretation.DecodedInstruction*, Saker.Bpf.Interpretation.DecodedInstruction*>;

namespace Saker.Bpf.Interpretation;

/// <summary>Which function does which instruction.</summary>
internal static unsafe class HandlerTable
{
    /// <summary>Finds the function; null: the interpreter does not have the instruction.</summary>
    public static Handler For(InstructionDescription instruction) => instruction.Form switch
    {
        InstructionForm.ArithmeticConstant or InstructionForm.ArithmeticRegister => Arithmetic(instruction),
        InstructionForm.ArithmeticUnary => Unary(instruction),
        InstructionForm.Constant64 => &WideConstant,
        InstructionForm.PacketAbsolute => instruction.Width switch { 8 => &PacketAbsolute<Byte8>, 16 => &PacketAbsolute<Half16>, _ => &PacketAbsolute<Word32> },
        InstructionForm.PacketIndirect => instruction.Width switch { 8 => &PacketIndirect<Byte8>, 16 => &PacketIndirect<Half16>, _ => &PacketIndirect<Word32> },
        InstructionForm.MemoryLoad => Load(instruction),
        InstructionForm.MemoryStoreConstant => Pick(instruction.Width, &StoreConstant<Byte8>, &StoreConstant<Half16>, &StoreConstant<Word32>, &StoreConstant<Double64>),
        InstructionForm.MemoryStoreRegister => instruction.Operation == BpfOperation.StoreRelease
            ? Pick(instruction.Width, &StoreRelease<Byte8>, &StoreRelease<Half16>, &StoreRelease<Word32>, &StoreRelease<Double64>)
            : Pick(instruction.Width, &StoreRegister<Byte8>, &StoreRegister<Half16>, &StoreRegister<Word32>, &StoreRegister<Double64>),
        InstructionForm.Atomic or InstructionForm.AtomicFetch => Atomic(instruction),
        InstructionForm.AtomicCompare => instruction.Width == 64 ? &Compare64 : &Compare32,
        InstructionForm.JumpShort => instruction.Operation == BpfOperation.MayGoto ? &MayGoto : &Goto,
        InstructionForm.JumpLong => &Goto,
        InstructionForm.JumpIfConstant or InstructionForm.JumpIfRegister => Jump(instruction),
        InstructionForm.CallHelper => &Helper,
        InstructionForm.CallFunction => &Function,
        InstructionForm.CallKernel => &Kernel,
        InstructionForm.CallRegister => &ByRegister,
        InstructionForm.Exit => &Exit,
        _ => null,
    };

    private static Handler Arithmetic(InstructionDescription instruction) => instruction.Operation switch
    {
        BpfOperation.Add => Arithmetic<Sum>(instruction),
        BpfOperation.Subtract => Arithmetic<Difference>(instruction),
        BpfOperation.Multiply => Arithmetic<Product>(instruction),
        BpfOperation.Divide => Arithmetic<Quotient>(instruction),
        BpfOperation.DivideSigned => Arithmetic<SignedQuotient>(instruction),
        BpfOperation.Or => Arithmetic<Disjunction>(instruction),
        BpfOperation.And => Arithmetic<Conjunction>(instruction),
        BpfOperation.ShiftLeft => Arithmetic<LeftShift>(instruction),
        BpfOperation.ShiftRight => Arithmetic<RightShift>(instruction),
        BpfOperation.ShiftRightSigned => Arithmetic<SignedRightShift>(instruction),
        BpfOperation.Modulo => Arithmetic<Remainder>(instruction),
        BpfOperation.ModuloSigned => Arithmetic<SignedRemainder>(instruction),
        BpfOperation.Xor => Arithmetic<ExclusiveOr>(instruction),
        BpfOperation.Move => Arithmetic<Copy>(instruction),
        BpfOperation.MoveSigned => instruction.Width switch
        {
            8 => Arithmetic<SignedByteCopy>(instruction),
            16 => Arithmetic<SignedHalfCopy>(instruction),
            _ => Arithmetic<SignedWordCopy>(instruction),
        },
        _ => null,
    };

    private static Handler Arithmetic<T>(InstructionDescription instruction)
        where T : IArithmetic
        => instruction.Form == InstructionForm.ArithmeticConstant
            ? (instruction.Is32Bit ? &Constant32<T> : &Constant64<T>)
            : (instruction.Is32Bit ? &Register32<T> : &Register64<T>);

    private static Handler Unary(InstructionDescription instruction)
    {
        if (instruction.Operation == BpfOperation.Negate)
        {
            return instruction.Is32Bit ? &Unary<Negation32> : &Unary<Negation64>;
        }

        bool swaps = instruction.Operation == BpfOperation.SwapBytes || (instruction.Operation == BpfOperation.ToBigEndian) == BitConverter.IsLittleEndian;
        return instruction.Width switch
        {
            16 => swaps ? &Unary<Swap16> : &Unary<Cut16>,
            32 => swaps ? &Unary<Swap32> : &Unary<Cut32>,
            _ => swaps ? &Unary<Swap64> : &Unary<Cut64>,
        };
    }

    private static Handler Load(InstructionDescription instruction) => instruction.Operation switch
    {
        BpfOperation.LoadAcquire => Pick(instruction.Width, &LoadAcquire<Byte8>, &LoadAcquire<Half16>, &LoadAcquire<Word32>, &LoadAcquire<Double64>),
        BpfOperation.LoadSigned => Pick(instruction.Width, &Load<SignedByte8>, &Load<SignedHalf16>, &Load<SignedWord32>, null),
        _ => Pick(instruction.Width, &Load<Byte8>, &Load<Half16>, &Load<Word32>, &Load<Double64>),
    };

    private static Handler Atomic(InstructionDescription instruction) => instruction.Operation switch
    {
        BpfOperation.Add => Atomic<AtomicAdd>(instruction),
        BpfOperation.Or => Atomic<AtomicOr>(instruction),
        BpfOperation.And => Atomic<AtomicAnd>(instruction),
        BpfOperation.Xor => Atomic<AtomicXor>(instruction),
        _ => Atomic<AtomicExchange>(instruction),
    };

    private static Handler Atomic<T>(InstructionDescription instruction)
        where T : IAtomic
        => instruction.Form == InstructionForm.AtomicFetch
            ? (instruction.Width == 64 ? &Fetch64<T> : &Fetch32<T>)
            : (instruction.Width == 64 ? &Change64<T> : &Change32<T>);

    private static Handler Jump(InstructionDescription instruction) => instruction.Operation switch
    {
        BpfOperation.Equal => Jump<IsEqual>(instruction),
        BpfOperation.NotEqual => Jump<IsNotEqual>(instruction),
        BpfOperation.BitsSet => Jump<HasBitsSet>(instruction),
        BpfOperation.Greater => Jump<IsGreater>(instruction),
        BpfOperation.GreaterOrEqual => Jump<IsGreaterOrEqual>(instruction),
        BpfOperation.Less => Jump<IsLess>(instruction),
        BpfOperation.LessOrEqual => Jump<IsLessOrEqual>(instruction),
        BpfOperation.GreaterSigned => Jump<IsGreaterSigned>(instruction),
        BpfOperation.GreaterOrEqualSigned => Jump<IsGreaterOrEqualSigned>(instruction),
        BpfOperation.LessSigned => Jump<IsLessSigned>(instruction),
        _ => Jump<IsLessOrEqualSigned>(instruction),
    };

    private static Handler Jump<T>(InstructionDescription instruction)
        where T : IComparison
        => instruction.Form == InstructionForm.JumpIfConstant
            ? (instruction.Is32Bit ? &IfConstant32<T> : &IfConstant64<T>)
            : (instruction.Is32Bit ? &IfRegister32<T> : &IfRegister64<T>);

    private static Handler Pick(byte width, Handler width8, Handler width16, Handler width32, Handler width64) => width switch
    {
        8 => width8,
        16 => width16,
        32 => width32,
        _ => width64,
    };
}
