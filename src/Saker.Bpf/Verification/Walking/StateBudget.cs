using Saker.Bpf.Verification.Explanation;
using Saker.Bpf.Verification.States;

namespace Saker.Bpf.Verification.Walking;

/// <summary>Counts the memory that states take that are kept or wait, and ends the verification where it is too much.</summary>
/// <param name="maximum">The most bytes.</param>
internal sealed class StateBudget(long maximum)
{
    /// <summary>Bytes of a step of a path that is recorded.</summary>
    private const int EntryBytes = 80;

    private long _bytes;

    /// <summary>The most bytes that were taken at a time.</summary>
    public long Peak { get; private set; }

    /// <summary>A state is kept or waits.</summary>
    /// <exception cref="ProgramRefused">States take too much.</exception>
    public void Add(VerifierState state)
    {
        _bytes += SizeOf(state);
        Peak = Math.Max(Peak, _bytes);
        if (_bytes > maximum)
        {
            throw new ProgramRefused(
                VerifierRule.Complexity,
                state.Instruction,
                $"the states of paths that are kept or wait take more than {maximum:N0} bytes",
                "let fewer branches follow each other, use less of the stack, or allow more (MaximumStateBytes)");
        }
    }

    /// <summary>A state is neither kept any more nor waits.</summary>
    public void Remove(VerifierState state) => _bytes -= SizeOf(state);

    /// <summary>No state is kept, and none waits.</summary>
    public void Clear() => _bytes = 0;

    private static long SizeOf(VerifierState state) => state.OwnBytes + ((long)EntryBytes * (state.History?.Count ?? 0));
}
