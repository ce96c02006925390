using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Saker.Bpf.Interpretation;

/// <summary>Does instructions one after the other.</summary>
internal static unsafe class InterpreterLoop
{
    /// <summary>The budget is taken in pieces, so that it can be counted in a register; helpers that call back see what is left beside the piece.</summary>
    private const int Piece = 4096;

    /// <summary>Runs until the outermost function, or the one that was entered for a helper, ends; or until the program is stopped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(BpfCpu cpu, DecodedInstruction* next)
    {
        if (cpu.Observer is { } observer)
        {
            RunObserved(cpu, next, observer);
            return;
        }

        while (true)
        {
            long piece = Math.Min(cpu.Budget, Piece);
            if (piece <= 0)
            {
                cpu.Stop(next, RunFaultKind.BudgetExhausted);
                return;
            }

            cpu.Budget -= piece;
            do
            {
                next = next->Handler(cpu, next);
                piece--;
            }
            while (next != null && piece != 0);

            if (next == null)
            {
                cpu.Budget += piece;
                return;
            }
        }
    }

    private static void RunObserved(BpfCpu cpu, DecodedInstruction* next, IInstructionObserver observer)
    {
        while (next != null)
        {
            if (cpu.Budget-- <= 0)
            {
                cpu.Stop(next, RunFaultKind.BudgetExhausted);
                return;
            }

            InterpretedProgram running = Unsafe.As<InterpretedProgram>(cpu.Running!);
            observer.Before(running, running.SlotOf(next), cpu.Depth, MemoryMarshal.CreateReadOnlySpan(ref cpu.Register(0), BpfInstruction.RegisterCount));
            next = next->Handler(cpu, next);
        }
    }
}
