using System.Reflection;
using System.Reflection.Emit;
using Saker.Bpf.Interpretation;

namespace Saker.Bpf.Compilation;

/// <content>Arithmetic.</content>
internal abstract partial class MethodEmitter
{
    private const string Of64 = nameof(IArithmetic.Of64), Of32 = nameof(IArithmetic.Of32);

    private void EmitArithmetic(CodeInstruction instruction)
    {
        bool is32Bit = instruction.Description.Is32Bit;
        if (instruction.Operation is not (BpfOperation.Move or BpfOperation.MoveSigned))
        {
            Load(instruction.Destination);
            NarrowIf(is32Bit);
        }

        LoadSecondOperand(instruction, isRegister: instruction.Form == InstructionForm.ArithmeticRegister);
        EmitOperation(instruction);
        if (is32Bit)
        {
            Store32(instruction.Destination);
        }
        else
        {
            Store(instruction.Destination);
        }
    }

    /// <summary>Loads what stands on the right side of an operation or comparison, at its width.</summary>
    private void LoadSecondOperand(CodeInstruction instruction, bool isRegister)
    {
        bool is32Bit = instruction.Description.Is32Bit;
        if (isRegister)
        {
            Load(instruction.Source);
            NarrowIf(is32Bit);
        }
        else if (is32Bit)
        {
            _il.Constant((int)instruction.Immediate);
        }
        else
        {
            _il.Constant((ulong)instruction.Immediate);
        }
    }

    private void NarrowIf(bool is32Bit)
    {
        if (is32Bit)
        {
            _il.Emit(OpCodes.Conv_U4);
        }
    }

    private void EmitOperation(CodeInstruction instruction)
    {
        switch (instruction.Operation)
        {
            case BpfOperation.Move:
                break;
            case BpfOperation.MoveSigned:
                _il.Emit(instruction.Description.Width switch { 8 => OpCodes.Conv_I1, 16 => OpCodes.Conv_I2, _ => OpCodes.Conv_I4 });
                if (!instruction.Description.Is32Bit)
                {
                    _il.Emit(OpCodes.Conv_I8);
                }

                break;
            case BpfOperation.ShiftLeft or BpfOperation.ShiftRight or BpfOperation.ShiftRightSigned:
                EmitShift(instruction);
                break;
            case BpfOperation.Divide or BpfOperation.Modulo or BpfOperation.DivideSigned or BpfOperation.ModuloSigned:
                EmitDivision(instruction);
                break;
            default:
                _il.Emit(instruction.Operation switch
                {
                    BpfOperation.Add => OpCodes.Add,
                    BpfOperation.Subtract => OpCodes.Sub,
                    BpfOperation.Multiply => OpCodes.Mul,
                    BpfOperation.Or => OpCodes.Or,
                    BpfOperation.And => OpCodes.And,
                    _ => OpCodes.Xor,
                });
                break;
        }
    }

    /// <summary>The low bits of the operand count; where they are masked, the runtime knows that the processor does it by itself.</summary>
    private void EmitShift(CodeInstruction instruction)
    {
        int mask = instruction.Description.Is32Bit ? 31 : 63;
        if (!instruction.Description.Is32Bit)
        {
            _il.Emit(OpCodes.Conv_I4);
        }

        _il.Constant(mask);
        _il.Emit(OpCodes.And);
        _il.Emit(instruction.Operation switch
        {
            BpfOperation.ShiftLeft => OpCodes.Shl,
            BpfOperation.ShiftRight => OpCodes.Shr_Un,
            _ => OpCodes.Shr,
        });
    }

    /// <summary>Where the divisor is known and neither 0 nor -1 dividing is plain division, which the runtime turns into multiplication.</summary>
    private void EmitDivision(CodeInstruction instruction)
    {
        bool isConstant = instruction.Form == InstructionForm.ArithmeticConstant;
        if (isConstant && (int)instruction.Immediate is not (0 or -1))
        {
            _il.Emit(instruction.Operation switch
            {
                BpfOperation.Divide => OpCodes.Div_Un,
                BpfOperation.Modulo => OpCodes.Rem_Un,
                BpfOperation.DivideSigned => OpCodes.Div,
                _ => OpCodes.Rem,
            });
            return;
        }

        string name = instruction.Description.Is32Bit ? Of32 : Of64;
        MethodInfo method = instruction.Operation switch
        {
            BpfOperation.Divide => Members.Method(typeof(Quotient), name),
            BpfOperation.Modulo => Members.Method(typeof(Remainder), name),
            BpfOperation.DivideSigned => Members.Method(typeof(SignedQuotient), name),
            _ => Members.Method(typeof(SignedRemainder), name),
        };
        _il.Call(method);
    }

    /// <summary>Rotates in one instruction of the processor; the shifts before it, if nobody else reads what they give, are left out by the runtime.</summary>
    private void EmitRotation(CodeInstruction instruction, byte source, int bits)
    {
        bool is32Bit = instruction.Description.Is32Bit;
        Load(source);
        NarrowIf(is32Bit);
        _il.Constant(bits);
        _il.Call(Members.Support(is32Bit ? nameof(CompiledSupport.Rotate32) : nameof(CompiledSupport.Rotate64)));
        if (is32Bit)
        {
            Store32(instruction.Destination);
        }
        else
        {
            Store(instruction.Destination);
        }
    }

    private void EmitUnary(CodeInstruction instruction)
    {
        int width = instruction.Description.Width;
        Load(instruction.Destination);
        if (instruction.Operation == BpfOperation.Negate)
        {
            NarrowIf(width == 32);
            _il.Emit(OpCodes.Neg);
            if (width == 32)
            {
                _il.Emit(OpCodes.Conv_U8);
            }
        }
        else if (instruction.Operation == BpfOperation.SwapBytes || (instruction.Operation == BpfOperation.ToBigEndian) == BitConverter.IsLittleEndian)
        {
            _il.Call(Members.Support(width switch { 16 => nameof(CompiledSupport.Swap16), 32 => nameof(CompiledSupport.Swap32), _ => nameof(CompiledSupport.Swap64) }));
        }
        else if (width < 64)
        {
            _il.Emit(width == 16 ? OpCodes.Conv_U2 : OpCodes.Conv_U4);
            _il.Emit(OpCodes.Conv_U8);
        }

        Store(instruction.Destination);
    }
}
