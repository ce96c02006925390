using Saker.Bpf.Verification.Checking;
using Saker.Bpf.Verification.Explanation;
using Saker.Bpf.Verification.Flow;
using Saker.Bpf.Verification.States;

namespace Saker.Bpf.Verification.Walking;

/// <summary>
/// The states that were kept. At a point where paths meet it says whether the path needs to be followed (<c>is_state_visited</c>), and keeps its state from time to time.
/// </summary>
internal sealed class CheckpointTable(VerifierEnvironment environment)
{
    /// <summary>A state is kept when the path has gone so far since the last one.</summary>
    private const int JumpsBetween = 2, InstructionsBetween = 8;

    /// <summary>The same in loops, whose turns differ.</summary>
    private const int JumpsBetweenInLoops = 20, InstructionsBetweenInLoops = 100;

    /// <summary>A path's records are not to become longer than this.</summary>
    private const int LongestHistory = 40;

    /// <summary>How often a state may be compared in vain for each time that it is not, before it is given up.</summary>
    private const int Patience = 3, PatienceInLoops = 64;

    /// <summary>The most states of an instruction for those without privileges.</summary>
    private const int MostUnprivileged = 64;

    private readonly Dictionary<(int Instruction, int CallSite), List<Checkpoint>> _checkpoints = [];
    private readonly StateComparison _comparison = new(environment);
    private readonly LoopVisits _loops = new(environment);
    private readonly Widening _widening = new(environment);
    private int _lastJumps;
    private int _lastInstructions;
    private int _count;

    /// <summary>How many states were kept.</summary>
    public int Total { get; private set; }

    /// <summary>The most that were kept at a time.</summary>
    public int Peak { get; private set; }

    /// <summary>The most that were kept for an instruction at a time.</summary>
    public int PeakOfInstruction { get; private set; }

    /// <summary>Another function is verified by itself.</summary>
    public void Clear()
    {
        _checkpoints.Clear();
        environment.Budget.Clear();
        _count = 0;
    }

    /// <summary>Whether the path needs not be followed: it is one that was followed already. Else its state may be kept.</summary>
    public bool IsCovered()
    {
        VerifierState state = environment.State;
        InstructionFacts facts = environment.Code.Facts(state.Instruction);
        bool isForced = environment.Options.KeepsStatesOften || facts.IsForcedCheckpoint || (state.History?.Count ?? 0) > LongestHistory;
        bool isKept = isForced || IsFar(JumpsBetween, InstructionsBetween);
        List<Checkpoint> list = ListOf(state);
        Clean(list, state);
        PeakOfInstruction = Math.Max(PeakOfInstruction, list.Count);
        for (int i = list.Count - 1; i >= 0; i--)
        {
            Checkpoint checkpoint = list[i];
            if (checkpoint.Branches > 0 ? IsTurnCovered(checkpoint, facts) : IsEndCovered(checkpoint))
            {
                return true;
            }

            if (checkpoint.Branches > 0 && !isForced && !IsFar(JumpsBetweenInLoops, InstructionsBetweenInLoops, all: false))
            {
                isKept = false;
            }

            checkpoint.Misses += isKept ? 1 : 0;
            int patience = facts.IsForcedCheckpoint && checkpoint.Branches > 0 ? PatienceInLoops : Patience;
            if (checkpoint.Misses > (checkpoint.Hits * patience) + patience)
            {
                list.RemoveAt(i);
                _count--;
                checkpoint.IsListed = false;
                if (checkpoint.Branches == 0)
                {
                    environment.Budget.Remove(checkpoint.State);
                }
            }
        }

        if (isKept && (environment.IsCapable || list.Count <= MostUnprivileged))
        {
            Keep(list);
        }

        return false;
    }

    /// <summary>A path has come to its end: checkpoints from which all have are finished.</summary>
    public void EndPath(VerifierState state)
    {
        Checkpoint? checkpoint = state.Parent;
        while (checkpoint is not null && --checkpoint.Branches == 0)
        {
            _loops.Leave(checkpoint);
            if (!checkpoint.IsListed)
            {
                environment.Budget.Remove(checkpoint.State);
            }

            Checkpoint? parent = checkpoint.State.Parent;
            if (checkpoint.Visit?.Entry is null)
            {
                // Nothing is carried back through it any more; those before it may be forgotten before it is.
                checkpoint.State.Parent = null;
            }

            checkpoint = parent;
        }
    }

    /// <summary>
    /// A loop has made a turn whose end is not known beforehand: numbers that differ from those of the last turn, and do not matter, are forgotten, so that turns become equal.
    /// </summary>
    /// <param name="state">The state after the turn.</param>
    /// <param name="instruction">Where turns begin.</param>
    /// <param name="depth">How many checkpoints may have been on the path of the turn before.</param>
    public void Widen(VerifierState state, int instruction, int depth)
    {
        List<Checkpoint> list = ListAt(instruction, state.Current.CallSite);
        for (int i = list.Count - 1; i >= 0; i--)
        {
            if (list[i].Branches > 0 && list[i].State.CheckpointDepth < depth && HasSameCalls(list[i].State, state))
            {
                _widening.Widen(list[i], state);
                return;
            }
        }
    }

