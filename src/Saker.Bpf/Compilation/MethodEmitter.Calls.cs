using System.Reflection.Emit;

namespace Saker.Bpf.Compilation;

/// <content>Calls of helpers and functions. They leave zeros in r1 to r5, so that no register of a caller lives across a call for nothing.</content>
internal abstract partial class MethodEmitter
{
    private void EmitHelperCall(CodeInstruction instruction)
    {
        if (instruction.IsTailCall)
        {
            EmitTailCall(instruction);
            return;
        }

        BoundCall bound = _unit.Transfer.Bind(instruction, _state);
        if (bound.Kind != BoundCallKind.None)
        {
            EmitBoundCall(instruction, bound);
            ClearArguments();
            return;
        }

        FlushBudget();
        EmitHelper(instruction);
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

    /// <summary>A helper that is a static method is called as such, others by their delegate.</summary>
    private void EmitHelper(CodeInstruction instruction)
    {
        BpfHelper helper = _unit.HelperOf(instruction);
        bool isStatic = helper.HasSingleTarget && helper.Target is null;
        if (!isStatic)
        {
            _il.Argument(LinksArgument);
            _il.Emit(OpCodes.Ldfld, Members.Helpers);
            _il.Constant(_unit.NumberOf(helper));
            _il.Emit(OpCodes.Ldelem_Ref);
        }

        _il.Argument(CpuArgument);
        LoadArguments(RegisterUse.Reads(instruction));
        _il.Call(isStatic ? helper.Method : Members.CallHelper);
        Store(0);
    }

    /// <summary>The other program is called, and then the function ends: there are so few tail calls in a run that the thread's stack bears it.</summary>
    private void EmitTailCall(CodeInstruction instruction)
    {
        Label goesOn = _il.NewLabel();
        LocalBuilder value = _il.Local("value");
        FlushBudget();
        _il.Argument(CpuArgument);
        Load(1);
        Load(2);
        Load(3);
        _il.Constant(instruction.Slot);
        _il.Emit(OpCodes.Ldloca, value);
        _il.Emit(OpCodes.Conv_U);
        _il.Call(Members.Support(nameof(CompiledSupport.TryGoOn)));
        _il.Emit(OpCodes.Brfalse, goesOn);
        ReloadBudget();
        _il.Emit(OpCodes.Ldloc, value);
        Store(0);
        _il.Emit(OpCodes.Br, _exit);
        _il.Mark(goesOn);
        EmitReturnIfStopped();
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
            _il.Argument(CpuArgument);
            _il.Emit(OpCodes.Ldfld, Members.LastDepth);
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

    private void LoadArguments(uint registers = RegisterUse.Arguments)
    {
        for (int register = 1; register <= 5; register++)
        {
            if ((registers & (1u << register)) != 0)
            {
                Load(register);
            }
            else
            {
                _il.Constant(0UL);
            }
        }
    }

    private void EndCall()
    {
        ClearArguments();
        ReloadBudget();
        ReloadNear();
    }

    private void ClearArguments()
    {
        for (int register = 1; register <= 5; register++)
        {
            _il.Constant(0UL);
            Store(register);
        }
    }
}
