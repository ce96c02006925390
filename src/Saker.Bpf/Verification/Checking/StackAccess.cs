using Saker.Bpf.Verification.Flow;
using Saker.Bpf.Verification.States;

namespace Saker.Bpf.Verification.Checking;

/// <summary>Loads from the stack and stores to it: registers that are spilled keep what is known of them.</summary>
internal sealed class StackAccess(VerifierEnvironment environment)
{
    private const int BitsOfByte = 8;

    /// <summary>Sees that an access lies within the stack, and that the function has so much of it.</summary>
    /// <param name="register">The register with the address.</param>
    /// <param name="offset">Bytes that are added, with the register's fixed offset.</param>
    /// <param name="size">Bytes that are accessed.</param>
    /// <param name="isWrite">Whether it is written.</param>
    public void CheckBounds(int register, long offset, long size, bool isWrite)
    {
        RegisterState pointer = environment.State.Register(register);
        if (!pointer.Value.IsConstant && (pointer.Value.SignedMaximum >= RegionBounds.MostVariable || pointer.Value.SignedMinimum <= -RegionBounds.MostVariable))
        {
            environment.Refuse(
                VerifierRule.StackBounds,
                $"the offset of {VerifierEnvironment.NameOf(register)} into the stack has no bounds",
                "compare the index with the size of the variable first");
        }

        long least = pointer.Value.SignedMinimum + offset;
        long end = pointer.Value.SignedMaximum + offset + size;
        FrameState frame = environment.State.Frame(pointer.Frame);
        int lowest = isWrite || environment.IsPrivileged ? FrameState.StackSize : frame.UsedSlots * StackSlot.Size;
        if (least < -lowest && least >= -FrameState.StackSize && end <= 0)
        {
            RefuseUninitialized(least, SlotByte.Invalid);
        }

        if (least < -lowest || least > -1 || end > 0)
        {
            string place = pointer.Value.IsConstant ? $"{least}" : $"between {least} and {end - size}";
            environment.Refuse(
                VerifierRule.StackBounds,
                $"{size} bytes of the stack are accessed at offset {place} from the frame pointer, and the stack lies from {-lowest} to 0");
        }

        FunctionInfo function = environment.Code.Functions[frame.Function];
        environment.State.OwnFrame(pointer.Frame).Touch((int)-least);
        function.StackDepth = Math.Max(function.StackDepth, environment.State.Frame(pointer.Frame).UsedSlots * StackSlot.Size);
    }

    /// <summary>Checks a load or a store.</summary>
    /// <param name="access">It.</param>
    /// <param name="offset">Its offset, with the register's fixed one.</param>
    public void Check(in MemoryAccess access, int offset)
    {
        CheckBounds(access.Pointer, offset, access.Size, access.IsWrite);
        RegisterState pointer = environment.State.Register(access.Pointer);
        bool isFixed = pointer.Value.IsConstant;
        int place = isFixed ? offset + (int)pointer.Value.ConstantValue : offset;
        if (access.IsWrite)
        {
            if (isFixed)
            {
                Store(access, pointer.Frame, place);
            }
            else
            {
                StoreSomewhere(access, pointer, place);
            }
        }
        else if (isFixed)
        {
            Load(access, pointer.Frame, place);
        }
        else
        {
            LoadFromSomewhere(access, pointer, place);
        }
    }

