using Saker.Bpf.Verification.Checking;
using Saker.Bpf.Verification.States;

namespace Saker.Bpf.Verification.Walking;

/// <summary>Forgets the numbers in which a turn of a loop differs from the one before, unless they matter (<c>widen_imprecise_scalars</c>).</summary>
internal sealed class Widening(VerifierEnvironment environment)
{
    /// <summary>Forgets them.</summary>
    public void Widen(Checkpoint before, VerifierState state)
    {
        if (!environment.IsCapable)
        {
            return;
        }

        IdMap ids = new();
        ids.Reset(environment.LastId);
        for (int number = before.State.Depth; number >= 0; number--)
        {
            ref FrameMarks marks = ref before.Marks(number);
            FrameState old = before.State.Frame(number);
            for (int i = 0; i < BpfInstruction.FramePointer; i++)
            {
                if ((marks.PreciseRegisters & (1 << i)) == 0 && Differ(old.Registers[i], state.Frame(number).Registers[i], ids))
                {
                    state.OwnFrame(number).Registers[i] = RegisterState.Unknown;
                }
            }

            for (int i = 0; i < old.UsedSlots; i++)
            {
                ref readonly StackSlot slot = ref state.Frame(number).Slot(i);
                if ((marks.PreciseSlots & (1ul << i)) == 0 && old.Slot(i).IsSpilled && slot.IsSpilled && Differ(old.Slot(i).Register, slot.Register, ids))
                {
                    state.OwnFrame(number).OwnSlot(i).Register = RegisterState.Unknown;
                }
            }
        }
    }

    private static bool Differ(in RegisterState old, in RegisterState register, IdMap ids) =>
        old.IsScalar && register.IsScalar && !(old.IsLike(register) && ids.Matches(old.Id, register.Id));
}
