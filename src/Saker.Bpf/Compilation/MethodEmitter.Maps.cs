using System.Reflection.Emit;

namespace Saker.Bpf.Compilation;

/// <content>
/// Calls that are bound: of a map that is known when the program is compiled, and with keys that lie where the method knows. They change nothing that the method keeps in
/// local variables, and cannot stop the program.
/// </content>
internal abstract partial class MethodEmitter
{
    private LocalBuilder? _key;
    private LocalBuilder? _value;
    private LocalBuilder? _index;

    private LocalBuilder Key => _key ??= _il.Local("key");

    private LocalBuilder Value => _value ??= _il.Local("value");

    private LocalBuilder Index => _index ??= _il.Local(typeof(uint), "index");

    private void EmitBoundCall(CodeInstruction call, BoundCall bound)
    {
        foreach ((int register, int size) in bound.Reads())
        {
            LoadArgument(call, register, size);
            _il.Emit(OpCodes.Stloc, register == 2 ? Key : Value);
        }

        if (bound is { AlwaysFinds: true, Key: null })
        {
            EmitIndex();
        }

        switch (bound.Kind)
        {
            case BoundCallKind.Lookup when bound is { AlwaysFinds: true, Map: ArrayMap map }:
                EmitValueIn(map, bound.Key);
                break;
            case BoundCallKind.Lookup when bound is { AlwaysFinds: true, Map: PerCpuArrayMap map }:
                EmitValueIn(map, bound.Key);
                break;
            case BoundCallKind.Lookup when bound.Map is ArrayMap map:
                EmitLookupAt(map.MaximumEntries, () => EmitValueIn(map, key: null));
                break;
            case BoundCallKind.Lookup when bound.Map is PerCpuArrayMap map && _unit.Proof is not null:
                EmitLookupAt(map.MaximumEntries, () => EmitValueIn(map, key: null));
                break;
            case BoundCallKind.Lookup when bound.Map is PerCpuArrayMap map:
                EmitLookupInPerCpuArray(map);
                break;
            case BoundCallKind.Lookup:
                LoadMap(bound.Map!);
                _il.Emit(OpCodes.Ldloc, Key);
                LoadCpuNumber();
                _il.Call(Members.Support(bound.Map switch
                {
                    HashMap => nameof(CompiledSupport.FindInHash),
                    PerCpuHashMap => nameof(CompiledSupport.FindInPerCpuHash),
                    LruHashMap => nameof(CompiledSupport.FindInLruHash),
                    LruPerCpuHashMap => nameof(CompiledSupport.FindInLruPerCpuHash),
                    _ => nameof(CompiledSupport.Find),
                }));
                break;
            case BoundCallKind.Update:
                LoadMap(bound.Map!);
                _il.Emit(OpCodes.Ldloc, Key);
                _il.Emit(OpCodes.Ldloc, Value);
                Load(4);
                LoadCpuNumber();
                _il.Call(Members.Support(nameof(CompiledSupport.Update)));
                break;
            case BoundCallKind.Delete:
                LoadMap(bound.Map!);
                _il.Emit(OpCodes.Ldloc, Key);
                LoadCpuNumber();
                _il.Call(Members.Support(nameof(CompiledSupport.Delete)));
                break;
            default:
                EmitHelper(call);
                return;
        }

        Store(0);
    }

    private void LoadMap(BpfMap map)
    {
        _il.Argument(LinksArgument);
        _il.Emit(OpCodes.Ldfld, Members.Maps);
        _il.Constant(_unit.NumberOf(map));
        _il.Emit(OpCodes.Ldelem_Ref);
    }

    private void LoadCpuNumber()
    {
        _il.Argument(CpuArgument);
        _il.Call(Members.CpuNumber);
    }

    /// <summary>Leaves on the stack where bytes are that a call reads.</summary>
    private void LoadArgument(CodeInstruction call, int register, int size)
    {
        switch (_plan.RouteOf(_state[register], size, _state.PacketBytes))
        {
            case AccessRoute.Frame:
                _il.Emit(OpCodes.Ldloc, _frameEnd!);
                AddConstant(_state[register].Number);
                break;
            case AccessRoute.Context:
                _il.Emit(OpCodes.Ldloc, _context!);
                AddConstant(_state[register].Number);
                break;
            case AccessRoute.Packet:
                _il.Emit(OpCodes.Ldloc, _packet!);
                AddConstant(_state[register].Number);
                break;
            case AccessRoute.Direct:
                Load(register);
                break;
            default:
                EmitFind(() => Load(register), size, call.Slot, writes: false);
                _il.Emit(OpCodes.Ldloc, Found);
                break;
        }
    }

    /// <summary>Leaves on the stack where a value is that is there.</summary>
    private unsafe void EmitValueIn(ArrayMap map, ulong? key)
    {
        EmitDistance(map.Stride, key);
        _il.Constant((ulong)map.Values);
        _il.Emit(OpCodes.Add);
    }

    /// <inheritdoc cref="EmitValueIn(ArrayMap, ulong?)"/>
    private unsafe void EmitValueIn(PerCpuArrayMap map, ulong? key)
    {
        EmitDistance(map.Stride, key);
        LoadCpuNumber();
        _il.Emit(OpCodes.Conv_U8);
        _il.Constant(map.PlaneSize);
        _il.Emit(OpCodes.Mul);
        _il.Emit(OpCodes.Add);
        _il.Constant((ulong)map.Values);
        _il.Emit(OpCodes.Add);
    }

    /// <summary>The key is read once: if it lies in a map, others may change it.</summary>
    private void EmitIndex()
    {
        _il.Emit(OpCodes.Ldloc, Key);
        _il.Emit(OpCodes.Ldind_U4);
        _il.Emit(OpCodes.Stloc, Index);
    }

    private void EmitDistance(uint stride, ulong? key)
    {
        if (key is { } known)
        {
            _il.Constant(known * stride);
            return;
        }

        _il.Emit(OpCodes.Ldloc, Index);
        _il.Emit(OpCodes.Conv_U8);
        _il.Constant((ulong)stride);
        _il.Emit(OpCodes.Mul);
    }

    private void EmitLookupInPerCpuArray(PerCpuArrayMap map)
    {
        Label within = _il.NewLabel(), done = _il.NewLabel();
        LoadCpuNumber();
        _il.Constant(map.ValuesPerEntry);
        _il.Emit(OpCodes.Blt_Un, within);
        _il.Constant(0UL);
        _il.Emit(OpCodes.Stloc, Value);
        _il.Emit(OpCodes.Br, done);
        _il.Mark(within);
        EmitLookupAt(map.MaximumEntries, () => EmitValueIn(map, key: null));
        _il.Emit(OpCodes.Stloc, Value);
        _il.Mark(done);
        _il.Emit(OpCodes.Ldloc, Value);
    }

    /// <summary>The key is an index: where it is within, the value is at an address that is computed.</summary>
    private void EmitLookupAt(uint count, Action address)
    {
        Label within = _il.NewLabel(), done = _il.NewLabel();
        EmitIndex();
        _il.Emit(OpCodes.Ldloc, Index);
        _il.Constant((int)count);
        _il.Emit(OpCodes.Blt_Un, within);
        _il.Constant(0UL);
        _il.Emit(OpCodes.Stloc, Value);
        _il.Emit(OpCodes.Br, done);
        _il.Mark(within);
        address();
        _il.Emit(OpCodes.Stloc, Value);
        _il.Mark(done);
        _il.Emit(OpCodes.Ldloc, Value);
    }
}
