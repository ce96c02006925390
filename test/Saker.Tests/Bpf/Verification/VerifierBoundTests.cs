using Saker.Bpf;
using Saker.Bpf.Verification;

namespace Saker.Tests.Bpf.Verification;

/// <summary>
/// Programs that want much of whoever verifies them: what they take stays bounded, in instructions by the kernel's limit, in memory by <see cref="VerifierOptions.MaximumStateBytes"/>. Bytes are
/// those that the verifier counts, and the whole allocation, so that nothing depends on how fast a machine is.
/// </summary>
public sealed class VerifierBoundTests
{
    private const long Mebibyte = 1 << 20;

    [Fact]
    public void Straight_code_of_a_hundred_thousand_instructions_is_gone_through_once()
    {
        VerifierResult result = Verify(LargePrograms.Straight(100_000), out long allocated);
        Assert.True(result.IsAccepted, result.Refusal?.ToString());
        Assert.Equal(100_000, result.Statistics.ProcessedInstructions);
        Assert.InRange(allocated, 0, 64 * Mebibyte);
    }

    [Fact]
    public void A_million_instructions_are_a_program_and_one_more_is_not()
    {
        Assert.True(Verify(LargePrograms.Straight(1_000_000), out long allocated).IsAccepted);
        Assert.InRange(allocated, 0, 256 * Mebibyte);
        Assert.False(BpfProgram.TryCreate([.. LargePrograms.Straight(1_000_000), LargePrograms.Exit], out _, out InstructionFault? fault));
        Assert.Contains("1,000,000", fault!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Branches_that_follow_each_other_are_followed_to_the_limit_and_no_further()
    {
        VerifierResult result = Verify(LargePrograms.Branches(100_000), out long allocated);
        Assert.Equal(VerifierRule.Complexity, result.Refusal?.Rule);
        Assert.InRange(result.Statistics.PeakStateBytes, Mebibyte, 300 * Mebibyte);
        Assert.InRange(allocated, 0, 600 * Mebibyte);
    }

    [Fact]
    public void States_that_share_nothing_take_less_than_the_usual_bound()
    {
        VerifierResult result = Verify(LargePrograms.FullStacks(900_000), out long allocated);
        Assert.Equal(VerifierRule.Complexity, result.Refusal?.Rule);
        Assert.Contains("1,000,000 instructions", result.Refusal!.Reason, StringComparison.Ordinal);
        Assert.InRange(result.Statistics.PeakStateBytes, 100 * Mebibyte, new VerifierOptions { Type = ProgramType.Xdp }.MaximumStateBytes);
        Assert.InRange(allocated, 0, 1200 * Mebibyte);
    }

    [Fact]
    public void The_bound_can_be_set()
    {
        VerifierResult result = Verify(LargePrograms.FullStacks(900_000), out long allocated, options => options with { MaximumStateBytes = 16 * Mebibyte });
        Assert.Equal(VerifierRule.Complexity, result.Refusal?.Rule);
        Assert.Contains("take more than 16,777,216 bytes", result.Refusal!.Reason, StringComparison.Ordinal);
        Assert.InRange(allocated, 0, 200 * Mebibyte);
    }

    [Fact]
    public void What_loops_have_left_behind_is_forgotten()
    {
        VerifierResult result = Verify(LargePrograms.Loop(200_000), out _, options => options with { MaximumStateBytes = 64 * Mebibyte });
        Assert.True(result.IsAccepted, result.Refusal?.ToString());
        Assert.Equal(600_003, result.Statistics.ProcessedInstructions);
    }

    [Fact]
    public void A_large_function_takes_little_for_each_of_many_calls_that_see_little_of_it()
    {
        VerifierResult result = Verify(LargePrograms.LargeCallee(20_000, 200_000), out long allocated);
        Assert.True(result.IsAccepted, result.Refusal?.ToString());
        Assert.InRange(allocated, 0, 300 * Mebibyte);
    }

    [Fact]
    public void Much_that_is_held_is_shared_by_states()
    {
        VerifierResult result = Verify(LargePrograms.HeldSockets(9000), out long allocated);
        Assert.Equal(VerifierRule.Complexity, result.Refusal?.Rule);
        Assert.InRange(allocated, 0, 100 * Mebibyte);
    }

    [Fact]
    public void Functions_that_are_not_come_to_may_call_each_other_in_any_number_of_ways()
    {
        VerifierResult result = Verify(LargePrograms.Layers(7, 36), out _);
        Assert.True(result.IsAccepted, result.Refusal?.ToString());
        Assert.Equal(4, result.Statistics.ProcessedInstructions);
    }

    private static VerifierResult Verify(BpfInstruction[] slots, out long allocated, Func<VerifierOptions, VerifierOptions>? change = null)
    {
        BpfProgram program = BpfProgram.Create(slots);
        VerifierOptions options = new() { Type = ProgramType.SchedulerClassifier };
        long before = GC.GetAllocatedBytesForCurrentThread();
        VerifierResult result = BpfVerifier.Verify(program, change?.Invoke(options) ?? options);
        allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return result;
    }
}
