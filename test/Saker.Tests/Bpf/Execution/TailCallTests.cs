using Saker.Bpf;
using Saker.Tests.Bpf.Helpers;
using Saker.Tests.Bpf.Maps;

namespace Saker.Tests.Bpf.Execution;

public sealed class InterpretedTailCallTests() : TailCallTests(BpfEngine.Interpreter);

public sealed class CompiledTailCallTests() : TailCallTests(BpfEngine.Compiled);

public abstract class TailCallTests : IDisposable
{
    private const string Go = "r2 = map[fd:0] ll; call 12";
    private const uint InFrame = 200;

    private readonly ProgramArrayMap _programs;
    private readonly BpfMap _counts;
    private readonly MapProgram _maker;

    protected TailCallTests(BpfEngine engine)
    {
        _programs = (ProgramArrayMap)TestMaps.Create(TestMaps.Spec(MapType.ProgramArray, 4, 4, 4));
        _counts = TestMaps.Create(TestMaps.Spec(MapType.Array, 4, 8, 1));
        _maker = new MapProgram(engine, ProgramType.Xdp, _programs, _counts);
    }

    [Fact]
    public void The_other_program_ends_the_run()
    {
        Put(1, "r0 = 7; exit");
        Assert.Equal(7ul, _maker.Value($"r3 = 1; {Go}; r0 = 5; exit"));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("4")]
    [InlineData("-1")]
    public void Where_there_is_no_program_the_call_does_nothing(string index) =>
        Assert.Equal(11ul, _maker.Value($"r6 = 6; r3 = {index}; {Go}; r0 = 5; r0 += r6; exit"));

    [Fact]
    public void Of_the_index_the_low_half_counts()
    {
        Put(1, "r0 = 7; exit");
        Assert.Equal(7ul, _maker.Value($"r3 = 0x500000001 ll; {Go}; r0 = 5; exit"));
    }

    [Fact]
    public void A_run_goes_on_33_times()
    {
        Put(0, $"r6 = r1; r1 = map[fd:1][0]+0 ll; r2 = *(u64 *)(r1 + 0); r2 += 1; *(u64 *)(r1 + 0) = r2; r1 = r6; r3 = 0; {Go}; r1 = map[fd:1][0]+0 ll; r0 = *(u64 *)(r1 + 0); exit");
        Assert.Equal((ulong)BpfCpu.MaximumTailCalls, _maker.Value($"r3 = 0; {Go}; r0 = 5; exit"));
    }

    [Fact]
    public void A_call_that_found_no_program_is_not_counted()
    {
        Put(0, $"r6 = r1; r3 = 1; {Go}; r1 = map[fd:1][0]+0 ll; r2 = *(u64 *)(r1 + 0); r2 += 1; *(u64 *)(r1 + 0) = r2; r1 = r6; r3 = 0; {Go}; r1 = map[fd:1][0]+0 ll; r0 = *(u64 *)(r1 + 0); exit");
        Assert.Equal((ulong)BpfCpu.MaximumTailCalls, _maker.Value($"r3 = 0; {Go}; r0 = 5; exit"));
    }

    [Fact]
    public void The_other_program_gets_the_context_and_a_frame_that_begins_anew()
    {
        Put(0, "r0 = *(u64 *)(r10 - 8); r2 = *(u32 *)(r1 + 4); r3 = *(u32 *)(r1 + 0); r2 -= r3; r0 += r2; exit");
        Assert.Equal(60ul, _maker.Value($"*(u64 *)(r10 - 8) = 1000; r3 = 0; {Go}; r0 = 5; exit"));
    }

    [Fact]
    public void Of_a_function_the_caller_goes_on()
    {
        Put(0, "r6 = 1; r7 = 2; r8 = 3; r9 = 4; *(u64 *)(r10 - 8) = 9; r0 = 100; exit");
        Assert.Equal(115ul, _maker.Value($"r6 = 6; r7 = 7; *(u64 *)(r10 - 8) = 2; call f; r0 += r6; r0 += r7; r1 = *(u64 *)(r10 - 8); r0 += r1; exit; f: r3 = 0; {Go}; r0 = 1; exit"));
    }

