using Saker.Bpf.Verification.Checking;
using Saker.Bpf.Verification.States;

namespace Saker.Bpf.Verification.Walking;

/// <summary>
/// Loops that are being walked through. A path that ends since it equals an earlier one of the same loop ends too early: that one does not know yet what matters to it.
/// Such ends are kept until all paths through the loop are followed; then what matters is carried back until nothing changes.
/// </summary>
internal sealed class LoopVisits(VerifierEnvironment environment)
{
    private const int MostRounds = 64;

    private readonly Dictionary<Key, LoopVisit> _visits = [];

    /// <summary>A checkpoint was made: if it is the first one in a loop, the loop is entered.</summary>
    public void Enter(Checkpoint checkpoint)
    {
        if (TryFindLoop(checkpoint.State, out Key key))
        {
            if (!_visits.TryGetValue(key, out LoopVisit? visit))
            {
                _visits.Add(key, visit = new LoopVisit());
            }

            visit.Entry ??= checkpoint;
            checkpoint.Visit = visit;
        }
    }

    /// <summary>All paths from a checkpoint are followed: if a loop was entered with it, the loop is left.</summary>
    public void Leave(Checkpoint checkpoint)
    {
        if (checkpoint.Visit is { } visit && visit.Entry == checkpoint)
        {
            visit.Entry = null;
            Settle(visit);
        }
    }

    private void Settle(LoopVisit visit)
    {
        bool isChanged = visit.Ends.Count > 0;
        for (int round = 0; isChanged; round++)
        {
            isChanged = false;
            foreach ((Checkpoint equal, VerifierState end) in visit.Ends)
            {
                if (round == MostRounds)
                {
                    PrecisionMarker.MarkAll(end);
                }
                else
                {
                    isChanged |= environment.Precision.Propagate(equal, end);
                }
            }
        }

        foreach ((_, VerifierState end) in visit.Ends)
        {
            environment.Budget.Remove(end);
        }

        visit.Ends.Clear();
    }

    /// <summary>The outermost loop that a state is in, and the calls that led there.</summary>
    private bool TryFindLoop(VerifierState state, out Key key)
    {
        key = default;
        for (int i = 0; i <= state.Depth; i++)
        {
            int instruction = state.InstructionOf(i);
            if (environment.Code.Facts(instruction).Loop is var loop and not 0)
            {
                key = key with { Loop = loop };
                return true;
            }

            key = i == 0 ? key with { FirstCall = instruction } : key with { Calls = (key.Calls << Key.CallBits) | (uint)instruction };
        }

        return false;
    }

    private readonly record struct Key(int Loop, int FirstCall, UInt128 Calls)
    {
        /// <summary>Bits of the number of a slot.</summary>
        public const int CallBits = 20;
    }
}

/// <summary>A loop that is being walked through by one chain of calls.</summary>
internal sealed class LoopVisit
{
    /// <summary>The checkpoint with which it was entered; null: it was left.</summary>
    public Checkpoint? Entry { get; set; }

    /// <summary>Paths that ended too early, and what each one equals.</summary>
    public List<(Checkpoint Equal, VerifierState End)> Ends { get; } = [];
}
