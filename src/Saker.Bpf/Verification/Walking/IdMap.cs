using Saker.Bpf.Verification.States;

namespace Saker.Bpf.Verification.Walking;

/// <summary>Which ids of an old state stand for which of a new one: where two registers had the same id, they must have the same one again, and others another one.</summary>
internal sealed class IdMap
{
    /// <summary>The most pairs (<c>BPF_ID_MAP_SIZE</c>): more than registers and slots can have, but not more than can be held at a time. States that have more are not compared.</summary>
    private const int MostPairs = (BpfInstruction.RegisterCount + FrameState.SlotCount) * VerifierState.MaximumFrames;

    private readonly List<(uint Old, uint New)> _pairs = [];
    private uint _unique;

    /// <summary>Forgets all pairs.</summary>
    /// <param name="lastId">The last id that was given.</param>
    public void Reset(uint lastId)
    {
        _pairs.Clear();
        _unique = lastId;
    }

    /// <summary>Whether ids of pointers may stand for each other: both have one, or neither.</summary>
    public bool Matches(uint old, uint @new) => (old == 0) == (@new == 0) && (old == 0 || Pair(old, @new));

    /// <summary>Whether ids of numbers may stand for each other: without one a number is related to none.</summary>
    /// <param name="old">The id that was; not 0.</param>
    /// <param name="new">The id that is.</param>
    public bool MatchesNumbers(uint old, uint @new) => Pair(old, @new == 0 ? ++_unique : @new);

    private bool Pair(uint old, uint @new)
    {
        foreach ((uint Old, uint New) pair in _pairs)
        {
            if (pair.Old == old || pair.New == @new)
            {
                return pair == (old, @new);
            }
        }

        if (_pairs.Count == MostPairs)
        {
            return false;
        }

        _pairs.Add((old, @new));
        return true;
    }
}
