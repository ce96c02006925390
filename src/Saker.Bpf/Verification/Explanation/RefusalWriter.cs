using Saker.Bpf.Verification.Checking;
using Saker.Bpf.Verification.Walking;

namespace Saker.Bpf.Verification.Explanation;

/// <summary>Writes a refusal: the reason with the code, the line of the source, the way that led there, and what the registers held.</summary>
internal static class RefusalWriter
{
    /// <summary>Writes it.</summary>
    public static VerifierRefusal Write(ProgramRefused refused, BpfProgram program, VerifierOptions options, VerifierEnvironment? environment)
    {
        VerifierRefusal refusal = new(refused.Rule, refused.Instruction, refused.Message) { Hint = refused.Hint };
        if (refused.Instruction < 0)
        {
            return refusal;
        }

        refusal = refusal with
        {
            Code = ProgramText.Of(program.Slots, refused.Instruction, ProgramTextStyle.Llvm),
            Line = SourceLine.At(options.Lines, refused.Instruction),
        };
        return environment is { ProcessedInstructions: > 0 } ? WithPath(refusal, options, environment) : refusal;
    }

    private static VerifierRefusal WithPath(VerifierRefusal refusal, VerifierOptions options, VerifierEnvironment environment)
    {
        RecordedPath path = RecordedPath.Of(environment);
        int?[] origins = path.Origins();
        return refusal with
        {
            Path = PathWriter.Write(path, options.Lines, out bool isWhole),
            IsPathWhole = isWhole,
            Registers = [.. StateRecorder.Of(environment.State).Select(register => new RegisterReport(register.Number, register.Text, origins[register.Number]))],
        };
    }
}
