using Saker.Bpf;
using Saker.Bpf.Verification;
using Saker.Tests.Bpf.Helpers;
using Saker.Tests.Bpf.Maps;

namespace Saker.Tests.Bpf.Verification;

/// <summary>What a proof tells of instructions, that it is for one program with its maps alone, and that it does away with checks.</summary>
public sealed class VerifierProofTests : IDisposable
{
    /// <summary>Looks up index 1 of the array, and writes a number into the value.</summary>
    private const string Lookup = """
        *(u32 *)(r10 - 8) = 1
        r2 = r10
        r2 += -8
        r1 = map[fd:{array}] ll
        call 1
        if r0 == 0 goto end
        *(u64 *)(r0 + 8) = 7
        end: r0 = 0
        exit
        """;

    private readonly SoundnessWorld _checked = new(BpfEngine.Interpreter, MemoryChecks.All);
    private readonly SoundnessWorld _proven = new(BpfEngine.Compiled, MemoryChecks.All);

    public void Dispose()
    {
        _checked.Dispose();
        _proven.Dispose();
    }

    [Fact]
    public void A_lookup_of_what_is_there_has_its_map_and_key_and_is_never_null()
    {
        VerifierProof proof = Prove(Lookup);
        Assert.Equal("array", proof.MapOf(5)!.Name);
        Assert.Equal(1UL, proof.KeyOf(5));
        Assert.True(proof.AlwaysFinds(5));
        Assert.False(proof.AlwaysTakes(6));
    }

    [Fact]
    public void A_lookup_of_what_may_be_absent_leaves_both_ways()
    {
        VerifierProof proof = Prove(Lookup.Replace("= 1\n", "= 4\n", StringComparison.Ordinal));
        Assert.Equal("array", proof.MapOf(5)!.Name);
        Assert.Null(proof.KeyOf(5));
        Assert.False(proof.AlwaysFinds(5));
        Assert.Null(proof.AlwaysTakes(6));
    }

    [Fact]
    public void Where_paths_bring_two_maps_neither_is_told()
    {
        VerifierProof proof = Prove("""
            *(u32 *)(r10 - 8) = 1
            r2 = r10
            r2 += -8
            r3 = *(u32 *)(r1 + 12)
            r1 = map[fd:{array}] ll
            if r3 == 0 goto call
            r1 = map[fd:{percpu}] ll
            call: call 1
            r6 = *(u64 *)(r0 + 0)
            r0 = 0
            exit
            """);
        Assert.Null(proof.MapOf(9));
        Assert.True(proof.AlwaysFinds(9));
        Assert.Equal(1UL, proof.KeyOf(9));
    }

