using Saker.Bpf.Verification.Checking;
using Saker.Bpf.Verification.Explanation;
using Saker.Bpf.Verification.States;

namespace Saker.Bpf.Verification.Walking;

/// <summary>Follows all paths of a function and of what it calls, one after the other, the deepest branch first.</summary>
internal sealed class PathWalker(VerifierEnvironment environment, CheckpointTable checkpoints, InstructionChecker checker, RecordedStates? records)
{
    /// <summary>Follows all paths from the state that the environment has.</summary>
    /// <exception cref="ProgramRefused">One breaks a rule.</exception>
    public void Walk()
    {
        bool isSameChain = false;
        while (true)
        {
            VerifierState state = environment.State;
            environment.Instruction = state.Instruction;
            environment.BeginInstruction();
            if (++environment.ProcessedInstructions > environment.Options.MaximumInstructions)
            {
                environment.Refuse(
                    VerifierRule.Complexity,
                    $"{environment.Options.MaximumInstructions:N0} instructions were gone through, and there are paths left",
                    "shorten loops, or let fewer branches follow each other; what does not depend on them can be a function of its own");
            }

            if (environment.Code.Facts(state.Instruction).IsPrunePoint && checkpoints.IsCovered())
            {
                if (!TryNextPath())
                {
                    return;
                }

                isSameChain = false;
                continue;
            }

            if (environment.Code.Facts(state.Instruction).IsJumpPoint)
            {
                environment.Record();
            }

            if (records is not null && !state.IsSpeculative)
            {
                StateRecorder.Record(records, state);
            }

            int depth = state.Depth;
            bool isEnd = (state.IsSpeculative && environment.Speculation.HasBarrierBefore(environment.Instruction))
                || Step(state, isSameChain)
                || (state.IsSpeculative && environment.Speculation.HasBarrierBehind(environment.Instruction));
            isSameChain = !isEnd && state.Depth == depth;
            if (isEnd)
            {
                if (!TryNextPath())
                {
                    return;
                }
            }
            else
            {
                state.PreviousInstruction = environment.Instruction;
            }
        }
    }

    /// <summary>Checks the instruction.</summary>
    /// <returns>Whether the path ends with it.</returns>
    private bool Step(VerifierState state, bool isSameChain)
    {
        environment.StackLiveness.Begin(state, isSameChain);
        bool isEnd;
        try
        {
            isEnd = checker.Check();
        }
        catch (ProgramRefused refused) when (state.IsSpeculative && refused.IsCuredByBarrier)
        {
            environment.Speculation.PutBarrierBefore(environment.Instruction);
            isEnd = true;
        }

        environment.StackLiveness.End();
        return isEnd;
    }

    private bool TryNextPath()
    {
        checkpoints.EndPath(environment.State);
        if (!environment.TryPop(out VerifierState? next))
        {
            return false;
        }

        environment.State = next;
        return true;
    }
}
