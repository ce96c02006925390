using Saker.Bpf.Verification.Flow;
using Saker.Bpf.Verification.States;

namespace Saker.Bpf.Verification.Checking;

/// <summary>Loads of 64-bit constants: numbers, maps, places in maps' values, functions.</summary>
internal sealed class ConstantLoads(VerifierEnvironment environment)
{
    /// <summary>Finds what of its surroundings the code names, whether a path comes there or not: maps; variables of the kernel are refused.</summary>
    public void Find()
    {
        for (int i = 0; i < environment.Code.Length; i = environment.Code.Next(i))
        {
            if (environment.Code.Describe(i).Form != InstructionForm.Constant64)
            {
                continue;
            }

            environment.Instruction = i;
            ConstantKind kind = (ConstantKind)environment.Code[i].Source;
            if (kind == ConstantKind.Variable)
            {
                environment.Refuse(VerifierRule.NotSupported, "variables of the kernel are not known to this verifier yet");
            }

            if (IsMap(kind))
            {
                CheckMap(environment.Maps.Resolve(i, environment.Code[i], environment.Options), i);
            }
        }
    }

    /// <summary>Checks a load.</summary>
    public void Check(in BpfInstruction slot)
    {
        int second = environment.Code[environment.Instruction + 1].Immediate;
        ConstantKind kind = (ConstantKind)slot.Source;
        switch (kind)
        {
            case ConstantKind.Number:
                environment.Write(slot.Destination, RegisterState.Constant(((ulong)(uint)second << 32) | (uint)slot.Immediate));
                break;
            case ConstantKind.Function:
                LoadFunction(slot);
                break;
            default:
                int map = environment.Maps.Resolve(environment.Instruction, slot, environment.Options);
                bool isValue = kind is ConstantKind.MapValue or ConstantKind.MapIndexValue;
                environment.Write(slot.Destination, RegisterState.Pointer(isValue ? RegisterKind.MapValue : RegisterKind.Map) with { Map = map, Offset = isValue ? second : 0 });
                break;
        }
    }

    private static bool IsMap(ConstantKind kind) => kind is ConstantKind.Map or ConstantKind.MapIndex or ConstantKind.MapValue or ConstantKind.MapIndexValue;

    private void CheckMap(int number, int instruction)
    {
        VerifierMap map = environment.Maps[number];
        if (!ProgramMaps.IsAllowed(environment.Options.Type, map.Type, map.SpinLockOffset is not null))
        {
            environment.Refuse(
                VerifierRule.Map,
                $"programs of type {environment.Options.Type.KernelName()} cannot use the map '{map.Name}', which is of type {map.Type}{(map.SpinLockOffset is null ? "" : " with a spin lock in its values")}");
        }

        if ((ConstantKind)environment.Code[instruction].Source is not (ConstantKind.MapValue or ConstantKind.MapIndexValue))
        {
            return;
        }

        uint offset = (uint)environment.Code[instruction + 1].Immediate;
        if (map.Type != MapType.Array || map.MaximumEntries != 1)
        {
            environment.Refuse(VerifierRule.Map, $"a place in the only value of the map '{map.Name}' is named, and it is no array with one entry");
        }

        if (offset >= map.ValueSize || offset >= RegionBounds.MostVariable)
        {
            environment.Refuse(VerifierRule.Map, $"offset {offset} of the value of the map '{map.Name}' is named, which has {map.ValueSize} bytes");
        }
    }

    private void LoadFunction(in BpfInstruction slot)
    {
        FunctionInfo function = environment.Code.FunctionAt(environment.Code.TargetOf(environment.Instruction)!.Value);
        if (function.Told is null)
        {
            environment.Refuse(VerifierRule.Callback, $"the address of the function {function.Name} is loaded, and nothing is told of the program's functions", "load the program with its types");
        }

        if (function.IsGlobal)
        {
            environment.Refuse(VerifierRule.Callback, $"the address of the global function {function.Name} is loaded, and a callback must be static");
        }

        environment.Write(slot.Destination, RegisterState.Pointer(RegisterKind.Function) with { Extent = function.Number });
    }
}
