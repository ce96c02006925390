using System.Runtime.CompilerServices;

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
}
