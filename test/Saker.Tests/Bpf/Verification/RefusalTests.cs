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
        Assert.Equal(new PathStep(4, 7), Assert.Single(refusal.Path));
        Assert.Contains("data_end", refusal.Hint, StringComparison.Ordinal);
        Assert.Equal("a place in the packet (7 bytes checked)", refusal.Registers.Single(register => register.Number == 2).Text);
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

    private static VerifierResult Verify(string text) => BpfVerifier.Verify(Assembler.Assemble(text), new VerifierOptions { Type = ProgramType.Xdp });
}
