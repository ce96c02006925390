using Saker.Bpf.Verification.Checking;
using Saker.Bpf.Verification.States;

namespace Saker.Bpf.Verification.Speculation;

/// <summary>
/// Sums that are masked, so that a pointer stays within what it points to whatever a processor guessed (<c>sanitize_ptr_alu</c>). The instruction gets one mask, so it has to do the same on every path;
/// and only for the stack and for maps' values is known how far a pointer may move.
/// </summary>
internal sealed class SpeculativeArithmetic(VerifierEnvironment environment)
{
    private readonly SpeculativePaths _paths = new(environment);

    /// <summary>Two numbers are added or subtracted.</summary>
    public void CheckNumbers(InstructionDescription description)
    {
        if (IsMasked(description) && !environment.Speculation.TryMask(environment.Instruction, new PointerMask(PointerMaskKinds.None, 0)))
        {
            RefusePaths();
        }
    }

    /// <summary>Before a number is added to a pointer or subtracted from it.</summary>
    /// <returns>The mask, to be narrowed by <see cref="Narrow"/>; null: none is needed.</returns>
    public PointerMask? Begin(int destination, InstructionDescription description, in RegisterState pointer, in RegisterState number, bool isSwapped)
    {
        if (!IsMasked(description))
        {
            return null;
        }

        bool isConstant = number.Value.IsConstant, isNegative = number.Value.SignedMinimum < 0;
        PointerMask? mask = null;
        if (!environment.State.IsSpeculative)
        {
            if (!isConstant && isNegative != number.Value.SignedMaximum < 0)
            {
                environment.Refuse(
                    VerifierRule.SpeculativeArithmetic,
                    $"the number that is added to {pointer.Kind.InWords()} in {VerifierEnvironment.NameOf(destination)} may be negative or not ({number}), and the kernel masks numbers of one sign",
                    "compare the index with 0 first, or make it unsigned");
            }

            PointerMaskKinds kinds = (isNegative ? PointerMaskKinds.Negative : PointerMaskKinds.None)
                | (isConstant ? PointerMaskKinds.Constant : PointerMaskKinds.None)
                | (isSwapped ? PointerMaskKinds.Destination : PointerMaskKinds.Source);
            mask = new PointerMask(kinds, LimitOf(destination, pointer, IsToTheLeft(description, isNegative)));
            environment.Speculation.TellsNumbersApart |= !isConstant;
        }

        if (!isConstant)
        {
            _paths.PushUnmoved(destination, pointer);
        }

        return mask;
    }

    /// <summary>After it: the mask lets the pointer move as far as it did.</summary>
    public void Narrow(int destination, InstructionDescription description, in RegisterState result, in RegisterState number, PointerMask mask)
    {
        uint rest = LimitOf(destination, result, IsToTheLeft(description, number.Value.SignedMinimum < 0));
        uint moved = (uint)Math.Abs((int)mask.Limit - (int)rest);
        if (!environment.Speculation.TryMask(environment.Instruction, mask with { Limit = moved }))
        {
            RefusePaths();
        }
    }

    private static bool IsToTheLeft(InstructionDescription description, bool isNegative) => description.Operation == BpfOperation.Subtract != isNegative;

    /// <summary>Constants in the instruction itself are what they are, and no guessed way gets behind a barrier.</summary>
    private bool IsMasked(InstructionDescription description) => environment.MitigatesSpeculation
        && description.Operation is BpfOperation.Add or BpfOperation.Subtract
        && description.Form == InstructionForm.ArithmeticRegister
        && !environment.Speculation.HasBarrierBefore(environment.Instruction);

    /// <summary>How far the pointer is from where it may not go further.</summary>
    private uint LimitOf(int destination, in RegisterState pointer, bool isToTheLeft)
    {
        (uint limit, long most) = pointer.Kind switch
        {
            // Behind the frame pointer nothing is, but from there one may go to the left.
            RegisterKind.Stack => ((uint)-((long)pointer.Value.Bits.Value + pointer.Offset), FrameState.StackSize + (isToTheLeft ? 1 : 0)),
            RegisterKind.MapValue =>
                ((uint)((isToTheLeft ? pointer.Value.SignedMinimum : (long)pointer.Value.UnsignedMaximum) + pointer.Offset), environment.Maps[pointer.Map].ValueSize),
            _ => (0u, -1L),
        };
        if (most < 0)
        {
            environment.Refuse(
                VerifierRule.SpeculativeArithmetic,
                $"a register is added to {pointer.Kind.InWords()} in {VerifierEnvironment.NameOf(destination)}, and who has not CAP_PERFMON may do that with the stack and with maps' values",
                "use a constant, or load the program with CAP_PERFMON");
        }

        if (limit >= most)
        {
            environment.Refuse(
                VerifierRule.SpeculativeArithmetic,
                $"{VerifierEnvironment.NameOf(destination)} would move from {pointer}, which may be outside of it already",
                "compare the index with the size before it is added");
        }

        return limit;
    }

    private void RefusePaths() => environment.Refuse(
        VerifierRule.SpeculativeArithmetic,
        "it adds another number, or to another pointer, than on another path, and the kernel masks it in one way for all",
        "let both paths have an instruction of their own, or add constants");
}
