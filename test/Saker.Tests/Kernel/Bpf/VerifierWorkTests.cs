using Saker.Kernel.Bpf;

namespace Saker.Tests.Kernel.Bpf;

public sealed class VerifierWorkTests
{
    [Fact]
    public void Statistics_tell_time_instructions_and_states()
    {
        const string Log = "verification time 4321 usec\nstack depth 64+8+0\nprocessed 1577 insns (limit 1000000) max_states_per_insn 4 total_states 99 peak_states 66 mark_read 0\n";
        Assert.True(VerifierWork.TryParse(Log, out var work));
        Assert.Equal(
            new VerifierWork { Time = TimeSpan.FromMicroseconds(4321), ProcessedInstructions = 1577, StatesOfAnInstruction = 4, States = 99, PeakStates = 66 }, work);
    }

    [Fact]
    public void Log_of_a_refusal_tells_no_time()
    {
        const string Log = "0: R1=ctx() R10=fp0\n0: (95) exit\nR0 !read_ok\nprocessed 1 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0\n";
        Assert.True(VerifierWork.TryParse(Log, out var work));
        Assert.Equal((1, (TimeSpan?)null), (work.ProcessedInstructions, work.Time));
    }

    [Theory]
    [InlineData("")]
    [InlineData("R0 !read_ok\n")]
    [InlineData("processed many insns")]
    public void Other_logs_tell_nothing(string log) => Assert.False(VerifierWork.TryParse(log, out _));
}
