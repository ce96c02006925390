using System.Diagnostics;
using Saker.Bpf.Verification.Checking;
using Saker.Bpf.Verification.Explanation;
using Saker.Bpf.Verification.Flow;
using Saker.Bpf.Verification.Walking;

namespace Saker.Bpf.Verification;

/// <summary>
/// Finds before a program is run whether it can do any harm: read or write what it was not given, crash, keep what it has to give back, never end. It goes through the code as
/// Linux 6.18's verifier does and comes to the same verdicts for programs of a privileged user; where it refuses it says why. See <c>docs/verifier.md</c>.
/// </summary>
public static class BpfVerifier
{
    /// <summary>Verifies a program.</summary>
    /// <param name="program">The program. Its constants name maps by numbers that <see cref="VerifierOptions.Maps"/> knows.</param>
    /// <param name="options">What else is to be known of it.</param>
    public static VerifierResult Verify(BpfProgram program, VerifierOptions options)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(options);
        long start = Stopwatch.GetTimestamp();
        RecordedStates? records = options.RecordsStates ? new RecordedStates() : null;
        CodeGraph? code = null;
        VerifierEnvironment? environment = null;
        CheckpointTable? checkpoints = null;
        VerifierRefusal? refusal = null;
        try
        {
            code = new CodeGraph(program, options);
            environment = new VerifierEnvironment(code, options);
            checkpoints = new CheckpointTable(environment);
            VerifyAll(code, environment, checkpoints, records);
        }
        catch (ProgramRefused refused)
        {
            refusal = RefusalWriter.Write(refused, program, options, environment);
        }

        VerifierStatistics statistics = new()
        {
            ProcessedInstructions = environment?.ProcessedInstructions ?? 0,
            States = checkpoints?.Total ?? 0,
            PeakStates = checkpoints?.Peak ?? 0,
            StatesOfAnInstruction = checkpoints?.PeakOfInstruction ?? 0,
            PeakStateBytes = environment?.Budget.Peak ?? 0,
            Time = Stopwatch.GetElapsedTime(start),
            StackDepths = code is null ? [] : [.. code.Functions.Select(function => function.StackDepth)],
        };
        bool isProven = refusal is null && !environment!.Facts.IsDoubtful;
        return new VerifierResult(refusal, isProven ? new VerifierProof(program, options, environment!.Facts, environment.Maps, code!.Functions) : null, statistics, records);
    }

    private static void VerifyAll(CodeGraph code, VerifierEnvironment environment, CheckpointTable checkpoints, RecordedStates? records)
    {
        if (environment.Options.Type == ProgramType.Unspecified)
        {
            throw new ProgramRefused(VerifierRule.NotSupported, -1, "nothing says what the program is for", "name its section as libbpf does ('xdp', 'tc', 'socket'), or say the type");
        }

        if (!ProgramRules.IsKnown(environment.Options.Type))
        {
            throw new ProgramRefused(VerifierRule.NotSupported, -1, $"programs of type {environment.Options.Type.KernelName()} are not known to this verifier yet, but those that run over packets");
        }

        PrivilegeCheck.Check(environment);
        KernelCalls.CheckLicense(environment);
        FunctionFinder.Check(code);
        new ConstantLoads(environment).Find();
        Reachability.Check(code, environment.IsCapable);
        RegisterLiveness.Mark(code);
        Loops.Mark(code);
        PathWalker walker = new(environment, checkpoints, new InstructionChecker(environment, checkpoints), records);
        code.Functions[0].IsCalled = true;
        bool[] isVerified = new bool[code.Functions.Length];
        while (Array.Find(code.Functions, function => function.IsCalled && !isVerified[function.Number]) is { } next)
        {
            isVerified[next.Number] = true;
            checkpoints.Clear();
            environment.State = EntryStates.Of(next, environment);
            walker.Walk();
        }

        StackDepthCheck.Check(code.Functions);
    }
}
