using System.Reflection;
using System.Reflection.Emit;
using Saker.Bpf.Interpretation;

namespace Saker.Bpf.Compilation;

/// <content>
/// Accesses to memory. Most of those that are looked up are to the packet, or to the argument: where it lies is in local variables, so that they cost a subtraction and a
/// comparison. Others are asked of the CPU, apart from the path that is straight on.
/// </content>
internal abstract partial class MethodEmitter
{
    private readonly AccessPlan _plan;
    private readonly Dictionary<(int Offset, int Size), LocalBuilder> _variables = [];
    private readonly Dictionary<(int Size, bool Writes), LocalBuilder> _places = [];
    private LocalBuilder? _frameEnd;
    private LocalBuilder? _context;
    private LocalBuilder? _packet;
    private LocalBuilder? _nearAddress;
    private LocalBuilder? _nearMemory;
    private LocalBuilder? _offset;
    private LocalBuilder? _found;

    private LocalBuilder Offset => _offset ??= _il.Local("offset");

    private LocalBuilder Found => _found ??= _il.Local("found");

    /// <summary>Where the frame ends, in memory; null: it is not used there.</summary>
    protected LocalBuilder? FrameEnd
    {
        get => _frameEnd;
        set => _frameEnd = value;
    }

    /// <summary>How the method reaches memory.</summary>
    protected AccessPlan Plan => _plan;

    /// <summary>Makes parts of the frame local variables, which begin with zeros.</summary>
    protected void EmitVariables()
    {
        foreach ((int offset, int size) in _plan.Variables)
        {
            LocalBuilder variable = _il.Local($"stack{offset}");
            _variables.Add((offset, size), variable);
            _il.Constant(0UL);
            _il.Emit(OpCodes.Stloc, variable);
        }
    }

    /// <summary>Loads where the context is, if it is wanted.</summary>
    protected void EmitContextBlock()
    {
        if (_plan.UsesContext)
        {
            _context = _il.Local("context");
            _il.Argument(CpuArgument);
            _il.Emit(OpCodes.Ldfld, Members.ContextBlock);
            _il.Emit(OpCodes.Stloc, _context);
        }
    }

    /// <summary>Where the packet lies may have changed.</summary>
    protected void ReloadNear()
    {
        if (_plan.UsesPacket)
        {
            _packet ??= _il.Local("packet");
            _il.Argument(CpuArgument);
            _il.Emit(OpCodes.Ldfld, Members.ContextBlock);
            AddConstant(_unit.Layout!.Data.Native);
            _il.Emit(OpCodes.Ldind_I8);
            _il.Emit(OpCodes.Stloc, _packet);
        }

        if (_plan.LookUps.Count == 0)
        {
            return;
        }

        _nearAddress ??= _il.Local("nearAddress");
        _nearMemory ??= _il.Local("nearMemory");
        LoadNearField(Members.RegionAddress, _nearAddress);
        LoadNearField(Members.RegionMemory, _nearMemory);
        foreach ((int size, bool writes) in _plan.LookUps)
        {
            if (!_places.TryGetValue((size, writes), out LocalBuilder? places))
            {
                places = _il.Local($"{(writes ? "write" : "read")}{size}");
                _places.Add((size, writes), places);
            }

            _il.Argument(CpuArgument);
            _il.Emit(OpCodes.Ldflda, Members.Near);
            _il.Constant(size);
            _il.Call(Members.Support(writes ? nameof(CompiledSupport.WritablePlaces) : nameof(CompiledSupport.Places)));
            _il.Emit(OpCodes.Stloc, places);
        }
    }

    private void LoadNearField(MethodInfo getter, LocalBuilder local)
    {
        _il.Argument(CpuArgument);
        _il.Emit(OpCodes.Ldflda, Members.Near);
        _il.Call(getter);
        _il.Emit(OpCodes.Stloc, local);
    }

    private void LoadFrame(long offset)
    {
        _il.Emit(OpCodes.Ldloc, _frameEnd!);
        AddConstant(offset);
    }

