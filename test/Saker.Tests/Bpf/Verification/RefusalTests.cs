using Saker.Bpf;
using Saker.Bpf.Verification;

namespace Saker.Tests.Bpf.Verification;

/// <summary>A refusal says what is wrong, where, on which way, and what to do.</summary>
public sealed class RefusalTests
{
    private const string Short = """
        r2 = *(u32 *)(r1 + 0)
        r3 = *(u32 *)(r1 + 4)
        r4 = r2
        r4 += 6
        if r4 < r3 goto more
        r0 = 1
        exit
        more: r0 = *(u64 *)(r2 + 0)
        exit
        """;

    [Fact]
    public void Refusal_tells_instruction_values_and_way()
    {
        VerifierRefusal refusal = Verify(Short).Refusal!;
        Assert.Equal((VerifierRule.PacketBounds, 7), (refusal.Rule, refusal.Instruction));
        Assert.Equal("8 bytes of the packet are accessed at offset 0 from where r2 was compared, and only 7 bytes were shown to be there", refusal.Reason);
        Assert.Equal("r0 = *(u64 *)(r2 + 0)", refusal.Code);
        Assert.Equal([new PathPart(0, 4, null), new PathPart(7, 7, null)], Parts(refusal));
        Assert.True(refusal.IsPathWhole);
        Assert.Contains("data_end", refusal.Hint, StringComparison.Ordinal);
        Assert.Equal(new RegisterReport(2, "a place in the packet (7 bytes checked)", 0), refusal.Registers.Single(register => register.Number == 2));
        Assert.Equal($"instruction 7: {refusal.Reason}; {refusal.Hint}", refusal.ToString());
    }

    [Fact]
    public void Refusal_tells_the_line_of_the_source()
    {
        SourceLine[] lines = [new(0, "src/a.c", "int main()", 3, 1), new(7, "src/a.c", "return *p;", 9, 5)];
        VerifierRefusal refusal = BpfVerifier.Verify(Assembler.Assemble(Short), new VerifierOptions { Type = ProgramType.Xdp, Lines = [.. lines] }).Refusal!;
        Assert.Equal(lines[1], refusal.Line);
        Assert.StartsWith("instruction 7 (a.c:9): ", refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_way_is_told_in_lines_and_the_turns_of_a_loop_once()
    {
        const string Text = """
            r6 = 0
            next: r6 += 1
            if r6 < 100 goto next
            r2 = 0
            r2 += r3
            exit
            """;
        SourceLine[] lines = [new(0, "a.c", "int i = 0;", 3, 1), new(1, "a.c", "i++;", 5, 1), new(2, "a.c", "while (i < 100)", 6, 1), new(3, "a.c", "return x;", 7, 1)];
        VerifierRefusal refusal = BpfVerifier.Verify(Assembler.Assemble(Text), new VerifierOptions { Type = ProgramType.Xdp, Lines = [.. lines] }).Refusal!;
        Assert.Equal((VerifierRule.UninitializedRegister, 4), (refusal.Rule, refusal.Instruction));
        Assert.Equal([1, 100, 1], refusal.Path.Select(section => section.Times));
        Assert.Equal([new PathPart(0, 0, lines[0]), new PathPart(1, 1, lines[1]), new PathPart(2, 2, lines[2]), new PathPart(3, 4, lines[3])], Parts(refusal));
    }

    [Fact]
    public void A_register_s_origin_is_looked_for_in_its_own_function()
    {
        const string Text = """
            r6 = 5
            r7 = r1
            r1 = 1
            r2 = 2
            call inner
            r8 = r0
            r9 = *(u64 *)(r6 + 0)
            exit
            inner: r6 = 7
            r0 = r1
            r0 += r2
            exit
            """;
        VerifierRefusal refusal = Verify(Text).Refusal!;
        Assert.Equal((VerifierRule.InvalidAccess, 6), (refusal.Rule, refusal.Instruction));
        Assert.Equal([(0, 4), (6, 0), (7, 1), (8, 5), (10, null)], refusal.Registers.Select(register => (register.Number, register.Origin)));
        refusal = Verify(Text.Replace("r6 = 7", "r6 = *(u64 *)(r2 + 0)", StringComparison.Ordinal)).Refusal!;
        Assert.Equal((8, 3), (refusal.Instruction, refusal.Registers.Single(register => register.Number == 2).Origin));
    }

    [Fact]
    public void Of_a_way_without_an_end_the_end_is_told()
    {
        VerifierRefusal refusal = Verify("r6 = 0; next: r6 += 1; r2 = r6; r2 *= r2; if r2 != 3 goto next; exit").Refusal!;
        Assert.Equal(VerifierRule.Complexity, refusal.Rule);
        Assert.False(refusal.IsPathWhole);
        Assert.InRange(Parts(refusal).Length, 1, 32);
    }

    [Fact]
    public void Recorded_states_hold_what_a_run_has()
    {
        const string Text = "r2 = *(u32 *)(r1 + 12); r2 &= 7; r0 = r2; r0 += 1; if r0 > 4 goto +1; r0 += 10; exit";
        VerifierResult result = BpfVerifier.Verify(Assembler.Assemble(Text), new VerifierOptions { Type = ProgramType.Xdp, RecordsStates = true });
        Assert.True(result.IsAccepted);
        RecordedRegister[] ends = [.. result.States!.At(6).Select(registers => registers.Single(register => register.Number == 0))];
        Assert.All(ends, end => Assert.True(end.IsNumber));
        Assert.All(Enumerable.Range(0, 8), field => Assert.Contains(ends, end => end.Value.Contains((ulong)(field + 1 > 4 ? field + 1 : field + 11))));
        Assert.DoesNotContain(ends, end => end.Value.Contains(3));
    }

    [Fact]
    public void Statistics_tell_of_the_work()
    {
        VerifierStatistics statistics = Verify("*(u64 *)(r10 - 24) = 0; r0 = 0; r0 += 1; if r0 < 10 goto -2; exit").Statistics;
        Assert.Equal(23, statistics.ProcessedInstructions);
        Assert.Equal(24, Assert.Single(statistics.StackDepths));
    }

    private static PathPart[] Parts(VerifierRefusal refusal) => [.. refusal.Path.SelectMany(section => section.Parts)];

    private static VerifierResult Verify(string text) => BpfVerifier.Verify(Assembler.Assemble(text), new VerifierOptions { Type = ProgramType.Xdp });
}
