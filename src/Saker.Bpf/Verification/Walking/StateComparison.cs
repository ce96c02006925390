using Saker.Bpf.Verification.Checking;
using Saker.Bpf.Verification.States;

namespace Saker.Bpf.Verification.Walking;

/// <summary>How states are compared.</summary>
internal enum Exactness
{
    /// <summary>The new one knows no less where that matters: numbers without a mark do not.</summary>
    Marked,

    /// <summary>The new one knows no less anywhere.</summary>
    Within,

    /// <summary>Both know the same.</summary>
    Same,
}

/// <summary>Finds whether a state may be taken for one that was kept (<c>states_equal</c>): whatever is found safe behind the old one is safe behind the new one.</summary>
internal sealed class StateComparison(VerifierEnvironment environment)
{
    private readonly IdMap _ids = new();

    /// <summary>Compares a state with a checkpoint.</summary>
    public bool IsCovered(Checkpoint checkpoint, VerifierState state, Exactness exactness)
    {
        VerifierState old = checkpoint.State;
        if (old.Depth != state.Depth || (old.IsSpeculative && !state.IsSpeculative))
        {
            return false;
        }

        _ids.Reset(environment.LastId);
        if (!AreHeldAlike(old, state))
        {
            return false;
        }

        for (int i = 0; i <= old.Depth; i++)
        {
            if (old.Frame(i).CallSite != state.Frame(i).CallSite || old.Frame(i).Function != state.Frame(i).Function
                || !IsFrameCovered(checkpoint, i, state.Frame(i), exactness))
            {
                return false;
            }
        }

        return true;
    }

    private bool AreHeldAlike(VerifierState old, VerifierState state)
    {
        if (old.References.Count != state.References.Count || old.LockCount != state.LockCount)
        {
            return false;
        }

        ReadOnlySpan<HeldReference> before = old.References.All, now = state.References.All;
        for (int i = 0; i < before.Length; i++)
        {
            HeldReference one = before[i], other = now[i];
            if (!_ids.Matches(one.Id, other.Id) || one.IsLock != other.IsLock || one.Map != other.Map)
            {
                return false;
            }
        }

        return true;
    }

    private bool IsFrameCovered(Checkpoint checkpoint, int number, FrameState frame, Exactness exactness)
    {
        FrameState old = checkpoint.State.Frame(number);
        if (old.CallbackDepth > frame.CallbackDepth)
        {
            return false;
        }

        ref FrameMarks marks = ref checkpoint.Marks(number);
        int live = environment.Code.Facts(checkpoint.State.InstructionOf(number)).LiveRegisters;
        for (int i = 0; i < BpfInstruction.RegisterCount; i++)
        {
            int bit = 1 << i;
            if ((live & bit) != 0
                && !IsRegisterCovered(old.Registers[i], frame.Registers[i], (marks.DeadRegisters & bit) != 0, (marks.PreciseRegisters & bit) != 0, exactness))
            {
                return false;
            }
        }

        for (int i = 0; i < old.UsedSlots; i++)
        {
            ulong bit = 1ul << i;
            bool isDead = (marks.DeadSlots & bit) != 0;
            if (!isDead || exactness != Exactness.Marked)
            {
                if (!IsSlotCovered(old.Slot(i), frame, i, isDead, (marks.PreciseSlots & bit) != 0, exactness))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private bool IsRegisterCovered(in RegisterState old, in RegisterState register, bool isDead, bool isPrecise, Exactness exactness)
    {
        if (isDead)
        {
            return exactness == Exactness.Marked || !register.IsInitialized;
        }

        if (exactness == Exactness.Same)
        {
            return AreSame(old, register);
        }

        if (!old.IsInitialized && (exactness == Exactness.Marked || !register.IsInitialized))
        {
            return true;
        }

        if (old.Kind != register.Kind || (!old.IsScalar && old.Traits != register.Traits))
        {
            return false;
        }

        switch (old.Kind)
        {
            case RegisterKind.Scalar when environment.Speculation.TellsNumbersApart:
                return old.IsLike(register) && (old.Id == 0 || _ids.MatchesNumbers(old.Id, register.Id));
            case RegisterKind.Scalar:
                bool matters = isPrecise || exactness != Exactness.Marked || !environment.IsCapable || environment.Options.ComparesAllNumbers;

                // Where nothing was related to the number, what is related now only tells more.
                return !matters || (old.Value.Includes(register.Value)
                    && (old.Id == 0 || (old.Traits == register.Traits && old.Offset == register.Offset && _ids.MatchesNumbers(old.Id, register.Id))));
            case RegisterKind.MapKey or RegisterKind.MapValue or RegisterKind.Memory:
                return old.Offset == register.Offset && old.Extent == register.Extent && old.Map == register.Map
                    && old.Value.Includes(register.Value)
                    && _ids.Matches(old.Id, register.Id)
                    && _ids.Matches(old.ReferenceId, register.ReferenceId);
            case RegisterKind.Packet or RegisterKind.PacketMetadata:
                // As many bytes must be there, since someone may have gone back from the pointer to get to them.
                return old.Extent <= register.Extent && old.Offset == register.Offset && _ids.Matches(old.Id, register.Id) && old.Value.Includes(register.Value);
            case RegisterKind.Stack:
                return AreSame(old, register) && old.Frame == register.Frame;
            default:
                return AreSame(old, register);
        }
    }

    private bool AreSame(in RegisterState old, in RegisterState register) =>
        old.IsLike(register) && _ids.Matches(old.Id, register.Id) && _ids.Matches(old.ReferenceId, register.ReferenceId);

    private bool IsSlotCovered(in StackSlot old, FrameState frame, int index, bool isDead, bool isPrecise, Exactness exactness)
    {
        ulong oldBytes = isDead ? 0 : old.Bytes;
        bool isThere = index < frame.UsedSlots;
        ref readonly StackSlot slot = ref frame.Slot(index);
        if (exactness != Exactness.Marked && (!isThere || oldBytes != slot.Bytes))
        {
            return false;
        }

        if (oldBytes == 0 || (environment.IsPrivileged && old.IsAllMisc(mayBeInvalid: true)))
        {
            return true;
        }

        if (!isThere)
        {
            return false;
        }

        if (TryScalar(old, out RegisterState oldNumber) && TryScalar(slot, out RegisterState number))
        {
            return IsRegisterCovered(oldNumber, number, isDead: false, isPrecise && old.IsWholeScalar, exactness);
        }

        for (int i = 0; i < StackSlot.Size; i++)
        {
            SlotByte one = old[i], other = slot[i];
            bool isCovered = one == other || one == SlotByte.Invalid || (one == SlotByte.Misc && (environment.IsPrivileged || other == SlotByte.Zero));
            if (!isCovered)
            {
                return false;
            }
        }

        return !old.IsSpilled || IsRegisterCovered(old.Register, slot.Register, isDead: false, isPrecise, exactness);
    }

    /// <summary>The number of eight bytes: what was spilled, or one that nothing is known of.</summary>
    private bool TryScalar(in StackSlot slot, out RegisterState number)
    {
        if (slot.IsWholeScalar)
        {
            number = slot.Register;
            return true;
        }

        number = RegisterState.Unknown;
        return slot.IsAllMisc(environment.IsPrivileged);
    }
}