    /// <summary>Sees that a range that a helper gets is initialised, or lets it be written to.</summary>
    /// <param name="register">The register with the address.</param>
    /// <param name="offset">The register's fixed offset.</param>
    /// <param name="size">Bytes.</param>
    /// <param name="isWrite">Whether the helper writes to it.</param>
    public void CheckRange(int register, int offset, int size, bool isWrite)
    {
        RegisterState pointer = environment.State.Register(register);
        CheckBounds(register, offset, size, isWrite);
        if (!pointer.Value.IsConstant && !environment.IsPrivileged)
        {
            environment.Refuse(VerifierRule.StackBounds, $"the offset of {VerifierEnvironment.NameOf(register)} into the stack is variable, which is for those with privileges");
        }

        FrameState frame = isWrite ? environment.State.OwnFrame(pointer.Frame) : environment.State.Frame(pointer.Frame);
        long least = pointer.Value.SignedMinimum + offset, end = pointer.Value.SignedMaximum + offset + size;
        for (long i = least; i < end; i++)
        {
            ref readonly StackSlot slot = ref frame.Slot(FrameState.SlotOf(i));
            SlotByte content = slot[FrameState.ByteOf(i)];
            bool isReadable = content is SlotByte.Misc or SlotByte.Zero
                || (content == SlotByte.Invalid && environment.IsPrivileged)
                || (slot.IsSpilled && (slot.Register.IsScalar || environment.IsPrivileged));
            if (!isReadable)
            {
                RefuseUninitialized(i, content);
            }

            if (isWrite && content != SlotByte.Misc)
            {
                ref StackSlot written = ref frame.OwnSlot(FrameState.SlotOf(i));
                if (content == SlotByte.Spill)
                {
                    written.Scrub();
                }

                written[FrameState.ByteOf(i)] = SlotByte.Misc;
            }

            environment.StackLiveness.MarkRead(pointer.Frame, FrameState.SlotOf(i));
        }
    }

    private void RefuseUninitialized(long offset, SlotByte content)
    {
        if (content == SlotByte.Spill)
        {
            environment.Refuse(VerifierRule.SpilledPointer, $"a pointer was spilled to the stack at offset {offset}, and is read as bytes");
        }

        environment.Refuse(VerifierRule.UninitializedStack, $"the stack is read at offset {offset} from the frame pointer, where nothing was written", "initialise all of the variable, its padding too");
    }

    private static bool Fits(in RegisterState number, int size) => size == StackSlot.Size || number.Value.UnsignedMaximum >> (size * BitsOfByte) == 0;

    private void Store(in MemoryAccess access, int frameNumber, int offset)
    {
        VerifierState state = environment.State;
        int index = FrameState.SlotOf(offset);
        bool isAligned = offset % StackSlot.Size == 0;
        ref readonly StackSlot before = ref state.Frame(frameNumber).Slot(index);
        if (!environment.IsPrivileged && before.IsSpilled && !before.IsSpilledScalar && access.Size != StackSlot.Size)
        {
            environment.Refuse(VerifierRule.SpilledPointer, $"a part of the pointer that was spilled to the stack at offset {(-index - 1) * StackSlot.Size} would be overwritten");
        }

        if (environment.MitigatesSpeculation && IsReadableBefore(access, before))
        {
            environment.Speculation.PutBarrierBehind(environment.Instruction);
        }

        if (isAligned && access.Size == StackSlot.Size)
        {
            environment.StackLiveness.MarkWrite(frameNumber, index);
        }

        RegisterState value = access.Register >= 0 ? state.Register(access.Register)
            : access.Constant is { } constant ? RegisterState.Constant((ulong)constant) : default;
        if (isAligned && value.IsScalar && environment.IsCapable)
        {
            Spill(access, frameNumber, index, value);
        }
        else if (access.Register >= 0 && value.IsPointer)
        {
            SpillPointer(access, frameNumber, index, value);
        }
        else
        {
            StoreBytes(access, frameNumber, offset, value.IsZero);
        }
    }

    /// <summary>
    /// Whether a load behind a store must not get what was there before: a pointer is stored, or something else than plain bytes was there. As many bytes are looked at as are stored, those at the
    /// upper end of the slot.
    /// </summary>
    private bool IsReadableBefore(in MemoryAccess access, in StackSlot before)
    {
        bool isPlain = access.Register < 0 || !environment.State.Register(access.Register).IsPointer;
        for (int i = StackSlot.Size - access.Size; i < StackSlot.Size && isPlain; i++)
        {
            isPlain = before[i] is SlotByte.Misc or SlotByte.Zero;
        }

        return !isPlain;
    }

