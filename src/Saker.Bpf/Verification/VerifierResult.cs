using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Saker.Bpf.Verification;

/// <summary>What the verifier found.</summary>
public sealed class VerifierResult
{
    internal VerifierResult(VerifierRefusal? refusal, VerifierProof? proof, VerifierStatistics statistics, RecordedStates? states)
    {
        Refusal = refusal;
        Proof = proof;
        Statistics = statistics;
        States = states;
    }

    /// <summary>Whether the program keeps to all rules.</summary>
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool IsAccepted => Refusal is null;

    /// <summary>Why it is refused; null: it is accepted.</summary>
    public VerifierRefusal? Refusal { get; }

    /// <summary>What lets the program run without checks; null: it is refused, or the kernel lets something pass that may go wrong all the same.</summary>
    public VerifierProof? Proof { get; }

    /// <summary>How much work it was.</summary>
    public VerifierStatistics Statistics { get; }

    /// <summary>What registers hold at each instruction; null: it was not asked for (<see cref="VerifierOptions.RecordsStates"/>).</summary>
    public RecordedStates? States { get; }
}

/// <summary>How much work a verification was.</summary>
public sealed record VerifierStatistics
{
    /// <summary>How many instructions were gone through, on all paths.</summary>
    public int ProcessedInstructions { get; init; }

    /// <summary>How many states were kept.</summary>
    public int States { get; init; }

    /// <summary>How many states were kept at a time.</summary>
    public int PeakStates { get; init; }

    /// <summary>How many states were kept for an instruction at a time.</summary>
    public int StatesOfAnInstruction { get; init; }

    /// <summary>How many bytes states took that were kept or waited, at a time, about.</summary>
    public long PeakStateBytes { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Time { get; init; }

    /// <summary>Bytes of stack of each function, in the order of the code.</summary>
    public ImmutableArray<int> StackDepths { get; init; } = [];
}

/// <summary>What every register may hold before each instruction: one set of values for each time that a path came to it.</summary>
public sealed class RecordedStates
{
    private readonly Dictionary<int, List<ImmutableArray<RecordedRegister>>> _states = [];

    /// <summary>The instructions that were come to.</summary>
    public IEnumerable<int> Instructions => _states.Keys;

    /// <summary>The states before an instruction.</summary>
    /// <param name="instruction">Its slot.</param>
    public IReadOnlyList<ImmutableArray<RecordedRegister>> At(int instruction) => _states.TryGetValue(instruction, out List<ImmutableArray<RecordedRegister>>? found) ? found : [];

    internal void Add(int instruction, ImmutableArray<RecordedRegister> registers)
    {
        if (!_states.TryGetValue(instruction, out List<ImmutableArray<RecordedRegister>>? list))
        {
            _states.Add(instruction, list = []);
        }

        list.Add(registers);
    }
}

/// <summary>What a register may hold.</summary>
/// <param name="Number">Its number.</param>
/// <param name="IsNumber">Whether it holds a number; else it holds an address.</param>
/// <param name="Value">The number, or how far the address is from the beginning of what it points into, apart from <paramref name="Offset"/>.</param>
/// <param name="Offset">Of an address: what is to be added to that.</param>
/// <param name="Text">What it holds, in words.</param>
public readonly record struct RecordedRegister(int Number, bool IsNumber, ScalarValue Value, int Offset, string Text);