    private void LoadAddress(CodeInstruction access)
    {
        Load(access.Base);
        AddConstant(access.Offset);
    }

    private void AddConstant(long number)
    {
        if (number != 0)
        {
            _il.Constant((ulong)number);
            _il.Emit(OpCodes.Add);
        }
    }

    private void EmitLoad(CodeInstruction load)
    {
        switch (load.Operation)
        {
            case BpfOperation.LoadAcquire:
                EmitAligned(load, () => EmitRead(load));
                break;
            case BpfOperation.Load when LoadsPointer(load) is { } native:
                Load(load.Source);
                AddConstant(native - _state[load.Source].Number);
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

    /// <summary>Without checks, the fields of a context that stand for pointers give them as they are.</summary>
    private int? LoadsPointer(CodeInstruction load)
    {
        Knowledge place = _state[load.Source];
        if (!IsChecked && place.Kind == KnownAs.Context && load.Size == sizeof(uint) && _unit.Layout is { } layout)
        {
            foreach (ContextPointer pointer in layout.Pointers)
            {
                if (pointer.Offset == place.Number + load.Offset)
                {
                    return pointer.Native;
                }
            }
        }

        return null;
    }

    private bool MayLoadPointer(CodeInstruction load) =>
        !IsChecked && _unit.Layout is not null && load.Size == sizeof(uint)
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

    /// <summary>Writes an access: what uses memory finds its address on the stack. It may be written twice.</summary>
    private void EmitAccess(CodeInstruction access, Action use)
    {
        switch (_plan.RouteOf(access, _state))
        {
            case AccessRoute.Frame:
                LoadFrame(_state[access.Base].Number + access.Offset);
                use();
                break;
            case AccessRoute.Context:
                _il.Emit(OpCodes.Ldloc, _context!);
                AddConstant(_state[access.Base].Number + access.Offset);
                use();
                break;
            case AccessRoute.Packet:
                _il.Emit(OpCodes.Ldloc, _packet!);
                AddConstant(_state[access.Base].Number + access.Offset);
                use();
                break;
            case AccessRoute.Direct:
                LoadAddress(access);
                use();
                break;
            default:
                EmitLookedUp(access, use);
                break;
        }
    }

    private void EmitLookedUp(CodeInstruction access, Action use)
    {
        Label slow = _il.NewLabel(), done = _il.NewLabel();
        LoadAddress(access);
        _il.Emit(OpCodes.Ldloc, _nearAddress!);
        _il.Emit(OpCodes.Sub);
        _il.Emit(OpCodes.Stloc, Offset);
        _il.Emit(OpCodes.Ldloc, Offset);
        _il.Emit(OpCodes.Ldloc, _places[(access.Size, access.Writes)]);
        _il.Emit(OpCodes.Bge_Un, slow);
        _il.Emit(OpCodes.Ldloc, _nearMemory!);
        _il.Emit(OpCodes.Ldloc, Offset);
        _il.Emit(OpCodes.Add);
        use();
        _il.Mark(done);
        KnownState state = _state.Copy();
        _slowPaths.Add(() =>
        {
            _state = state;
            _il.Mark(slow);
            EmitFind(access);
            _il.Emit(OpCodes.Ldloc, Found);
            use();
            _il.Emit(OpCodes.Br, done);
        });
    }

    /// <summary>Asks for the memory of an access.</summary>
    private void EmitFind(CodeInstruction access) => EmitFind(() => LoadAddress(access), access.Size, access.Slot, access.Writes);

    private void EmitFind(Action loadAddress, int size, int slot, bool writes)
    {
        _il.Argument(CpuArgument);
        loadAddress();
        _il.Constant(size);
        _il.Constant(slot);
        _il.Call(Members.Support(writes ? nameof(CompiledSupport.Write) : nameof(CompiledSupport.Read)));
        _il.Emit(OpCodes.Stloc, Found);
        _il.Emit(OpCodes.Ldloc, Found);
        _il.Emit(OpCodes.Brfalse, _stopped);
    }

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

        if (IsChecked && access.Size > 1)
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
