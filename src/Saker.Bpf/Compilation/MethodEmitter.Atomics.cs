using System.Reflection;
using System.Reflection.Emit;
using Saker.Bpf.Interpretation;

namespace Saker.Bpf.Compilation;

/// <content>Accesses that other threads see whole: they must be aligned.</content>
internal abstract partial class MethodEmitter
{
    /// <summary>Writes an access that must be aligned.</summary>
    private void EmitAligned(CodeInstruction access, Action use)
    {
        if (_plan.RouteOf(access, _state) == AccessRoute.LookedUp)
        {
            EmitFind(access);
        }
        else
        {
            EmitAccess(access, () => _il.Emit(OpCodes.Stloc, Found));
        }

        if (access.Size > 1 && (IsChecked || _unit.Proof?.MayBeMisaligned(access.Slot) == true))
        {
            Label misaligned = _il.NewLabel();
            _il.Emit(OpCodes.Ldloc, Found);
            _il.Constant((ulong)(access.Size - 1));
            _il.Emit(OpCodes.And);
            _il.Emit(OpCodes.Brtrue, misaligned);
            _slowPaths.Add(() =>
            {
                _il.Mark(misaligned);
                _il.Argument(CpuArgument);
                _il.Constant((int)RunFaultKind.Misaligned);
                _il.Constant(access.Slot);
                LoadAddress(access);
                _il.Constant(access.Size);
                _il.Call(Members.Support(nameof(CompiledSupport.Stop)));
                _il.Emit(OpCodes.Br, _stopped);
            });
        }

        _il.Emit(OpCodes.Ldloc, Found);
        use();
    }

    private void EmitAtomic(CodeInstruction atomic) => EmitAligned(atomic, () =>
    {
        bool is64Bit = atomic.Size == sizeof(ulong);
        Load(atomic.Source);
        NarrowIf(!is64Bit);
        if (atomic.Form == InstructionForm.AtomicCompare)
        {
            Load(0);
            NarrowIf(!is64Bit);
            _il.Call(Members.Support(is64Bit ? nameof(CompiledSupport.Exchange64) : nameof(CompiledSupport.Exchange32)));
        }
        else
        {
            _il.Call(AtomicMethod(atomic.Operation, is64Bit ? nameof(IAtomic.Do64) : nameof(IAtomic.Do32)));
        }

        if (atomic.Form == InstructionForm.Atomic)
        {
            _il.Emit(OpCodes.Pop);
        }
        else
        {
            _il.Emit(OpCodes.Conv_U8);
            Store(atomic.Form == InstructionForm.AtomicCompare ? 0 : atomic.Source);
        }
    });

    private static MethodInfo AtomicMethod(BpfOperation operation, string name) => operation switch
    {
        BpfOperation.Add => Members.Method(typeof(AtomicAdd), name),
        BpfOperation.Or => Members.Method(typeof(AtomicOr), name),
        BpfOperation.And => Members.Method(typeof(AtomicAnd), name),
        BpfOperation.Xor => Members.Method(typeof(AtomicXor), name),
        _ => Members.Method(typeof(AtomicExchange), name),
    };
}
