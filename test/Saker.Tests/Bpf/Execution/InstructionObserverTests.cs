using Saker.Bpf;

namespace Saker.Tests.Bpf.Execution;

/// <summary>Who looks on sees every instruction that is done, and what registers held before it.</summary>
public sealed class InstructionObserverTests
{
    [Fact]
    public void Each_instruction_is_seen_before_it_is_done()
    {
        BpfProgram program = Assembler.Assemble("r0 = 3; r1 = 5 ll; call f; goto +1; r0 = 9; exit; f: r0 += r1; exit");
        Steps steps = new();
        ReadyProgram ready = ReadyProgram.Of(program, new ExecutionOptions { Engine = BpfEngine.Interpreter });
        ready.Cpu.Observer = steps;
        Assert.Equal(5UL, ready.Run([]).Value);
        Assert.Equal([(0, 0, 0, 0), (1, 0, 3, 0), (3, 0, 3, 5), (7, 1, 0, 5), (8, 1, 5, 5), (4, 0, 5, 0), (6, 0, 5, 0)], steps.Seen);
    }

    [Fact]
    public void A_budget_ends_what_is_looked_at()
    {
        BpfProgram program = Assembler.Assemble("r0 = 0; l: r0 += 1; goto l; exit");
        Steps steps = new();
        ReadyProgram ready = ReadyProgram.Of(program, new ExecutionOptions { Engine = BpfEngine.Interpreter, Budget = 100 });
        ready.Cpu.Observer = steps;
        Assert.Equal(RunFaultKind.BudgetExhausted, ready.Run([]).Fault.Kind);
        Assert.Equal(100, steps.Seen.Count);
    }

    private sealed class Steps : IInstructionObserver
    {
        public List<(int Slot, int Depth, ulong R0, ulong R1)> Seen { get; } = [];

        public void Before(BpfExecutable running, int slot, int depth, ReadOnlySpan<ulong> registers) => Seen.Add((slot, depth, registers[0], slot == 0 ? 0 : registers[1]));
    }
}
