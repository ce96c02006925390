namespace Saker.Bpf;

/// <summary>Where a jump or call keeps the distance to its target.</summary>
internal static class JumpTarget
{
    /// <summary>Sets the distance.</summary>
    /// <param name="slots">The code.</param>
    /// <param name="at">The slot of the jump.</param>
    /// <param name="distance">Slots behind the next one.</param>
    /// <param name="description">What the jump is.</param>
    /// <returns>Whether it reaches so far.</returns>
    public static bool TrySet(List<BpfInstruction> slots, int at, int distance, InstructionDescription description)
    {
        if (description.IsJump && description.Form != InstructionForm.JumpLong)
        {
            slots[at] = slots[at].WithOffset((short)distance);
            return (short)distance == distance;
        }

        slots[at] = slots[at].WithImmediate(distance);
        return true;
    }
}
