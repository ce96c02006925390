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

    private static VerifierOptions OptionsOf(ObjectSpec spec, ProgramSpec program)
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
        };
    }

    /// <summary>Maps are named by their place in the object, functions of the kernel by their number in the table.</summary>
    private static bool TryBind(ObjectSpec spec, ProgramSpec program, [NotNullWhen(true)] out BpfProgram? code, [NotNullWhen(false)] out InstructionFault? fault)
    {
        KernelFunctionTable functions = KernelFunctionTable.ForProgram(ProgramType.Unspecified);
        BpfInstruction[] slots = program.Bind(reference =>
        {
            if (reference.Kind is ReferenceKind.Map or ReferenceKind.MapValue)
            {
                return spec.Maps.IndexOf(spec.FindMap(reference.Name)!);
            }

            functions.TryFind(reference.Name, out int number, out _);
            return number;
        });
        return BpfProgram.TryCreate(slots, out code, out fault);
    }
}
