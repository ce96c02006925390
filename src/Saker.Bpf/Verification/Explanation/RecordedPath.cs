using Saker.Bpf.Verification.Checking;
using Saker.Bpf.Verification.Flow;
using Saker.Bpf.Verification.Rules;
using Saker.Bpf.Verification.States;

namespace Saker.Bpf.Verification.Explanation;

/// <summary>The way to the instruction that is looked at, as the path recorded it: runs of instructions that follow each other, from jump to jump.</summary>
internal sealed class RecordedPath
{
    /// <summary>The most runs that are gone back.</summary>
    private const int MostRuns = 4096;

    private readonly CodeGraph _code;
    private readonly List<(int First, int Last)> _runs = [];

    private RecordedPath(CodeGraph code) => _code = code;

    /// <summary>Whether it begins where the program, or a function that is verified for itself, does.</summary>
    public bool IsWhole { get; private init; }

    /// <summary>The runs by their first and last instructions, in the order of the path.</summary>
    public IReadOnlyList<(int First, int Last)> Runs => _runs;

    /// <summary>Reads the path of the state that the environment has.</summary>
    public static RecordedPath Of(VerifierEnvironment environment)
    {
        List<(int From, int To)> jumps = [.. JumpsBack(environment).Take(MostRuns + 1)];
        bool isWhole = jumps.Count <= MostRuns;
        jumps.Reverse();
        RecordedPath path = new(environment.Code) { IsWhole = isWhole };
        int first = isWhole ? StartOf(environment.Code, jumps.Count == 0 ? environment.Instruction : jumps[0].From) : jumps[0].To;
        foreach ((int from, int to) in isWhole ? jumps : jumps.Skip(1))
        {
            path._runs.Add((first, from));
            first = to;
        }

        path._runs.Add((first, environment.Instruction));
        return path;
    }

    /// <summary>The instructions of a run.</summary>
    public IEnumerable<int> InstructionsOf((int First, int Last) run)
    {
        for (int i = run.First; i <= run.Last; i = _code.Next(i))
        {
            yield return i;
        }
    }

    /// <summary>For each register the instruction that wrote what it holds; null: none did on the path that is known.</summary>
    public int?[] Origins()
    {
        int?[] origins = new int?[BpfInstruction.RegisterCount];
        int wanted = (1 << BpfInstruction.FramePointer) - 1, inner = 0;
        bool isSkipped = true;
        for (int run = _runs.Count - 1; run >= 0 && wanted != 0; run--)
        {
            foreach (int slot in InstructionsOf(_runs[run]).Reverse())
            {
                int written = inner == 0 && !isSkipped ? RegisterLiveness.UseOf(_code, slot).Writes & wanted : 0;
                for (int register = 0; written >> register != 0; register++)
                {
                    origins[register] = (written & (1 << register)) != 0 ? slot : origins[register];
                }

                wanted &= ~written;
                isSkipped = false;
            }

            if (run > 0)
            {
                isSkipped = GoBackOver(_runs[run - 1].Last, _runs[run].First, ref inner, ref wanted);
            }
        }

        return origins;
    }

    /// <summary>Goes back over a jump. Behind a return is a function with registers of its own; before a function's begin is what called it, which gave it r1 to r5.</summary>
    /// <returns>Whether the instruction that jumped wrote nothing that is wanted.</returns>
    private bool GoBackOver(int from, int to, ref int inner, ref int wanted)
    {
        InstructionForm form = _code.Describe(from).Form;
        if (form == InstructionForm.Exit)
        {
            inner++;
        }
        else if (form is InstructionForm.CallFunction or InstructionForm.CallHelper && Array.Exists(_code.Functions, function => function.Start == to))
        {
            if (inner == 0)
            {
                wanted &= HelperFacts.Arguments;
                return true;
            }

            inner--;
        }

        return false;
    }

    private static IEnumerable<(int From, int To)> JumpsBack(VerifierEnvironment environment)
    {
        // Of the instruction that is looked at nothing may have been recorded yet.
        VerifierState? state = environment.State;
        (int previous, int instruction) = (state.PreviousInstruction, environment.Instruction);
        bool isFirst = true;
        if (IsJump(environment.Code, previous, instruction))
        {
            yield return (previous, instruction);
        }

        for (; state is not null; state = state.Parent?.State)
        {
            for (HistoryEntry? entry = state.History; entry is not null; entry = entry.Older)
            {
                if (IsJump(environment.Code, entry.Previous, entry.Instruction) && !(isFirst && (entry.Previous, entry.Instruction) == (previous, instruction)))
                {
                    yield return (entry.Previous, entry.Instruction);
                }

                isFirst = false;
            }
        }
    }

    private static bool IsJump(CodeGraph code, int from, int to) => from >= 0 && code.IsInstruction(from) && code.Next(from) != to;

    private static int StartOf(CodeGraph code, int slot) => code.Functions.Last(function => function.Start <= slot).Start;
}