    [Fact]
    public void Where_one_path_may_find_nothing_the_lookup_may()
    {
        VerifierProof proof = Prove("""
            r3 = *(u32 *)(r1 + 12)
            *(u32 *)(r10 - 8) = 1
            if r3 == 0 goto look
            *(u32 *)(r10 - 8) = r3
            look: r2 = r10
            r2 += -8
            r1 = map[fd:{array}] ll
            call 1
            if r0 == 0 goto end
            r6 = *(u64 *)(r0 + 0)
            end: r0 = 0
            exit
            """);
        Assert.Equal("array", proof.MapOf(8)!.Name);
        Assert.False(proof.AlwaysFinds(8));
        Assert.Null(proof.KeyOf(8));
        Assert.Null(proof.AlwaysTakes(9));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Keys_that_differ_in_each_turn_of_a_loop_are_no_one_key(bool keepsStatesOften)
    {
        VerifierProof proof = Prove("""
            r6 = 0
            turn: *(u32 *)(r10 - 8) = r6
            r2 = r10
            r2 += -8
            r1 = map[fd:{array}] ll
            call 1
            *(u64 *)(r0 + 0) = 1
            r6 += 1
            if r6 < 4 goto turn
            r0 = 0
            exit
            """, options => options with { KeepsStatesOften = keepsStatesOften });
        Assert.True(proof.AlwaysFinds(6));
        Assert.Null(proof.KeyOf(6));
        Assert.Null(proof.AlwaysTakes(9));
    }

    /// <summary>The second path comes to where the first one was and is not followed, though another number is in r6: nothing rests on it before the comparison, which then does.</summary>
    [Fact]
    public void A_path_that_is_taken_for_another_one_shares_its_way()
    {
        VerifierProof proof = Prove("""
            r3 = *(u32 *)(r1 + 12)
            r6 = 1
            if r3 == 0 goto join
            r6 = 2
            join: r7 = r3
            r7 += 1
            r8 = r7
            if r6 == 1 goto end
            r7 = 0
            end: r0 = 0
            exit
            """, options => options with { KeepsStatesOften = true });
        Assert.True(proof.IsReached(8));
        Assert.Null(proof.AlwaysTakes(7));
    }

    [Fact]
    public void A_function_that_gets_different_maps_has_none_and_one_that_gets_the_same_has_it()
    {
        const string Text = """
            r6 = *(u32 *)(r1 + 12)
            *(u32 *)(r10 - 4) = r6
            r2 = r10
            r2 += -4
            r1 = map[fd:{array}] ll
            call look
            *(u32 *)(r10 - 4) = r6
            r2 = r10
            r2 += -4
            r1 = map[fd:{FIRST}] ll
            call look
            r0 = 0
            exit
            look: call 1
            exit
            """;
        Assert.Null(Prove(Text.Replace("FIRST", "percpu", StringComparison.Ordinal)).MapOf(15));
        Assert.Equal("array", Prove(Text.Replace("FIRST", "array", StringComparison.Ordinal)).MapOf(15)!.Name);
    }

    [Fact]
    public void A_callback_gets_the_map_that_is_walked()
    {
        VerifierCase @case = Case("""
            r1 = map[fd:{array}] ll
            r2 = function[each] ll
            r3 = 0
            r4 = 0
            call 164
            r0 = 0
            exit
            each: call 1
            r0 = 0
            exit
            """) with { Functions = [("main", false, ["context"]), ("each", false, ["number", "memory16"])] };
        VerifierProof proof = Assert.IsType<VerifierProof>(@case.Verify().Proof);
        Assert.Equal("array", proof.MapOf(9)!.Name);
        Assert.False(proof.AlwaysFinds(9));
    }

    /// <summary>A global function is verified for itself, if any path calls it; if none does, nobody comes there.</summary>
    [Theory]
    [InlineData("r3 = *(u32 *)(r1 + 12)", true)]
    [InlineData("r3 = 0", false)]
    public void A_global_function_has_facts_of_its_own_where_it_is_called(string condition, bool isCalled)
    {
        VerifierCase @case = Case($"""
            {condition}
            r1 = 2
            if r3 == 0 goto end
            call look
            end: r0 = 0
            exit
            look: *(u32 *)(r10 - 4) = r1
            r2 = r10
            r2 += -4
            r1 = map[fd:{"{array}"}] ll
            call 1
            if r0 == 0 goto none
            *(u64 *)(r0 + 0) = 3
            none: r0 = 0
            exit
            """) with { Functions = [("main", false, ["context"]), ("look", true, ["number"])] };
        VerifierProof proof = Assert.IsType<VerifierProof>(@case.Verify().Proof);
        Assert.Equal(isCalled, proof.IsReached(11));
        Assert.Equal(isCalled ? "array" : null, proof.MapOf(11)?.Name);
        BpfExecutable one = _checked.Of(proof.Program, ProgramType.Xdp, out _)!, other = _proven.Of(proof.Program, ProgramType.Xdp, out _, proof)!;
        Assert.Equal(isCalled, other.ListMethods()!.Contains("11: call 1", StringComparison.Ordinal));
        Assert.Equal(_checked.Run(one, ProgramType.Xdp, new byte[60], 0).Result, _proven.Run(other, ProgramType.Xdp, new byte[60], 0).Result);
        Assert.Equal(_checked.Contents(), _proven.Contents());
    }

    /// <summary>A map of a map of maps is known by what it is like; which of them it is nobody knows.</summary>
    [Fact]
    public void Maps_of_a_map_of_maps_are_not_bound()
    {
        const string Text = """
            *(u32 *)(r10 - 4) = 0
            *(u32 *)(r10 - 8) = 3
            r2 = r10
            r2 += -4
            r1 = map[fd:{outer}] ll
            call 1
            if r0 == 0 goto end
            r1 = r0
            r2 = r10
            r2 += -8
            call 1
            KEY
            *(u64 *)(r0 + 0) = 5
            end: r0 = 0
            exit
            """;
        VerifierProof proof = Prove(Text.Replace("KEY", "if r0 == 0 goto end", StringComparison.Ordinal));
        Assert.Equal("inner", proof.MapOf(11)!.Name);
        BpfExecutable executable = Make(Text.Replace("KEY", "if r0 == 0 goto end", StringComparison.Ordinal));
        Assert.Contains("Lookup", Part(executable.ListMethods()!, "11: call 1"), StringComparison.Ordinal);
    }

    /// <summary>An array in a map of maps may be shorter than the one that the verifier saw, if it says so: then what surely is there may not be, and nothing is proven.</summary>
    [Theory]
    [InlineData(MapFlags.None, true)]
    [InlineData(MapFlags.InnerMap, false)]
    public void What_is_surely_in_a_map_of_maps_is_proven_where_all_are_as_long(MapFlags flags, bool isProven)
    {
        VerifierMap inner = new() { Type = MapType.Array, KeySize = 4, ValueSize = 8, MaximumEntries = 4, Flags = flags };
        VerifierMap outer = new() { Type = MapType.ArrayOfMaps, KeySize = 4, ValueSize = 4, MaximumEntries = 1, Inner = inner };
        VerifierResult result = BpfVerifier.Verify(
            Assembler.Assemble("""
                *(u32 *)(r10 - 8) = 0
                r2 = r10
                r2 += -8
                r1 = map[fd:0] ll
                call 1
                if r0 == 0 goto end
                r1 = r0
                r2 = r10
                r2 += -8
                call 1
                r0 = *(u64 *)(r0 + 0)
                end: r0 = 0
                exit
                """),
            new VerifierOptions { Type = ProgramType.Xdp, Maps = new VerifierMaps([outer]) });
        Assert.True(result.IsAccepted, result.Refusal?.ToString());
        Assert.Equal(isProven, result.Proof is not null);
    }

    [Fact]
    public void A_refused_program_has_no_proof() => Assert.Null(Case("exit").Verify().Proof);

    [Fact]
    public void A_proof_is_for_its_code_its_type_and_its_maps()
    {
        VerifierProof proof = Prove(Lookup);
        BpfProgram program = proof.Program, other = BpfProgram.Create(Case(Lookup.Replace("+ 8) = 7", "+ 9) = 7", StringComparison.Ordinal)).Assemble());
        Assert.NotNull(_proven.Of(BpfProgram.Create(program.Slots), ProgramType.Xdp, out _, proof));
        Assert.Null(_proven.Of(other, ProgramType.Xdp, out InstructionFault? fault, proof));
        Assert.Equal("the proof is for other code", fault!.ToString());
        Assert.Null(_proven.Of(program, ProgramType.SchedulerClassifier, out fault, proof));
        Assert.Equal("the proof is for programs of type xdp", fault!.ToString());
        Assert.Null(_checked.Of(other, ProgramType.Xdp, out fault, proof));
        foreach (VerifierMap changed in (VerifierMap[])[Array with { MaximumEntries = 8 }, Array with { ValueSize = 24 }, Array with { Flags = MapFlags.WriteOnlyForPrograms }, Array with { Type = MapType.PerCpuArray }])
        {
            VerifierResult result = Case(Lookup).Verify(program, options => options with { Maps = new VerifierMaps([changed]) });
            Assert.Null(_proven.Of(program, ProgramType.Xdp, out fault, result.Proof!));
            Assert.Equal("instruction 3: the map 'array' is another one than was verified", fault!.ToString());
        }
    }

    [Fact]
    public void A_proof_is_for_the_helpers_that_were_verified()
    {
        HelperTable helpers = HelperTable.ForProgram(ProgramType.Xdp).Copy();
        helpers.Add(1, static (_, _, _, _, _, _) => 1);
        MapHandles handles = new();
        using BpfMap map = TestMaps.Create(VerifierMapSpecs.All[0]);
        ExecutionOptions options = new() { Type = ProgramType.Xdp, Helpers = helpers, Constants = new OneMap(map, handles), Maps = handles };
        VerifierProof proof = Prove(Lookup);
        Assert.False(proof.Fits(proof.Program, options, out string? reason));
        Assert.Equal("instruction 5: the helper was replaced by another one", reason);
        Assert.True(proof.Fits(proof.Program, options with { Helpers = HelperTable.ForProgram(ProgramType.Xdp) }, out _));
    }

    /// <summary>Constants are values that nobody can change: the verifier has read them, so a map with other ones, or one that somebody may still write to, is another map.</summary>
    [Fact]
    public void A_proof_by_constants_is_for_maps_that_have_them_for_ever()
    {
        MapSpec spec = new() { Name = ".rodata", Type = MapType.Array, KeySize = 4, ValueSize = 8, MaximumEntries = 1, Flags = (uint)MapFlags.ReadOnlyForPrograms };
        BpfProgram program = Assembler.Assemble("""
            r1 = map[fd:0][0]+0 ll
            r0 = *(u64 *)(r1 + 0)
            if r0 == 5 goto end
            r0 = *(u64 *)(r1 + 4)
            end: r0 = 1
            exit
            """);
        byte[] five = [5, 0, 0, 0, 0, 0, 0, 0];
        MapHandles handles = new();
        using BpfMap same = TestMaps.Create(spec with { Contents = [.. five] }), differs = TestMaps.Create(spec with { Contents = [6, .. five[1..]] }), open = TestMaps.Create(spec);
        Assert.Equal(BpfError.None, open.Update(new byte[4], five));
        VerifierResult result = BpfVerifier.Verify(program, new VerifierOptions { Type = ProgramType.Xdp, Maps = new VerifierMaps([VerifierMap.Of(same)]) });
        Assert.True(result.IsAccepted, result.Refusal?.ToString());
        Assert.False(result.Proof!.IsReached(4));
        Assert.Null(FaultWith(same));
        Assert.Equal("instruction 0: the map '.rodata' is another one than was verified, or its values may change", FaultWith(differs));
        Assert.Equal("instruction 0: the map '.rodata' is another one than was verified, or its values may change", FaultWith(open));
        Assert.Equal(BpfError.None, open.Freeze());
        Assert.Null(FaultWith(open));

        string? FaultWith(BpfMap map)
        {
            ExecutionOptions options = new() { Type = ProgramType.Xdp, Proof = result.Proof, Constants = new OneMap(map, handles), Maps = handles };
            BpfExecutable.TryCreate(program, options, out _, out InstructionFault? fault);
            return fault?.ToString();
        }
    }

    [Fact]
    public void A_proven_lookup_is_the_address_itself_and_what_is_never_taken_is_gone()
    {
        string listing = Make(Lookup).ListMethods()!;
        string without = _proven.Of(Prove(Lookup).Program, ProgramType.Xdp, out _)!.ListMethods()!;
        Assert.DoesNotContain("blt.un", Part(listing, "5: call 1"), StringComparison.Ordinal);
        Assert.Contains("blt.un", Part(without, "5: call 1"), StringComparison.Ordinal);
        Assert.DoesNotContain("beq", listing, StringComparison.Ordinal);
        Assert.True(listing.Length < without.Length, listing);
    }

    /// <summary>The map comes out of a slot of the stack, behind a call, in a function: what follows registers alone has lost it by then.</summary>
    [Fact]
    public void A_map_that_comes_from_far_is_known()
    {
        const string Text = """
            r1 = map[fd:{array}] ll
            *(u64 *)(r10 - 8) = r1
            *(u32 *)(r10 - 12) = 1
            r1 = r10
            r1 += -8
            r2 = r10
            r2 += -12
            call look
            r0 = 0
            exit
            look: r1 = *(u64 *)(r1 + 0)
            call 1
            if r0 == 0 goto end
            r2 = *(u64 *)(r0 + 0)
            r2 += 1
            *(u64 *)(r0 + 0) = r2
            end: r0 = 0
            exit
            """;
        BpfExecutable executable = Make(Text);
        Assert.DoesNotContain("Lookup", Part(executable.ListMethods()!, "12: call 1"), StringComparison.Ordinal);
        Assert.Contains("Lookup", Part(_proven.Of(executable.Program, ProgramType.Xdp, out _)!.ListMethods()!, "12: call 1"), StringComparison.Ordinal);
        Assert.True(_proven.Run(executable, ProgramType.Xdp, new byte[60], 0).Result.IsCompleted);
        Assert.True(_checked.Run(_checked.Of(executable.Program, ProgramType.Xdp, out _)!, ProgramType.Xdp, new byte[60], 0).Result.IsCompleted);
        Assert.Equal(_checked.Contents(), _proven.Contents());
    }

    /// <summary>A helper of another type of program, which no engine has for this one.</summary>
    [Fact]
    public void What_no_run_comes_to_may_be_impossible()
    {
        const string Text = """
            r0 = 1
            if r0 == 1 goto end
            r2 = 0
            call 11
            r0 = 2
            end: exit
            """;
        VerifierProof proof = Prove(Text);
        Assert.Null(_proven.Of(proof.Program, ProgramType.Xdp, out InstructionFault? fault));
        Assert.Contains("bpf_l4_csum_replace", fault!.ToString(), StringComparison.Ordinal);
        foreach (SoundnessWorld world in (SoundnessWorld[])[_checked, _proven])
        {
            BpfExecutable? executable = world.Of(proof.Program, ProgramType.Xdp, out fault, proof);
            Assert.True(executable is not null, fault?.ToString());
            Assert.Equal(1UL, world.Run(executable, ProgramType.Xdp, new byte[60], 0).Result.Value);

            // Where the proof does not hold, it is compiled with checks, and all of it.
            Assert.Equal(1UL, executable.Run(new BpfCpu(), new byte[8]).Value);
        }
    }

    [Fact]
    public void A_proven_program_is_checked_where_the_proof_does_not_hold()
    {
        // The processor's number, as an index into 16 bytes of which there are as many as processors.
        const string Text = """
            call 8
            r1 = map[fd:{array}] ll
            r2 = r0
            r2 <<= 3
            r3 = r10
            r3 += -16
            *(u64 *)(r10 - 16) = 1
            *(u64 *)(r10 - 8) = 2
            r3 += r2
            r0 = *(u64 *)(r3 + 0)
            exit
            """;
        VerifierProof proof = Prove(Text, options => options with { ProcessorCount = 2 });
        BpfExecutable executable = _proven.Of(proof.Program, ProgramType.Xdp, out _, proof)!;
        Assert.Equal((MemoryChecks.None, proof), (executable.Checks, executable.Proof));
        (BpfCpu second, BpfCpu third) = (new(1), new(2));
        Assert.Equal(2UL, executable.Run(second, MapProgram.Frame()).Value);
        Assert.False(second.IsChecked);
        Assert.Equal(RunFaultKind.OutsideRead, executable.Run(third, MapProgram.Frame()).Fault.Kind);
        Assert.True(third.IsChecked);
        Assert.Equal(2UL, executable.Run(second, new byte[16]).Value);
        Assert.True(second.IsChecked);
        Assert.Equal(2UL, executable.Run(second, MapProgram.Frame()).Value);
        Assert.False(second.IsChecked);
    }

    [Fact]
    public void A_frame_that_was_not_written_holds_zeros()
    {
        BpfExecutable executable = Make("""
            r6 = r1
            r1 = r10
            r1 += -64
            call sum
            r7 = r0
            r1 = r10
            r1 += -64
            call fill
            r0 = r7
            exit
            sum: r0 = 0
            r2 = 0
            again: r3 = *(u64 *)(r1 + 0)
            r0 |= r3
            r1 += 8
            r2 += 1
            if r2 < 8 goto again
            exit
            fill: r2 = 0
            more: r3 = -1
            *(u64 *)(r1 + 0) = r3
            r1 += 8
            r2 += 1
            if r2 < 8 goto more
            r0 = 0
            exit
            """);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(0UL, executable.Run(_proven.Cpu, MapProgram.Frame()).Value);
        }
    }

