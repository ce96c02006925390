using System.Collections.Immutable;
using Saker.Bpf;
using Saker.Bpf.Verification;
using Saker.Tests.Bpf.Elf;
using Saker.Tests.Bpf.Helpers;

namespace Saker.Tests.Bpf.Loading;

/// <summary>Programs of objects are verified when they are loaded: who is accepted runs without checks, who is not with them.</summary>
public sealed class ProvenObjectTests
{
    private const string Harmless = "r0 = 1\nexit", Harmful = "r0 = *(u64 *)(r1 + 4096)\nexit";

    [Fact]
    public void What_is_accepted_is_proven()
    {
        using LoadedObject loaded = Load(BpfVectors.Spec("programs/protocol_counter.v3"));
        LoadedProgram program = Assert.Single(loaded.Programs.Values);
        Assert.Same(program.Verification!.Proof, program.Executable.Proof);
        Assert.Equal(MemoryChecks.None, program.Executable.Checks);
        Assert.True(program.Run(new BpfCpu(), MapProgram.Frame()).IsCompleted);
    }

    [Fact]
    public void What_is_refused_is_checked_and_says_why()
    {
        using LoadedObject loaded = Load(Spec(Harmful));
        LoadedProgram program = loaded.Program("tested");
        Assert.Equal(VerifierRule.ContextAccess, program.Verification!.Refusal!.Rule);
        Assert.Equal((MemoryChecks.All, null), (program.Executable.Checks, program.Executable.Proof));
        Assert.Equal(RunFaultKind.OutsideRead, program.Run(new BpfCpu(), MapProgram.Frame()).Fault.Kind);
    }

    [Fact]
    public void Nobody_is_asked_who_does_not_want_it()
    {
        using LoadedObject loaded = Load(Spec(Harmless), options => options with { Verifies = false });
        Assert.Null(loaded.Program("tested").Verification);
        Assert.Equal(MemoryChecks.All, loaded.Program("tested").Executable.Checks);
        using LoadedObject interpreted = Load(Spec(Harmless), options => options with { Engine = BpfEngine.Interpreter });
        Assert.Null(interpreted.Program("tested").Verification);
    }

    /// <summary>A helper of traffic control behind a constant that says no, as one source for two hooks has it.</summary>
    [Theory]
    [InlineData(BpfEngine.Interpreter)]
    [InlineData(BpfEngine.Compiled)]
    public void What_no_engine_has_may_stand_where_no_run_comes(BpfEngine engine)
    {
        ObjectSpec spec = Spec("r2 = 0\nif r2 == 0 goto end\ncall 11\nend: r0 = 1\nexit");
        using LoadedObject loaded = Load(spec, options => options with { Engine = engine });
        Assert.Equal(1UL, loaded.Program("tested").Run(new BpfCpu(), MapProgram.Frame()).Value);
        Assert.False(LoadedObject.TryLoad(spec, new ObjectLoadOptions { Engine = engine, Verifies = false }, out _, out LoadFault? fault));
        Assert.Contains("bpf_l4_csum_replace", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_helper_of_the_callers_is_called_with_checks()
    {
        HelperTable helpers = HelperTable.ForProgram(ProgramType.Xdp).Copy();
        helpers.Add(7, static (_, _, _, _, _, _) => 5);
        using LoadedObject loaded = Load(Spec("call 7\nexit"), options => options with { Helpers = _ => helpers });
        Assert.NotNull(loaded.Program("tested").Verification!.Proof);
        Assert.Null(loaded.Program("tested").Executable.Proof);
        Assert.Equal(5UL, loaded.Program("tested").Run(new BpfCpu(), MapProgram.Frame()).Value);
    }

    /// <summary>Loops in loops of eight million turns are finite, and nobody waits for their end.</summary>
    [Fact]
    public void A_proven_program_keeps_to_its_budget_in_callbacks()
    {
        VerifierFunction[] functions = [new("main", 0, IsGlobal: false), new("outer", 7, IsGlobal: false), new("inner", 15, IsGlobal: false)];
        BpfProgram program = Assembler.Assemble("""
            r1 = 8000000
            r2 = function[outer] ll
            r3 = 0
            r4 = 0
            call 181
            exit
            outer: r1 = 8000000
            r2 = function[inner] ll
            r3 = 0
            r4 = 0
            call 181
            r0 = 0
            exit
            inner: r0 = 0
            exit
            """);
        VerifierResult result = BpfVerifier.Verify(program, new VerifierOptions { Type = ProgramType.Xdp, Functions = [.. functions] });
        Assert.True(result.IsAccepted, result.Refusal?.ToString());
        ExecutionOptions options = new() { Type = ProgramType.Xdp, Helpers = HelperTable.ForProgram(ProgramType.Xdp), Proof = result.Proof, Budget = 100_000 };
        Assert.True(BpfExecutable.TryCreate(program, options, out BpfExecutable? executable, out InstructionFault? fault), fault?.ToString());
        Assert.NotNull(executable.Proof);
        Assert.Equal(RunFaultKind.BudgetExhausted, executable.Run(new BpfCpu(), MapProgram.Frame()).Fault.Kind);
    }

    private static ObjectSpec Spec(string text) => BpfVectors.Spec("programs/protocol_counter.v3") with
    {
        Maps = [],
        Types = null,
        Programs = [BpfVectors.Spec("programs/protocol_counter.v3").Programs[0] with
        {
            Name = "tested",
            Instructions = [.. Assembler.Assemble(text).Slots],
            References = ImmutableArray<InstructionReference>.Empty,
            Functions = [],
            Lines = [],
            CoreRelocations = [],
        },
        ],
    };

    private static LoadedObject Load(ObjectSpec spec, Func<ObjectLoadOptions, ObjectLoadOptions>? change = null)
    {
        ObjectLoadOptions options = new() { Engine = BpfEngine.Compiled };
        Assert.True(LoadedObject.TryLoad(spec, change?.Invoke(options) ?? options, out LoadedObject? loaded, out LoadFault? fault), fault?.ToString());
        return loaded;
    }
}
