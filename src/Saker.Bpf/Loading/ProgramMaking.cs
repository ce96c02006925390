using Saker.Bpf.Verification;

namespace Saker.Bpf.Loading;

/// <summary>Makes the programs of an object ready to run.</summary>
internal sealed class ProgramMaking(ObjectSpec spec, ObjectLoadOptions options, LoadedMaps maps)
{
    private const byte CallOpcode = 0x85;

    /// <summary>The programs by name, in the order of the object.</summary>
    public Dictionary<string, LoadedProgram> Made { get; } = new(StringComparer.Ordinal);

    public LoadFault? Make()
    {
        foreach (string name in options.Programs ?? [])
        {
            if (spec.FindProgram(name) is null)
            {
                return LoadFault.OfProgram(name, $"the object has no such program; it has {string.Join(", ", spec.Programs.Select(program => program.Name))}");
            }
        }

        IReadOnlySet<string> wanted = TailCalls.Reachable(spec, options.Programs ?? spec.Programs.Where(program => !program.IsOptional).Select(program => program.Name));
        foreach (ProgramSpec program in spec.Programs)
        {
            if (wanted.Contains(program.Name) && Make(program) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    private LoadFault? Make(ProgramSpec program)
    {
        ExecutionOptions execution = new()
        {
            Engine = options.Engine,
            Checks = options.Checks,
            Budget = options.Budget,
            Type = program.Type,
            Helpers = options.Helpers?.Invoke(program) ?? HelperTable.ForProgram(program.Type),
            KernelFunctions = KernelFunctionTable.ForProgram(program.Type),
            Constants = maps,
            Maps = maps.Handles,
        };
        LoadFault? missing = null;
        BpfInstruction[] code = program.Bind(reference => NumberOf(program, execution.KernelFunctions, reference, ref missing));
        if (missing is not null)
        {
            return missing;
        }

        Poison(program, code);
        if (!BpfProgram.TryCreate(code, out BpfProgram? valid, out InstructionFault? fault))
        {
            return FaultOf(program, fault);
        }

        VerifierResult? verification = options is { Verifies: true, Checks: MemoryChecks.All } && execution.Engine != BpfEngine.Interpreter ? Verify(program, valid, execution) : null;
        BpfExecutable? executable = Ready(valid, execution, verification, out fault);
        if (executable is null && options.Verifies && verification is null)
        {
            // What cannot be done may be what no run comes to.
            verification = Verify(program, valid, execution);
            executable = Ready(valid, execution, verification, out fault);
        }

        if (executable is null)
        {
            return FaultOf(program, fault!);
        }

        Made.TryAdd(program.Name, new LoadedProgram(program, executable, verification));
        return null;
    }

    private static LoadFault FaultOf(ProgramSpec program, InstructionFault fault) => LoadFault.OfProgram(program.Name, $"{fault}{LineOf(program, fault.Slot)}");

    /// <summary>Makes a program ready, with its proof if that is for what it is run with.</summary>
    private static BpfExecutable? Ready(BpfProgram program, ExecutionOptions execution, VerifierResult? verification, out InstructionFault? fault)
    {
        VerifierProof? proof = verification?.Proof is { } found && found.Fits(program, execution, out _) ? found : null;
        return BpfExecutable.TryCreate(program, execution with { Proof = proof }, out BpfExecutable? executable, out fault) ? executable : null;
    }

    /// <summary>Verifies a program as it is run here: with the maps that were made, for so many CPUs, and by whoever may load it.</summary>
    private VerifierResult Verify(ProgramSpec program, BpfProgram code, ExecutionOptions execution) =>
        BpfVerifier.Verify(code, ObjectVerification.OptionsOf(spec, program) with { Maps = maps, ProcessorCount = options.CpuCount, IsDeviceBound = execution.Type == ProgramType.Xdp });

    private int NumberOf(ProgramSpec program, KernelFunctionTable functions, InstructionReference reference, ref LoadFault? missing)
    {
        int number = 0;
        switch (reference.Kind)
        {
            case ReferenceKind.Map or ReferenceKind.MapValue:
                missing ??= maps.NumberOf(reference.Name, out number) is { } fault ? LoadFault.OfProgram(program.Name, $"it needs the {fault}") : null;
                break;
            default:
                // A name alone asks whether there is such a thing, which a number says that is not 0.
                bool isThere = functions.TryFind(reference.Name, out number, out string? reason);
                missing ??= isThere || reference.IsWeak ? null
                    : LoadFault.OfProgram(program.Name, reference.Kind == ReferenceKind.KernelFunction
                        ? reason!
                        : $"it needs the kernel's variable '{reference.Name}', which is not there outside of a kernel");
                break;
        }

        return number;
    }

    /// <summary>Calls of functions that may be missing, and are, stop a run that comes to them.</summary>
    private static void Poison(ProgramSpec program, BpfInstruction[] code)
    {
        foreach (InstructionReference reference in program.References)
        {
            if (reference.Kind == ReferenceKind.KernelFunction && code[reference.Instruction].Immediate == 0)
            {
                code[reference.Instruction] = new BpfInstruction(CallOpcode, immediate: CoreRelocation.PoisonedCall);
            }
        }
    }

    /// <summary>The line of the source that an instruction was made of, where the object tells.</summary>
    private static string LineOf(ProgramSpec program, int? slot) => slot is { } number && SourceLine.At(program.Lines, number) is { } line ? $" ({line.Place})" : "";
}
