using Saker.Bpf.Verification.Speculation;
using Saker.Bpf.Verification.States;

namespace Saker.Bpf.Verification.Checking;

/// <summary>Arithmetic and moves.</summary>
internal sealed class ArithmeticChecker(VerifierEnvironment environment, MemoryChecker memory, SpeculativeArithmetic speculation)
{
    private const int BitsOfByte = 8;

    private readonly PointerArithmetic _pointers = new(environment, memory, speculation);

    /// <summary>Checks an instruction of the arithmetic classes.</summary>
    public void Check(in BpfInstruction slot, InstructionDescription description)
    {
        switch (description.Operation)
        {
            case BpfOperation.Move:
                Move(slot, description);
                break;
            case BpfOperation.MoveSigned:
                MoveSigned(slot, description);
                break;
            case BpfOperation.CastAddressSpace:
                environment.Refuse(VerifierRule.NotSupported, "address spaces (arenas) are not known to this verifier yet");
                break;
            case BpfOperation.Negate or BpfOperation.SwapBytes or BpfOperation.ToBigEndian or BpfOperation.ToLittleEndian:
                Change(slot, description);
                break;
            default:
                Combine(slot, description);
                break;
        }
    }

    private void Move(in BpfInstruction slot, InstructionDescription description)
    {
        if (description.Form == InstructionForm.ArithmeticConstant)
        {
            ulong constant = description.Is32Bit ? (uint)slot.Immediate : (ulong)slot.Immediate;
            environment.Write(slot.Destination, RegisterState.Constant(constant));
            return;
        }

        RegisterState source = environment.Read(slot.Source);
        if (!description.Is32Bit)
        {
            environment.Write(slot.Destination, memory.Stack.Relate(slot.Source));
            return;
        }

        RefuseSecret(slot.Source, source);
        if (!source.IsScalar)
        {
            environment.Write(slot.Destination, RegisterState.Number(ScalarValue.Unknown.ZeroExtend(4)));
            return;
        }

        bool isSame = source.Value.UnsignedMaximum <= uint.MaxValue;
        if (isSame)
        {
            source = memory.Stack.Relate(slot.Source);
        }
        else
        {
            source.Detach();
        }

        source.Value = ScalarArithmetic.Apply(BpfOperation.Move, is64: false, source.Value, source.Value);
        environment.Write(slot.Destination, source);
    }

    private void MoveSigned(in BpfInstruction slot, InstructionDescription description)
    {
        RegisterState source = environment.Read(slot.Source);
        RefuseSecret(slot.Source, source);
        if (!source.IsScalar)
        {
            environment.Write(slot.Destination, description.Is32Bit ? RegisterState.Number(ScalarValue.Unknown.ZeroExtend(4)) : RegisterState.Unknown);
            return;
        }

        bool isSame = source.Value.UnsignedMaximum < 1ul << (description.Width - 1);
        if (isSame)
        {
            source = memory.Stack.Relate(slot.Source);
        }
        else
        {
            source.Detach();
        }

        source.Value = ScalarArithmetic.MoveSigned(!description.Is32Bit, source.Value, description.Width / BitsOfByte);
        environment.Write(slot.Destination, source);
    }

    /// <summary>A change of the destination alone.</summary>
    private void Change(in BpfInstruction slot, InstructionDescription description)
    {
        RegisterState register = environment.Read(slot.Destination);
        RefuseSecret(slot.Destination, register);
        ScalarValue value = register.IsScalar ? register.Value : ScalarValue.Unknown;
        value = description.Operation == BpfOperation.Negate
            ? ScalarArithmetic.Apply(description.Operation, !description.Is32Bit, value, value)
            : ScalarArithmetic.ChangeByteOrder(description.Operation, value, description.Width);
        environment.Write(slot.Destination, RegisterState.Number(value));
    }

