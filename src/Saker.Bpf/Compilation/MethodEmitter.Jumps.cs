using System.Reflection.Emit;

namespace Saker.Bpf.Compilation;

/// <content>Jumps, and the budget that is taken from where they go back.</content>
internal abstract partial class MethodEmitter
{
    private void EmitJump(CodeInstruction instruction)
    {
        Label target = LabelOf(_unit.BlockAt(instruction.Target));
        if (GoesBack(instruction) && _budget is not null)
        {
            target = BackwardPath(instruction, target);
        }

        switch (instruction.Operation)
        {
            case BpfOperation.Goto:
                _il.Emit(OpCodes.Br, target);
                break;
            case BpfOperation.MayGoto:
                _il.Emit(OpCodes.Ldloc, _loops!);
                _il.Constant(0UL);
                _il.Emit(OpCodes.Beq, target);
                _il.Emit(OpCodes.Ldloc, _loops!);
                _il.Constant(1UL);
                _il.Emit(OpCodes.Sub);
                _il.Emit(OpCodes.Stloc, _loops!);
                break;
            default:
                EmitComparison(instruction, target);
                break;
        }
    }

    /// <summary>
    /// The budget pays for all instructions between the target and the jump: more than were done where some were jumped over. A jump that is always made pays in place; of
    /// others the way back lies apart.
    /// </summary>
    private Label BackwardPath(CodeInstruction instruction, Label target)
    {
        Label path = _il.NewLabel(), exhausted = _il.NewLabel();
        void Pay()
        {
            _il.Emit(OpCodes.Ldloc, _budget!);
            _il.Constant((ulong)(instruction.Next - instruction.Target));
            _il.Emit(OpCodes.Sub);
            _il.Emit(OpCodes.Stloc, _budget!);
            _il.Emit(OpCodes.Ldloc, _budget!);
            _il.Constant(0UL);
            _il.Emit(OpCodes.Blt, exhausted);
        }

        _slowPaths.Add(() => EmitStop(exhausted, RunFaultKind.BudgetExhausted, instruction.Slot));
        if (instruction.Operation == BpfOperation.Goto)
        {
            Pay();
            return target;
        }

        _slowPaths.Add(() =>
        {
            _il.Mark(path);
            Pay();
            _il.Emit(OpCodes.Br, target);
        });
        return path;
    }

    private void EmitComparison(CodeInstruction instruction, Label target)
    {
        Load(instruction.Destination);
        NarrowIf(instruction.Description.Is32Bit);
        LoadSecondOperand(instruction, isRegister: instruction.Form == InstructionForm.JumpIfRegister);

        if (instruction.Operation == BpfOperation.BitsSet)
        {
            _il.Emit(OpCodes.And);
            _il.Emit(OpCodes.Brtrue, target);
            return;
        }

        _il.Emit(
            instruction.Operation switch
            {
                BpfOperation.Equal => OpCodes.Beq,
                BpfOperation.NotEqual => OpCodes.Bne_Un,
                BpfOperation.Greater => OpCodes.Bgt_Un,
                BpfOperation.GreaterOrEqual => OpCodes.Bge_Un,
                BpfOperation.Less => OpCodes.Blt_Un,
                BpfOperation.LessOrEqual => OpCodes.Ble_Un,
                BpfOperation.GreaterSigned => OpCodes.Bgt,
                BpfOperation.GreaterOrEqualSigned => OpCodes.Bge,
                BpfOperation.LessSigned => OpCodes.Blt,
                _ => OpCodes.Ble,
            },
            target);
    }

    /// <summary>What others have left of the budget is counted in a local variable again.</summary>
    protected void ReloadBudget()
    {
        if (_budget is not null)
        {
            _il.Argument(CpuArgument);
            _il.Emit(OpCodes.Ldfld, Members.Budget);
            _il.Emit(OpCodes.Stloc, _budget);
        }
    }

    /// <summary>Others get to see what is left of the budget.</summary>
    protected void FlushBudget()
    {
        if (_budget is not null)
        {
            _il.Argument(CpuArgument);
            _il.Emit(OpCodes.Ldloc, _budget);
            _il.Emit(OpCodes.Stfld, Members.Budget);
        }
    }
}