    private bool IsFar(int jumps, int instructions, bool all = true)
    {
        bool isFarByJumps = environment.ProcessedJumps - _lastJumps >= jumps;
        bool isFarByInstructions = environment.ProcessedInstructions - _lastInstructions >= instructions;
        return all ? isFarByJumps && isFarByInstructions : isFarByJumps || isFarByInstructions;
    }

    private List<Checkpoint> ListOf(VerifierState state) => ListAt(state.Instruction, state.Current.CallSite);

    private List<Checkpoint> ListAt(int instruction, int callSite)
    {
        if (!_checkpoints.TryGetValue((instruction, callSite), out List<Checkpoint>? list))
        {
            _checkpoints.Add((instruction, callSite), list = []);
        }

        return list;
    }

    /// <summary>Finds what is dead in states from which all paths were followed.</summary>
    private void Clean(List<Checkpoint> list, VerifierState state)
    {
        foreach (Checkpoint checkpoint in list)
        {
            if (checkpoint.Branches > 0 || checkpoint.IsCleaned || checkpoint.IsOpen || !HasSameCalls(checkpoint.State, state))
            {
                continue;
            }

            checkpoint.IsCleaned = true;
            for (int i = 0; i <= checkpoint.State.Depth; i++)
            {
                ref FrameMarks marks = ref checkpoint.Marks(i);
                marks.DeadRegisters = (ushort)(~environment.Code.Facts(checkpoint.State.InstructionOf(i)).LiveRegisters & 0x3ff);
                marks.DeadSlots = environment.StackLiveness.DeadSlots(checkpoint.State, i);
            }
        }
    }

    private static bool HasSameCalls(VerifierState one, VerifierState other)
    {
        if (one.Depth != other.Depth)
        {
            return false;
        }

        for (int i = 0; i <= one.Depth; i++)
        {
            if (one.Frame(i).CallSite != other.Frame(i).CallSite)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The path comes to a checkpoint of its own again: a loop.</summary>
    private bool IsTurnCovered(Checkpoint checkpoint, in InstructionFacts facts)
    {
        VerifierState state = environment.State;
        bool isMayGoto = environment.Code.Describe(state.Instruction).Operation == BpfOperation.MayGoto;
        if (isMayGoto && checkpoint.State.MayGotoDepth != state.MayGotoDepth && _comparison.IsCovered(checkpoint, state, Exactness.Within))
        {
            EndAt(checkpoint, isLoop: true);
            return true;
        }

        if (facts.CallsBack)
        {
            bool isCovered = _comparison.IsCovered(checkpoint, state, Exactness.Within);
            if (isCovered)
            {
                EndAt(checkpoint, isLoop: false);
            }

            return isCovered;
        }

        if (checkpoint.State.MayGotoDepth == state.MayGotoDepth
            && checkpoint.State.CallbackUnrollDepth == state.CallbackUnrollDepth
            && _comparison.IsCovered(checkpoint, state, Exactness.Same))
        {
            throw new ProgramRefused(
                VerifierRule.InfiniteLoop,
                state.Instruction,
                "a loop comes here again with every register and the stack as they were, so it never ends",
                "let something that the loop's condition depends on change in each turn");
        }

        return false;
    }

    /// <summary>The path comes to a checkpoint from which all paths were followed.</summary>
    private bool IsEndCovered(Checkpoint checkpoint)
    {
        bool isLoop = checkpoint.IsOpen;
        if (!_comparison.IsCovered(checkpoint, environment.State, isLoop ? Exactness.Within : Exactness.Marked))
        {
            return false;
        }

        EndAt(checkpoint, isLoop);
        return true;
    }

    private void EndAt(Checkpoint checkpoint, bool isLoop)
    {
        VerifierState state = environment.State;
        checkpoint.Hits++;
        if (environment.Code.Facts(state.Instruction).IsJumpPoint)
        {
            environment.Record();
        }

        environment.Precision.Propagate(checkpoint, state);
        if (isLoop && checkpoint.Visit is { } visit)
        {
            VerifierState end = state.Fork();
            environment.Budget.Add(end);
            visit.Ends.Add((checkpoint, end));
        }
    }

    private void Keep(List<Checkpoint> list)
    {
        VerifierState state = environment.State;
        Total++;
        _count++;
        Peak = Math.Max(Peak, _count);
        _lastJumps = environment.ProcessedJumps;
        _lastInstructions = environment.ProcessedInstructions;
        Checkpoint checkpoint = new(state.Fork());
        environment.Budget.Add(checkpoint.State);
        _loops.Enter(checkpoint);
        list.Add(checkpoint);
        state.Parent = checkpoint;
        state.History = null;
        state.FirstInstruction = state.Instruction;
        state.CheckpointDepth = checkpoint.State.CheckpointDepth + 1;
    }
}
