using System.Reflection;
using System.Reflection.Emit;

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
}