    private void Combine(in BpfInstruction slot, InstructionDescription description)
    {
        bool isConstant = description.Form == InstructionForm.ArithmeticConstant;
        RegisterState right = isConstant ? RegisterState.Constant((ulong)slot.Immediate) : environment.Read(slot.Source);
        RegisterState left = environment.Read(slot.Destination);
        if (isConstant)
        {
            RefuseConstants(slot, description);
        }

        if (left.IsPointer || right.IsPointer)
        {
            CombinePointers(slot, description, left, right);
            return;
        }

        speculation.CheckNumbers(description);
        if (ScalarLogic.TrySplit(description.Operation, left.Value, right.Value, out ScalarValue zeros, out ScalarValue ones))
        {
            // Both ways are followed, as if it were a jump.
            environment.Push(environment.Instruction).OwnRegister(slot.Destination) = left with { Value = zeros };
            left = left with { Value = ones };
        }

        RegisterState result = RegisterState.Number(ScalarArithmetic.Apply(description.Operation, !description.Is32Bit, left.Value, right.Value));
        bool isItself = description.Form == InstructionForm.ArithmeticRegister && slot.Destination == slot.Source;
        if (environment.IsCapable && !isItself && DistanceOf(description, left, right) is { } distance)
        {
            result.Id = left.Id;
            result.Traits = description.Is32Bit ? RegisterTraits.Displaced32 : RegisterTraits.Displaced;
            result.Offset = distance;
        }

        environment.Write(slot.Destination, result);
    }

    /// <summary>Compilers compare one register and use another that is so much more: the distance is kept. Null: there is none.</summary>
    private static int? DistanceOf(InstructionDescription description, in RegisterState left, in RegisterState right)
    {
        bool isSum = description.Operation is BpfOperation.Add or BpfOperation.Subtract;
        bool isConstant = description.Is32Bit ? right.Value.IsConstant32 : right.Value.IsConstant;
        if (!isSum || !isConstant || left.Id == 0 || left.IsDisplaced || (description.Is32Bit && left.Value.UnsignedMaximum > uint.MaxValue))
        {
            return null;
        }

        long added = description.Is32Bit ? (int)right.Value.ConstantValue : (long)right.Value.ConstantValue;
        bool isNegated = description.Operation == BpfOperation.Subtract;
        return added is < int.MinValue or > int.MaxValue || (isNegated && added == int.MinValue) ? null : (int)(isNegated ? -added : added);
    }

    private void RefuseConstants(in BpfInstruction slot, InstructionDescription description)
    {
        switch (description.Operation)
        {
            case BpfOperation.Divide or BpfOperation.DivideSigned or BpfOperation.Modulo or BpfOperation.ModuloSigned when slot.Immediate == 0:
                environment.Refuse(VerifierRule.DivisionByZero, "it divides by the constant 0");
                break;
            case BpfOperation.ShiftLeft or BpfOperation.ShiftRight or BpfOperation.ShiftRightSigned when (uint)slot.Immediate >= description.Width:
                environment.Refuse(VerifierRule.Shift, $"it shifts a number of {description.Width} bits by {slot.Immediate}");
                break;
        }
    }

    private void CombinePointers(in BpfInstruction slot, InstructionDescription description, in RegisterState left, in RegisterState right)
    {
        if (left.IsPointer && right.IsPointer)
        {
            if (description.Operation != BpfOperation.Subtract || !environment.IsPrivileged)
            {
                environment.Refuse(
                    VerifierRule.PointerArithmetic,
                    $"{VerifierEnvironment.NameOf(slot.Destination)} holds {left} and {VerifierEnvironment.NameOf(slot.Source)} {right}: of two pointers only the difference can be had, with privileges");
            }

            environment.Write(slot.Destination, RegisterState.Unknown);
            return;
        }

        if (left.IsPointer)
        {
            if (description.Form == InstructionForm.ArithmeticRegister)
            {
                environment.Precision.MarkRegister(slot.Source);
            }

            _pointers.Apply(slot.Destination, description, left, right, isSwapped: false);
        }
        else
        {
            environment.Precision.MarkRegister(slot.Destination);
            _pointers.Apply(slot.Destination, description, right, left, isSwapped: true);
        }
    }

    private void RefuseSecret(int register, in RegisterState state)
    {
        if (environment.IsSecret(state))
        {
            environment.Refuse(VerifierRule.PointerLeak, $"{VerifierEnvironment.NameOf(register)} holds {state}, and a part of an address is for those with privileges");
        }
    }
}
