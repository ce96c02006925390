using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Saker.Bpf.Verification;

/// <summary>Verifies programs as objects hold them.</summary>
public static class ObjectVerification
{
    /// <summary>Verifies a program of an object, with the maps that the object asks for.</summary>
    /// <param name="spec">The object; relocated, if it depends on the kernel's types.</param>
    /// <param name="program">One of its programs.</param>
    /// <param name="change">Changes what is known of the program; null: nothing is to be changed.</param>
    /// <param name="fault">Why its code is none; null where it was verified.</param>
    /// <returns>What was found; null where there is a fault.</returns>
    public static VerifierResult? Verify(this ObjectSpec spec, ProgramSpec program, Func<VerifierOptions, VerifierOptions>? change, out InstructionFault? fault)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(program);
        VerifierOptions options = OptionsOf(spec, program);
        return TryBind(spec, program, out BpfProgram? code, out fault) ? BpfVerifier.Verify(code, change?.Invoke(options) ?? options) : null;
    }

    /// <summary>What an object tells of one of its programs.</summary>
    internal static VerifierOptions OptionsOf(ObjectSpec spec, ProgramSpec program)
    {
        FunctionTypes? types = spec.Types is { } btf && program.Functions.All(function => function.TypeId != 0) ? new FunctionTypes(btf, program.Type) : null;
        return new VerifierOptions
        {
            Type = program.Type,
            AttachType = program.AttachType,
            License = spec.License,
            Maps = new VerifierMaps([.. spec.Maps.Select(VerifierMap.Of)]),
            Functions = types is null ? [] : [.. program.Functions.Select(function => types.Of(function))],
            Lines = program.Lines,
            UnknownFunctions = UnknownFunctions(program),
        };
    }

    /// <summary>Names of the kernel's functions that the table has not.</summary>
    private static ImmutableArray<string> UnknownFunctions(ProgramSpec program)
    {
        KernelFunctionTable known = KernelFunctionTable.ForProgram(ProgramType.Unspecified);
        return [.. program.References.Where(reference => reference.Kind == ReferenceKind.KernelFunction && !known.TryFind(reference.Name, out _, out _)).Select(reference => reference.Name).Distinct()];
    }

    /// <summary>Maps are named by their place in the object, functions of the kernel by their number in the table.</summary>
    private static bool TryBind(ObjectSpec spec, ProgramSpec program, [NotNullWhen(true)] out BpfProgram? code, [NotNullWhen(false)] out InstructionFault? fault)
    {
        KernelFunctionTable functions = KernelFunctionTable.ForProgram(ProgramType.Unspecified);
        ImmutableArray<string> unknown = UnknownFunctions(program);
        Dictionary<string, int> maps = [];
        for (int i = 0; i < spec.Maps.Length; i++)
        {
            maps.TryAdd(spec.Maps[i].Name, i);
        }

        BpfInstruction[] slots = program.Bind(reference =>
        {
            if (reference.Kind is ReferenceKind.Map or ReferenceKind.MapValue)
            {
                return maps[reference.Name];
            }

            bool isKnown = functions.TryFind(reference.Name, out int number, out _);
            return isKnown || reference.Kind != ReferenceKind.KernelFunction ? number : ~unknown.IndexOf(reference.Name);
        });
        if (FindNumberedMap(program, slots) is { } numbered)
        {
            code = null;
            fault = new InstructionFault(numbered, "it names a map by a number, and which map that is an object cannot know: name the map");
            return false;
        }

        return BpfProgram.TryCreate(slots, out code, out fault);
    }

    /// <summary>A load that names a map, as the code alone says it: no place in the object is meant. Null: there is none.</summary>
    private static int? FindNumberedMap(ProgramSpec program, ReadOnlySpan<BpfInstruction> slots)
    {
        HashSet<int> named = [.. program.References.Select(reference => reference.Instruction)];
        for (int i = 0; i < slots.Length; i++)
        {
            if (InstructionSet.TryDescribe(slots[i], out InstructionDescription? description) && description.Form == InstructionForm.Constant64)
            {
                bool isMap = (ConstantKind)slots[i].Source is ConstantKind.Map or ConstantKind.MapIndex or ConstantKind.MapValue or ConstantKind.MapIndexValue;
                if (isMap && !named.Contains(i))
                {
                    return i;
                }

                i++;
            }
        }

        return null;
    }
}
