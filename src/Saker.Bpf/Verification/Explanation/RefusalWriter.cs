using System.Collections.Immutable;
using Saker.Bpf.Verification.Checking;
using Saker.Bpf.Verification.States;
using Saker.Bpf.Verification.Walking;

namespace Saker.Bpf.Verification.Explanation;

/// <summary>Writes a refusal: the reason with the code, the line of the source, the way that led there, and what the registers held.</summary>
internal static class RefusalWriter
{
    /// <summary>The most steps of a way that are told.</summary>
    private const int MostSteps = 64;

    /// <summary>Writes it.</summary>
    public static VerifierRefusal Write(ProgramRefused refused, BpfProgram program, VerifierOptions options, VerifierEnvironment? environment)
    {
        VerifierRefusal refusal = new(refused.Rule, refused.Instruction, refused.Message) { Hint = refused.Hint };
        if (refused.Instruction < 0)
        {
            return refusal;
        }

        bool isOnPath = environment is { ProcessedInstructions: > 0 };
        return refusal with
        {
            Code = ProgramText.Of(program.Slots, refused.Instruction, ProgramTextStyle.Llvm),
            Line = SourceLine.At(options.Lines, refused.Instruction),
            Path = isOnPath ? PathOf(environment!) : [],
            Registers = isOnPath ? [.. StateRecorder.Of(environment!.State).Select(register => new RegisterReport(register.Number, register.Text))] : [],
        };
    }

    private static ImmutableArray<PathStep> PathOf(VerifierEnvironment environment)
    {
        List<PathStep> steps = [];
        VerifierState? state = environment.State;
        while (state is not null && steps.Count < MostSteps)
        {
            for (HistoryEntry? entry = state.History; entry is not null && steps.Count < MostSteps; entry = entry.Older)
            {
                if (entry.Previous >= 0 && entry.Instruction != entry.Previous + 1 && !IsWide(environment, entry))
                {
                    steps.Add(new PathStep(entry.Previous, entry.Instruction));
                }
            }

            state = state.Parent?.State;
        }

        steps.Reverse();
        return [.. steps];
    }

    /// <summary>Whether a step only goes over a wide instruction.</summary>
    private static bool IsWide(VerifierEnvironment environment, HistoryEntry entry) =>
        environment.Code.IsInstruction(entry.Previous) && environment.Code.Next(entry.Previous) == entry.Instruction;
}
