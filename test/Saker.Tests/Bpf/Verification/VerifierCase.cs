using Saker.Bpf;
using Saker.Bpf.Verification;
using Saker.Tests.Bpf.Btf;

namespace Saker.Tests.Bpf.Verification;

/// <summary>A program that is to be accepted or refused, by this verifier and by the kernel's.</summary>
internal sealed record VerifierCase
{
    /// <summary>The rule that it is about.</summary>
    public required VerifierRule Rule { get; init; }

    /// <summary>What it does, in words.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it is accepted; else it is refused for its rule.</summary>
    public required bool IsAccepted { get; init; }

    /// <summary>Whether the kernel accepts it, where that differs: what this verifier does not know yet.</summary>
    public bool? IsAcceptedByKernel { get; init; }

    /// <summary>Where that differs: the section of <c>docs/verifier-differences.md</c> that tells why.</summary>
    public string Difference { get; init; } = "";

    /// <summary>Whether its form is so wrong that it is refused before the verifier sees it (<see cref="BpfProgram.TryCreate"/>).</summary>
    public bool IsMalformed { get; init; }

    /// <summary>What its file says of all that are in it.</summary>
    public string About { get; init; } = "";

    /// <summary>The class of hostile programs that it belongs to; null: none.</summary>
    public string? HostileClass { get; init; }

    /// <summary>Its text, with maps by name: <c>r1 = map[fd:{hash}] ll</c>.</summary>
    public required string Text { get; init; }

    /// <summary>Its type.</summary>
    public ProgramType Type { get; init; } = ProgramType.Xdp;

    /// <summary>Its licence.</summary>
    public string License { get; init; } = "GPL";

    /// <summary>Who asks, also the kernel.</summary>
    public VerifierPrivilege Privilege { get; init; }

    /// <summary>The rule for which it is refused where <c>CAP_BPF</c> is all that the asker has, though root's is accepted; null: the verdict is the same.</summary>
    public VerifierRule? RuleForCapable { get; init; }

    /// <summary>Whether all accesses must be aligned.</summary>
    public bool HasStrictAlignment { get; init; }

    /// <summary>Whether states are kept often.</summary>
    public bool KeepsStatesOften { get; init; }

    /// <summary>Its functions in the order of the code, where their types are told: name, whether it is global, and what it takes.</summary>
    public IReadOnlyList<(string Name, bool IsGlobal, string[] Arguments)> Functions { get; init; } = [];

    /// <summary>The code; maps are named by their place in <see cref="VerifierMapSpecs.All"/>.</summary>
    public BpfInstruction[] Assemble()
    {
        string text = Text;
        for (int i = 0; i < VerifierMapSpecs.All.Count; i++)
        {
            text = text.Replace($"{{{VerifierMapSpecs.All[i].Name}}}", $"{i}", StringComparison.Ordinal);
        }

        Assert.True(Assembler.TryAssemble(text, out BpfInstruction[]? slots, out AssemblyFault? fault), $"{Rule}, {Name}: {fault}");
        return slots;
    }

    /// <summary>What this verifier says.</summary>
    public VerifierResult Verify(Func<VerifierOptions, VerifierOptions>? change = null) => Verify(BpfProgram.Create(Assemble()), change);

    /// <summary>What this verifier says of a program whose code was changed.</summary>
    public VerifierResult Verify(BpfProgram program, Func<VerifierOptions, VerifierOptions>? change = null)
    {
        BpfInstruction[] slots = [.. program.Slots];
        VerifierOptions options = new()
        {
            Type = Type,
            License = License,
            Privilege = Privilege,
            HasStrictAlignment = HasStrictAlignment,
            KeepsStatesOften = KeepsStatesOften,
            Maps = new VerifierMapSpecs.ByDescriptor(),
            Functions = [.. Told(slots)],
        };
        return BpfVerifier.Verify(program, change?.Invoke(options) ?? options);
    }

    /// <summary>Writes the types of the functions as BTF, and gives them with the numbers of these.</summary>
    public IEnumerable<ProgramFunction> FunctionsIn(TypesWriter types)
    {
        int[] starts = [.. Starts(Assemble()), int.MaxValue];
        for (int i = 0; i < Functions.Count; i++)
        {
            (string name, bool isGlobal, string[] arguments) = Functions[i];
            uint prototype = types.Prototype(VerifierMapSpecs.IntegerType, [.. arguments.Select(argument => TypeOf(types, argument))]);
            yield return new ProgramFunction(name, starts[i], 0, types.Add(12, name, isGlobal ? 1u : 0, prototype), isGlobal);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => HostileClass is null ? $"{Rule}: {Name}" : $"{HostileClass}: {Name}";

    private static uint TypeOf(TypesWriter types, string argument) => argument switch
    {
        "number" => VerifierMapSpecs.IntegerType,
        "context" => types.Pointer(types.Structure("xdp_md", 4, ("data", VerifierMapSpecs.IntegerType, 0))),
        "memory16" => types.Pointer(types.Structure($"memory{types.Next}", 16, ("first", VerifierMapSpecs.LongType, 0), ("second", VerifierMapSpecs.LongType, 64))),
        _ => throw new FormatException($"There is no argument '{argument}'."),
    };

    private static SortedSet<int> Starts(BpfInstruction[] slots)
    {
        SortedSet<int> starts = [0];
        for (int i = 0; i < slots.Length; i++)
        {
            bool isCall = slots[i] is { Opcode: 0x85, Source: (byte)CallKind.Function };
            bool isAddress = slots[i] is { IsWide: true, Source: (byte)ConstantKind.Function };
            if (isCall || isAddress)
            {
                starts.Add(i + 1 + slots[i].Immediate);
            }

            i += slots[i].IsWide ? 1 : 0;
        }

        return starts;
    }

    private IEnumerable<VerifierFunction> Told(BpfInstruction[] slots) => Functions.Zip(Starts(slots), (function, start) => new VerifierFunction(function.Name, start, function.IsGlobal)
    {
        Arguments = [.. function.Arguments.Select(argument => argument switch
        {
            "number" => new FunctionArgument(FunctionArgumentKind.Number),
            "context" => new FunctionArgument(FunctionArgumentKind.Context),
            _ => new FunctionArgument(FunctionArgumentKind.Memory, 16, MayBeNull: true),
        })],
    });
}