    [Fact]
    public void The_count_goes_on_over_functions()
    {
        Put(0, $"r6 = r1; r1 = map[fd:1][0]+0 ll; r2 = *(u64 *)(r1 + 0); r2 += 1; *(u64 *)(r1 + 0) = r2; r1 = r6; call f; r1 = map[fd:1][0]+0 ll; r0 = *(u64 *)(r1 + 0); exit; f: r3 = 0; {Go}; r0 = 1; exit");
        Assert.Equal((ulong)BpfCpu.MaximumTailCalls, _maker.Value($"r3 = 0; {Go}; r0 = 5; exit"));
    }

    [Fact]
    public void Each_program_may_have_eight_functions_active()
    {
        Put(0, Deep(8, "r0 = 1; exit"));
        Put(1, Deep(9, "r0 = 1; exit"));
        Assert.Equal((7ul * InFrame) + (7 * InFrame) + 1, _maker.Value(Deep(8, $"r3 = 0; {Go}; r0 = 0; exit")));
        Assert.Equal(RunFaultKind.CallsTooDeep, _maker.Run(Deep(2, $"r3 = 1; {Go}; r0 = 0; exit")).Fault.Kind);

        // What the other program might have is over with it.
        const string Jump = $"; g: r3 = 0; {Go}; r0 = 0; exit";
        Assert.Equal((7ul * InFrame) + 1, _maker.Value($"r6 = r1; call g; r1 = r6; {Deep(8, "r0 = 1; exit")}{Jump}"));
        Assert.Equal(RunFaultKind.CallsTooDeep, _maker.Run($"r6 = r1; call g; r1 = r6; {Deep(9, "r0 = 1; exit")}{Jump}").Fault.Kind);
    }

    [Fact]
    public void As_many_functions_wait_as_all_programs_may_have_together()
    {
        Put(0, Deep(8, $"r3 = 0; {Go}; r0 = 0; exit"));
        Assert.Equal(BpfCpu.MaximumTailCalls * 7ul * InFrame, _maker.Value($"r3 = 0; {Go}; r0 = 5; exit"));
    }

    [Fact]
    public void The_budget_goes_on()
    {
        Put(0, "r1 = 0; again: r1 += 1; if r1 != 30000000 goto again; r0 = 7; exit");
        Assert.Equal(RunFaultKind.BudgetExhausted, _maker.Run($"r3 = 0; {Go}; r0 = 5; exit").Fault.Kind);
    }

    [Fact]
    public void A_fault_in_the_other_program_ends_the_run()
    {
        Put(0, "r0 = 1; r0 = *(u64 *)(r0 + 0); exit");
        Assert.Equal(new RunFault(RunFaultKind.OutsideRead, 1, 1, 8), _maker.Run($"r3 = 0; {Go}; r0 = 5; exit").Fault);
    }

    [Theory]
    [InlineData("r2 = map[fd:1] ll; r3 = 0; call 12")]
    [InlineData("r2 = 5; r3 = 0; call 12")]
    [InlineData("r1 = 5; r2 = map[fd:0] ll; r3 = 0; call 12")]
    public void What_is_no_array_of_programs_or_no_context_stops_the_run(string text)
    {
        Put(0, "r0 = 7; exit");
        Assert.Equal(RunFaultKind.HelperFailed, _maker.Run($"{text}; r0 = 5; exit").Fault.Kind);
    }

    [Fact]
    public void A_redirect_goes_on()
    {
        Put(0, "r0 = 4; exit");
        BpfCpu cpu = new();
        Assert.Equal(4ul, _maker.Value($"r6 = r1; r1 = 9; r2 = 0; call 23; r1 = r6; r3 = 0; {Go}; r0 = 5; exit", cpu: cpu));
        Assert.Equal(new BpfRedirect(RedirectKind.Device, 9), cpu.Redirect);
    }

    public void Dispose()
    {
        _programs.Dispose();
        _counts.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Functions each of which keeps a number in its frame, calls the next one, and adds the number to what that returns; the last one is given.</summary>
    private static string Deep(int functions, string last) => string.Concat(Enumerable.Range(0, functions - 1).Select(
        i => $"f{i}: *(u64 *)(r10 - 8) = {InFrame}; call f{i + 1}; r1 = *(u64 *)(r10 - 8); r0 += r1; exit; ")) + $"f{functions - 1}: {last}";

    private void Put(uint index, string text) => Assert.Equal(BpfError.None, _programs.Update(index, _maker.Of(text)));
}
