using Saker.Bpf.Verification.Speculation;
using Saker.Bpf.Verification.States;
using Saker.Bpf.Verification.Walking;

namespace Saker.Bpf.Verification.Checking;

/// <summary>Conditional jumps: which ways can be taken, and what is known on each.</summary>
internal sealed class BranchChecker(VerifierEnvironment environment, CheckpointTable checkpoints)
{
    private readonly LinkedNumbers _linked = new(environment);
    private readonly SpeculativePaths _speculation = new(environment);

    /// <summary>Checks a conditional jump. The state goes on at one way; the other one waits if it can be taken as well.</summary>
    public void Check(in BpfInstruction slot, InstructionDescription description)
    {
        int target = environment.Code.TargetOf(environment.Instruction)!.Value;
        int next = environment.Code.Next(environment.Instruction);
        if (description.Operation == BpfOperation.MayGoto)
        {
            TakeTurn(next, target);
            return;
        }

        bool isRegister = description.Form == InstructionForm.JumpIfRegister;
        environment.Read(slot.Destination);
        RegisterState right = isRegister ? environment.Read(slot.Source) : RegisterState.Constant((ulong)slot.Immediate);
        RegisterState left = environment.State.Register(slot.Destination);
        if (isRegister && !(left.Kind.IsPacketOrEnd() && right.Kind.IsPacketOrEnd()) && environment.IsSecret(right))
        {
            RefuseComparison(slot.Source, right);
        }

        RecordStackPointers(left, right, isRegister);
        bool is64 = !description.Is32Bit;
        bool? decision = BranchDecision.Decide(description.Operation, is64, left, right);
        environment.Facts.Branch(environment.Instruction, decision);
        if (decision is { } isTaken)
        {
            MarkDecision(slot, left, right, isRegister);
            _speculation.PushUntaken(slot, isRegister, isTaken ? next : target);
            environment.State.Instruction = isTaken ? target : next;
            return;
        }

        LinkedRegister[] linked = _linked.Collect(left, right, isRegister);
        if (linked.Length > 1)
        {
            environment.Record().Linked = linked;
        }

        VerifierState other = environment.Push(target);
        environment.State.Instruction = next;
        if (left.IsScalar && right.IsScalar)
        {
            Learn(slot, description, isRegister, isTaken: false, environment.State, linked);
            Learn(slot, description, isRegister, isTaken: true, other, linked);
        }
        else
        {
            LearnOfPointers(slot, description, left, right, isRegister, other);
        }
    }

    /// <summary>A loop may be left when it has taken its share, and nobody knows when that is.</summary>
    private void TakeTurn(int next, int target)
    {
        int depth = environment.State.Parent?.State.CheckpointDepth ?? 0;
        VerifierState turn = environment.Push(next);
        turn.MayGotoDepth++;
        checkpoints.Widen(turn, environment.Instruction, depth);
        environment.State.Instruction = target;
    }

    private void RecordStackPointers(in RegisterState left, in RegisterState right, bool isRegister)
    {
        bool isSource = isRegister && right.Kind == RegisterKind.Stack, isDestination = left.Kind == RegisterKind.Stack;
        if (isSource || isDestination)
        {
            HistoryEntry entry = environment.Record();
            entry.ComparesStackSource |= isSource;
            entry.ComparesStackDestination |= isDestination;
        }
    }

    private void MarkDecision(in BpfInstruction slot, in RegisterState left, in RegisterState right, bool isRegister)
    {
        if (left.IsScalar)
        {
            environment.Precision.MarkRegister(slot.Destination);
        }

        if (isRegister && right.IsScalar)
        {
            environment.Precision.MarkRegister(slot.Source);
        }
    }

    /// <summary>What both numbers are on one way, and all that are related to them.</summary>
    private void Learn(in BpfInstruction slot, InstructionDescription description, bool isRegister, bool isTaken, VerifierState state, LinkedRegister[] linked)
    {
        ScalarValue left = state.Register(slot.Destination).Value;
        ScalarValue right = isRegister ? state.Register(slot.Source).Value : ScalarValue.Constant((ulong)slot.Immediate);
        if (isRegister && slot.Source == slot.Destination)
        {
            ScalarComparison.AssumeOfSame(description.Operation, !description.Is32Bit, isTaken, ref left);
            right = left;
        }
        else
        {
            ScalarComparison.Assume(description.Operation, !description.Is32Bit, isTaken, ref left, ref right);
        }

        state.OwnRegister(slot.Destination).Value = left;
        if (isRegister)
        {
            state.OwnRegister(slot.Source).Value = right;
            if (state.Register(slot.Source).Id != 0)
            {
                LinkedNumbers.Spread(state, state.Register(slot.Source), linked);
            }
        }

        if (state.Register(slot.Destination).Id != 0)
        {
            LinkedNumbers.Spread(state, state.Register(slot.Destination), linked);
        }
    }

    private void LearnOfPointers(
        in BpfInstruction slot, InstructionDescription description, in RegisterState left, in RegisterState right, bool isRegister, VerifierState other)
    {
        bool isEquality = !description.Is32Bit && description.Operation is BpfOperation.Equal or BpfOperation.NotEqual;
        if (isEquality && isRegister && left.IsPointer && right.IsPointer && left.MayBeNull != right.MayBeNull)
        {
            // What equals a pointer that is not null is not null.
            VerifierState equal = description.Operation == BpfOperation.Equal ? other : environment.State;
            NullChecks.MarkNotNull(environment, ref equal.OwnRegister(left.MayBeNull ? slot.Destination : slot.Source));
        }

        if (isEquality && !isRegister && slot.Immediate == 0 && left.MayBeNull)
        {
            bool isNullElsewhere = description.Operation == BpfOperation.Equal;
            NullChecks.Decide(environment, environment.State, left, !isNullElsewhere);
            NullChecks.Decide(environment, other, left, isNullElsewhere);
            return;
        }

        bool isPacket = isRegister && !description.Is32Bit
            && PacketComparison.TryLearn(description.Operation, slot.Destination, slot.Source, left, right, environment.State, other);
        if (!isPacket && environment.IsSecret(left))
        {
            RefuseComparison(slot.Destination, left);
        }
    }

    private void RefuseComparison(int register, in RegisterState state) => environment.Refuse(
        VerifierRule.PointerLeak, $"{VerifierEnvironment.NameOf(register)} holds {state}, and comparing addresses is for those with privileges");
}