    /// <summary>Programs that are checked and those that are not go on in each other, and come back out of functions to what they were.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Proven_and_checked_programs_go_on_in_each_other(bool isCallerProven, bool isTargetProven)
    {
        const string Caller = """
            r6 = r1
            call jump
            r7 = r0
            r2 = *(u32 *)(r6 + 0)
            r3 = *(u32 *)(r6 + 4)
            r4 = r2
            r4 += 8
            if r4 > r3 goto end
            r0 = *(u8 *)(r2 + 7)
            r7 += r0
            end: r0 = r7
            exit
            jump: r2 = map[fd:{programs}] ll
            r3 = 1
            call 12
            r0 = 1000
            exit
            """, Target = """
            r6 = r1
            r2 = -4
            call 44
            r2 = *(u32 *)(r6 + 0)
            r3 = *(u32 *)(r6 + 4)
            r4 = r2
            r4 += 8
            r0 = 2000
            if r4 > r3 goto end
            *(u8 *)(r2 + 7) = 9
            *(u64 *)(r10 - 8) = 100
            r0 = *(u64 *)(r10 - 8)
            end: exit
            """;
        VerifierCase calling = Case(Caller) with { Functions = [("main", false, ["context"]), ("jump", false, ["context"])] };
        BpfExecutable caller = Of(calling, isCallerProven), target = Of(Case(Target), isTargetProven);
        Assert.Equal(BpfError.None, ((ProgramArrayMap)_proven.Map("programs")).Update(1, target));
        BpfCpu cpu = new();
        for (int i = 0; i < 2; i++)
        {
            Assert.Equal(109UL, caller.Run(cpu, MapProgram.Frame()).Value);
            Assert.Equal(!isCallerProven, cpu.IsChecked);
        }

        BpfExecutable Of(VerifierCase @case, bool isProven)
        {
            VerifierResult result = @case.Verify();
            Assert.True(result.IsAccepted, result.Refusal?.ToString());
            return _proven.Of(BpfProgram.Create(@case.Assemble()), ProgramType.Xdp, out _, isProven ? result.Proof : null)!;
        }
    }

