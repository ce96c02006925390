using System.Collections.Immutable;
using Saker.Bpf;
using Saker.Bpf.Verification;
using Saker.Bpf.Verification.Flow;

namespace Saker.Tests.Bpf.Verification;

/// <summary>Looks on while a program runs, and holds what registers have against what the verifier has said of them.</summary>
internal sealed class StateWitness(CodeGraph code, RecordedStates states) : IInstructionObserver
{
    /// <summary>What does not hold; null: all does.</summary>
    public string? Fault { get; private set; }

    /// <summary>Instructions that were seen.</summary>
    public long Seen { get; private set; }

    public static StateWitness Of(BpfProgram program, VerifierOptions options, RecordedStates states)
    {
        CodeGraph code = new(program, options);
        FunctionFinder.Check(code);
        Reachability.Check(code, mayLoop: true);
        RegisterLiveness.Mark(code);
        return new StateWitness(code, states);
    }

    public void Before(BpfExecutable running, int slot, int depth, ReadOnlySpan<ulong> registers)
    {
        Seen++;
        if (Fault is not null)
        {
            return;
        }

        IReadOnlyList<ImmutableArray<RecordedRegister>> known = states.At(slot);
        int live = code.Facts(slot).LiveRegisters;
        foreach (ImmutableArray<RecordedRegister> state in known)
        {
            if (Holds(state, live, registers))
            {
                return;
            }
        }

        Fault = $"before instruction {slot} the registers hold {string.Join(" ", registers.ToArray().Select((value, number) => $"r{number}={value:x}"))}, live are {live:b}; known are {known.Count} states:\n"
            + string.Join('\n', known.Take(20).Select(state => string.Join(" ", state.Select(register => $"r{register.Number}={register.Text}"))));
    }

    private static bool Holds(ImmutableArray<RecordedRegister> state, int live, ReadOnlySpan<ulong> registers)
    {
        foreach (RecordedRegister register in state)
        {
            if (register.IsNumber && (live & (1 << register.Number)) != 0 && !register.Value.Contains(registers[register.Number]))
            {
                return false;
            }
        }

        return true;
    }
}
