using System.Reflection.Emit;

namespace Saker.Bpf.Compilation;

/// <content>Calls of helpers and functions. They leave zeros in r1 to r5, so that no register of a caller lives across a call for nothing.</content>
internal abstract partial class MethodEmitter
{
    private void EmitHelperCall(CodeInstruction instruction)
    {
        FlushBudget();
        _il.Argument(LinksArgument);
        _il.Emit(OpCodes.Ldfld, Members.Helpers);
        _il.Constant(_unit.NumberOfHelper(instruction.Description.Form == InstructionForm.CallKernel ? -(int)instruction.Immediate : (int)instruction.Immediate));
        _il.Emit(OpCodes.Ldelem_Ref);
        _il.Argument(CpuArgument);
        LoadArguments();
        _il.Call(Members.CallHelper);
        Store(0);
        Label stopped = _il.NewLabel();
        _il.Argument(CpuArgument);
        _il.Call(Members.IsStopped);
        _il.Emit(OpCodes.Brtrue, stopped);
        _slowPaths.Add(() =>
        {
            _il.Mark(stopped);
            _il.Argument(CpuArgument);
            _il.Constant(instruction.Slot);
            _il.Call(Members.Support(nameof(CompiledSupport.StopAt)));
            _il.Emit(OpCodes.Br, _stopped);
        });
        EndCall();
    }

    private void EmitFunctionCall(CodeInstruction instruction)
    {
        FlushBudget();
        Label tooDeep = _il.NewLabel();
        if (IsChecked)
        {
            _il.Argument(CpuArgument);
            _il.Emit(OpCodes.Ldfld, Members.Depth);
            _il.Constant(AddressSpace.MaximumFrames - 1);
            _il.Emit(OpCodes.Beq, tooDeep);
            _slowPaths.Add(() => EmitStop(tooDeep, RunFaultKind.CallsTooDeep, instruction.Slot));
            ChangeDepth(OpCodes.Add);
        }

        _il.Argument(LinksArgument);
        _il.Argument(CpuArgument);
        LoadArguments();
        _il.Call(_unit.MethodOf(instruction.Target));
        Store(0);
        if (IsChecked)
        {
            ChangeDepth(OpCodes.Sub);
        }

        EmitReturnIfStopped();
        EndCall();
    }

    private void EmitRegisterCall(CodeInstruction instruction)
    {
        FlushBudget();
        _il.Argument(LinksArgument);
        _il.Argument(CpuArgument);
        Load(instruction.Destination);
        LoadArguments();
        _il.Constant(instruction.Slot);
        _il.Call(Members.Support(nameof(CompiledSupport.CallByRegister)));
        Store(0);
        EmitReturnIfStopped();
        EndCall();
    }

    private void EmitReturnIfStopped()
    {
        _il.Argument(CpuArgument);
        _il.Call(Members.IsStopped);
        _il.Emit(OpCodes.Brtrue, _stopped);
    }

    private void ChangeDepth(OpCode operation)
    {
        _il.Argument(CpuArgument);
        _il.Argument(CpuArgument);
        _il.Emit(OpCodes.Ldfld, Members.Depth);
        _il.Constant(1);
        _il.Emit(operation);
        _il.Emit(OpCodes.Stfld, Members.Depth);
    }

    private void LoadArguments()
    {
        for (int register = 1; register <= 5; register++)
        {
            Load(register);
        }
    }

    private void EndCall()
    {
        for (int register = 1; register <= 5; register++)
        {
            _il.Constant(0UL);
            Store(register);
        }

        ReloadBudget();
        ReloadNear();
    }
}