    private static VerifierMap Array => VerifierMapSpecs.Of(VerifierMapSpecs.All[0]);

    private static VerifierCase Case(string text) => new() { Rule = default, Name = "a proof", IsAccepted = true, Text = text };

    private static VerifierProof Prove(string text, Func<VerifierOptions, VerifierOptions>? change = null)
    {
        VerifierResult result = Case(text).Verify(change);
        Assert.True(result.IsAccepted, result.Refusal?.ToString());
        return Assert.IsType<VerifierProof>(result.Proof);
    }

    private BpfExecutable Make(string text)
    {
        BpfExecutable? executable = _proven.Of(BpfProgram.Create(Case(text).Assemble()), ProgramType.Xdp, out InstructionFault? fault, Prove(text));
        Assert.True(executable is not null, fault?.ToString());
        return executable;
    }

    /// <summary>What an instruction became.</summary>
    private static string Part(string listing, string instruction)
    {
        const string Mark = "  // ";
        int begin = listing.IndexOf(Mark + instruction, StringComparison.Ordinal);
        Assert.True(begin >= 0, listing);
        int end = listing.IndexOf(Mark, begin + 1, StringComparison.Ordinal);
        return listing[begin..(end < 0 ? listing.Length : end)];
    }

    private sealed unsafe class OneMap(BpfMap map, MapHandles handles) : IConstantSource
    {
        public bool TryResolve(ConstantKind kind, int first, int second, out ulong value)
        {
            uint key = 0;
            value = handles.Add(map);
            value = kind == ConstantKind.MapValue ? (ulong)map.Find((byte*)&key, 0) + (uint)second : value;
            return true;
        }
    }
}