    private void Spill(in MemoryAccess access, int frameNumber, int index, RegisterState value)
    {
        bool fits = Fits(value, access.Size);
        if (access.Register >= 0 && fits)
        {
            value = Relate(access.Register);
        }

        environment.State.OwnFrame(frameNumber).OwnSlot(index).Spill(value, access.Size);
        if (!fits && access.Register >= 0)
        {
            environment.State.OwnFrame(frameNumber).OwnSlot(index).Register.Detach();
        }

        environment.RecordSlot(frameNumber, index);
    }

    /// <summary>Sees that a register has an id that what is copied from it gets as well.</summary>
    /// <returns>The register.</returns>
    public RegisterState Relate(int register)
    {
        ref RegisterState source = ref environment.State.OwnRegister(register);
        if (source.IsScalar)
        {
            if (source.IsDisplaced)
            {
                source.Detach();
            }

            if (source.Id == 0 && !source.Value.IsConstant)
            {
                source.Id = environment.NewId();
            }
        }

        return source;
    }

    private void SpillPointer(in MemoryAccess access, int frameNumber, int index, in RegisterState value)
    {
        if (access.Size != StackSlot.Size)
        {
            environment.Refuse(VerifierRule.SpilledPointer, $"{VerifierEnvironment.NameOf(access.Register)} holds {value.Kind.InWords()}, and only {access.Size} of its 8 bytes are stored");
        }

        if (frameNumber != environment.State.Depth && value.Kind == RegisterKind.Stack)
        {
            environment.Refuse(VerifierRule.StackPointerEscape, "a place on the stack is stored to the stack of a function that called this one");
        }

        environment.State.OwnFrame(frameNumber).OwnSlot(index).Spill(value, access.Size);
        environment.RecordSlot(frameNumber, index);
    }

    private void StoreBytes(in MemoryAccess access, int frameNumber, int offset, bool isZero)
    {
        if (isZero && access.Register >= 0)
        {
            environment.Precision.MarkRegister(access.Register);
        }

        ref StackSlot slot = ref environment.State.OwnFrame(frameNumber).OwnSlot(FrameState.SlotOf(offset));
        slot.Scrub();
        for (int i = 0; i < access.Size; i++)
        {
            slot[FrameState.ByteOf(offset + i)] = isZero ? SlotByte.Zero : SlotByte.Misc;
        }
    }

    private void StoreSomewhere(in MemoryAccess access, in RegisterState pointer, int offset)
    {
        bool isZero = access.Register >= 0 ? environment.State.Register(access.Register).IsZero : access.Constant == 0;
        bool isZeroUsed = false;
        FrameState frame = environment.State.OwnFrame(pointer.Frame);
        long least = pointer.Value.SignedMinimum + offset, end = pointer.Value.SignedMaximum + offset + access.Size;
        for (long i = least; i < end; i++)
        {
            ref StackSlot slot = ref frame.OwnSlot(FrameState.SlotOf(i));
            SlotByte content = slot[FrameState.ByteOf(i)];
            if (!environment.IsPrivileged && content is not (SlotByte.Misc or SlotByte.Zero))
            {
                environment.Refuse(VerifierRule.UninitializedStack, $"a store with a variable offset may hit the stack at {i}, where nothing was written or a register was spilled");
            }

            if (isZero && content == SlotByte.Spill && slot.Register.IsZero)
            {
                isZeroUsed = true;
                continue;
            }

            // Nothing is known any more of a slot that held a register, of its other bytes neither.
            slot.Scrub();
            bool staysZero = isZero && slot[FrameState.ByteOf(i)] == SlotByte.Zero;
            isZeroUsed |= staysZero;
            slot[FrameState.ByteOf(i)] = staysZero ? SlotByte.Zero : SlotByte.Misc;
        }

        if (isZeroUsed && access.Register >= 0)
        {
            environment.Precision.MarkRegister(access.Register);
        }
    }

