using System.Reflection.Emit;

namespace Saker.Bpf.Compilation;

/// <content>Loads and stores, those of legacy programs from the packet too.</content>
internal abstract partial class MethodEmitter
{
    private void EmitLoad(CodeInstruction load)
    {
        switch (load.Operation)
        {
            case BpfOperation.LoadAcquire:
                EmitAligned(load, () => EmitRead(load));
                break;
            case BpfOperation.Load when LoadsPointer(load) is { } distance:
                Load(load.Source);
                AddConstant(distance);
                _il.Emit(OpCodes.Ldind_I8);
                Store(load.Destination);
                break;
            case BpfOperation.Load when MayLoadPointer(load):
                EmitLoadOfUnknown(load);
                break;
            default:
                if (_plan.RouteOf(load, _state) == AccessRoute.Local)
                {
                    EmitLoadOfVariable(load);
                }
                else
                {
                    EmitAccess(load, () => EmitRead(load));
                }

                break;
        }
    }

    /// <summary>Without checks, the fields of a context that stand for pointers give them as they are: so far behind the address in the register.</summary>
    private long? LoadsPointer(CodeInstruction load)
    {
        if (IsChecked || load.Size != sizeof(uint) || _unit.Layout is not { } layout)
        {
            return null;
        }

        // A proven program reaches the context by the address that it was given.
        Knowledge place = _unit.Proof is not { } proof ? _state[load.Source] : proof.ReachesContext(load.Slot) ? new Knowledge(KnownAs.Context) : default;
        if (place.Kind == KnownAs.Context)
        {
            foreach (ContextPointer pointer in layout.Pointers)
            {
                if (pointer.Offset == place.Number + load.Offset)
                {
                    return pointer.Native - place.Number;
                }
            }
        }

        return null;
    }

    private bool MayLoadPointer(CodeInstruction load) =>
        !IsChecked && _unit is { Layout: not null, Proof: null } && load.Size == sizeof(uint)
            && (_state[load.Source].Kind == KnownAs.PerhapsContext || (_unit.ContextEscapes && _state[load.Source].Kind == KnownAs.Nothing));

    /// <summary>Where an address may be in the context or not, it is asked when the program runs.</summary>
    private void EmitLoadOfUnknown(CodeInstruction load)
    {
        Label slow = _il.NewLabel(), done = _il.NewLabel();
        LoadAddress(load);
        _il.Argument(CpuArgument);
        _il.Emit(OpCodes.Ldfld, Members.ContextBlock);
        _il.Emit(OpCodes.Sub);
        _il.Emit(OpCodes.Stloc, Offset);
        _il.Emit(OpCodes.Ldloc, Offset);
        _il.Constant((ulong)_unit.Layout!.Size);
        _il.Emit(OpCodes.Blt_Un, slow);
        LoadAddress(load);
        EmitRead(load);
        _il.Mark(done);
        _slowPaths.Add(() =>
        {
            _il.Mark(slow);
            _il.Argument(CpuArgument);
            _il.Emit(OpCodes.Ldloc, Offset);
            _il.Call(Members.Support(nameof(CompiledSupport.ReadContext)));
            Store(load.Destination);
            _il.Emit(OpCodes.Br, done);
        });
    }

    private LocalBuilder VariableOf(CodeInstruction access) => _variables[((int)_state[access.Base].Number + access.Offset, access.Size)];

    private void EmitLoadOfVariable(CodeInstruction load)
    {
        _il.Emit(OpCodes.Ldloc, VariableOf(load));
        if (load.Operation == BpfOperation.LoadSigned)
        {
            _il.Emit(load.Size switch { 1 => OpCodes.Conv_I1, 2 => OpCodes.Conv_I2, _ => OpCodes.Conv_I4 });
            _il.Emit(OpCodes.Conv_I8);
        }

        Store(load.Destination);
    }

    private void EmitRead(CodeInstruction load)
    {
        if (load.Operation == BpfOperation.LoadAcquire)
        {
            _il.Emit(OpCodes.Volatile);
        }

        if (load.Operation == BpfOperation.LoadSigned)
        {
            _il.Emit(load.Size switch { 1 => OpCodes.Ldind_I1, 2 => OpCodes.Ldind_I2, _ => OpCodes.Ldind_I4 });
            _il.Emit(OpCodes.Conv_I8);
        }
        else
        {
            _il.Emit(load.Size switch { 1 => OpCodes.Ldind_U1, 2 => OpCodes.Ldind_U2, 4 => OpCodes.Ldind_U4, _ => OpCodes.Ldind_I8 });
            _il.Emit(OpCodes.Conv_U8);
        }

        Store(load.Destination);
    }

    private void EmitStore(CodeInstruction store)
    {
        if (store.Operation == BpfOperation.StoreRelease)
        {
            EmitAligned(store, () =>
            {
                LoadStored(store);
                EmitWrite(store);
            });
        }
        else if (_plan.RouteOf(store, _state) == AccessRoute.Local)
        {
            LoadStored(store);
            if (store.Size < sizeof(ulong))
            {
                _il.Emit(store.Size switch { 1 => OpCodes.Conv_U1, 2 => OpCodes.Conv_U2, _ => OpCodes.Conv_U4 });
                _il.Emit(OpCodes.Conv_U8);
            }

            _il.Emit(OpCodes.Stloc, VariableOf(store));
        }
        else
        {
            EmitAccess(store, () =>
            {
                LoadStored(store);
                EmitWrite(store);
            });
        }
    }

    private void LoadStored(CodeInstruction store)
    {
        if (store.Form == InstructionForm.MemoryStoreConstant)
        {
            _il.Constant((ulong)store.Immediate);
        }
        else
        {
            Load(store.Source);
        }
    }

    private void EmitWrite(CodeInstruction store)
    {
        if (store.Size < sizeof(ulong))
        {
            _il.Emit(OpCodes.Conv_U4);
        }

        if (store.Operation == BpfOperation.StoreRelease)
        {
            _il.Emit(OpCodes.Volatile);
        }

        _il.Emit(store.Size switch { 1 => OpCodes.Stind_I1, 2 => OpCodes.Stind_I2, 4 => OpCodes.Stind_I4, _ => OpCodes.Stind_I8 });
    }

    /// <summary>A legacy load; where the packet has no such bytes the function ends and returns 0.</summary>
    private void EmitPacketLoad(CodeInstruction load)
    {
        Label present = _il.NewLabel();
        _il.Argument(CpuArgument);
        if (load.Form == InstructionForm.PacketIndirect)
        {
            Load(load.Source);
            _il.Emit(OpCodes.Conv_I4);
            _il.Constant((int)load.Immediate);
            _il.Emit(OpCodes.Add);
            _il.Emit(OpCodes.Conv_I8);
        }
        else
        {
            _il.Constant((ulong)load.Immediate);
        }

        _il.Constant(load.Size);
        _il.Call(Members.Support(nameof(CompiledSupport.InPacket)));
        _il.Emit(OpCodes.Stloc, Found);
        _il.Emit(OpCodes.Ldloc, Found);
        _il.Emit(OpCodes.Brtrue, present);
        _il.Constant(0UL);
        Store(0);
        _il.Emit(OpCodes.Br, _exit);
        _il.Mark(present);
        _il.Emit(OpCodes.Ldloc, Found);
        if (load.Size == 1)
        {
            _il.Emit(OpCodes.Ldind_U1);
            _il.Emit(OpCodes.Conv_U8);
        }
        else
        {
            _il.Call(Members.Support(load.Size == 2 ? nameof(CompiledSupport.Network16) : nameof(CompiledSupport.Network32)));
        }

        Store(0);
    }
}
