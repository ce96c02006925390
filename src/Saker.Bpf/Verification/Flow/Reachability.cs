using Saker.Bpf.Verification.Explanation;
using Saker.Bpf.Verification.Rules;

namespace Saker.Bpf.Verification.Flow;

/// <summary>Finds what cannot be reached, and, for those who may not have loops, what goes back.</summary>
internal static class Reachability
{
    private enum Mark : byte
    {
        New,
        Open,
        Done,
    }

    /// <summary>Checks it, and marks where states are worth to be kept.</summary>
    public static void Check(CodeGraph code, bool mayLoop)
    {
        Mark[] marks = new Mark[code.Length];
        Stack<(int Slot, int NextEdge)> path = new();
        path.Push((0, 0));
        marks[0] = Mark.Open;
        Span<int> edges = stackalloc int[3];
        while (path.TryPop(out (int Slot, int NextEdge) top))
        {
            int count = EdgesOf(code, top.Slot, edges);
            if (top.NextEdge == count)
            {
                marks[top.Slot] = Mark.Done;
                continue;
            }

            path.Push((top.Slot, top.NextEdge + 1));
            int target = edges[top.NextEdge];
            if (marks[target] == Mark.New)
            {
                marks[target] = Mark.Open;
                path.Push((target, 0));
            }
            else if (marks[target] == Mark.Open && !mayLoop)
            {
                throw new ProgramRefused(VerifierRule.InfiniteLoop, top.Slot, $"it goes back to instruction {target}, and loops are for those with privileges");
            }
        }

        for (int i = 0; i < code.Length; i = code.Next(i))
        {
            if (marks[i] == Mark.New)
            {
                throw new ProgramRefused(VerifierRule.UnreachableInstruction, i, "nothing leads to it", "remove it");
            }

            MarkPoints(code, i);
        }
    }

    private static int EdgesOf(CodeGraph code, int slot, Span<int> edges)
    {
        int count = code.Successors(slot, edges);
        if (code.CallsFunction(slot) || code.NamesFunction(slot))
        {
            edges[count++] = code.TargetOf(slot)!.Value;
        }

        return count;
    }

    private static void MarkPoints(CodeGraph code, int slot)
    {
        InstructionDescription description = code.Describe(slot);
        if (description.IsJump)
        {
            MarkArrival(code, code.TargetOf(slot)!.Value);
            ref InstructionFacts facts = ref code.Facts(slot);
            facts.IsPrunePoint |= !description.IsEnd;
            facts.IsForcedCheckpoint |= description.Operation == BpfOperation.MayGoto;
        }
        else if (description.Operation == BpfOperation.Call || code.NamesFunction(slot))
        {
            MarkArrival(code, code.Next(slot));
            if (code.CallsFunction(slot) || code.NamesFunction(slot))
            {
                code.Facts(slot).IsPrunePoint = true;
                MarkArrival(code, code.TargetOf(slot)!.Value);
            }
            else if (code.CallsHelper(slot, out int helper) && HelperFacts.CallsBack(helper))
            {
                ref InstructionFacts facts = ref code.Facts(slot);
                facts.CallsBack = facts.IsForcedCheckpoint = facts.IsPrunePoint = facts.IsJumpPoint = true;
            }
        }
    }

    private static void MarkArrival(CodeGraph code, int slot)
    {
        if (slot < code.Length)
        {
            ref InstructionFacts facts = ref code.Facts(slot);
            facts.IsPrunePoint = facts.IsJumpPoint = true;
        }
    }
}