    private void Load(in MemoryAccess access, int frameNumber, int offset)
    {
        int index = FrameState.SlotOf(offset);
        StackSlot slot = environment.State.Frame(frameNumber).Slot(index);
        environment.StackLiveness.MarkRead(frameNumber, index);
        if (!slot.IsSpilled)
        {
            RequireInitialized(slot, offset, access.Size);
            LoadBytes(access, frameNumber, offset, offset + access.Size);
            return;
        }

        int spilled = slot.SpillSize;
        if (access.Size == StackSlot.Size && spilled == StackSlot.Size)
        {
            if (access.Register >= 0)
            {
                environment.Write(access.Register, slot.Register);
            }
            else if (environment.IsSecret(slot.Register))
            {
                environment.Refuse(VerifierRule.PointerLeak, $"the pointer that was spilled to the stack at offset {offset} would be used as a number");
            }

            environment.RecordSlot(frameNumber, index);
            return;
        }

        if (!slot.Register.IsScalar)
        {
            environment.Refuse(VerifierRule.SpilledPointer, $"{slot.Register.Kind.InWords()} was spilled to the stack at offset {(-index - 1) * StackSlot.Size}, and {access.Size} of its 8 bytes are read");
        }

        if (access.Register >= 0)
        {
            FillPart(access, slot, frameNumber, offset, spilled);
        }
    }

    /// <summary>Loads a part of a number that was spilled, or a spilled part of a number.</summary>
    private void FillPart(in MemoryAccess access, in StackSlot slot, int frameNumber, int offset, int spilled)
    {
        int index = FrameState.SlotOf(offset);
        if (access.Size <= spilled && FrameState.ByteOf(offset) == 0)
        {
            RegisterState filled = slot.Register;
            if (!Fits(filled, access.Size))
            {
                filled.Detach();
            }

            environment.Write(access.Register, filled);
            environment.RecordSlot(frameNumber, index);
            return;
        }

        RequireInitialized(slot, offset, access.Size);
        bool isSpill = true, isZero = true;
        for (int i = 0; i < access.Size; i++)
        {
            SlotByte content = slot[FrameState.ByteOf(offset + i)];
            isSpill &= content == SlotByte.Spill;
            isZero &= content == SlotByte.Zero;
        }

        bool isSpilledZero = isSpill && slot.Register.IsZero;
        environment.Write(access.Register, isSpilledZero || isZero ? RegisterState.Constant(0) : RegisterState.Unknown);
        if (isSpilledZero)
        {
            environment.RecordSlot(frameNumber, index);
        }
    }

    private void RequireInitialized(in StackSlot slot, int offset, int size)
    {
        for (int i = 0; i < size; i++)
        {
            if (slot[FrameState.ByteOf(offset + i)] == SlotByte.Invalid && !environment.IsPrivileged)
            {
                RefuseUninitialized(offset + i, SlotByte.Invalid);
            }
        }
    }

    private void LoadFromSomewhere(in MemoryAccess access, in RegisterState pointer, int offset)
    {
        if (access.Register < 0)
        {
            environment.Refuse(VerifierRule.StackBounds, $"an atomic operation on the stack has a variable offset in {VerifierEnvironment.NameOf(access.Pointer)}");
        }

        CheckRange(access.Pointer, offset, access.Size, isWrite: false);
        LoadBytes(access, pointer.Frame, pointer.Value.SignedMinimum + offset, pointer.Value.SignedMaximum + offset + access.Size);
    }

    /// <summary>Gives a register what bytes of the stack hold: 0 where all of them do.</summary>
    private void LoadBytes(in MemoryAccess access, int frameNumber, long start, long end)
    {
        if (access.Register < 0)
        {
            return;
        }

        FrameState frame = environment.State.Frame(frameNumber);
        bool isZero = true;
        for (long i = start; i < end && isZero; i++)
        {
            isZero = frame.Slot(FrameState.SlotOf(i))[FrameState.ByteOf(i)] == SlotByte.Zero;
        }

        environment.Write(access.Register, isZero ? RegisterState.Constant(0) : RegisterState.Unknown);
    }
}
