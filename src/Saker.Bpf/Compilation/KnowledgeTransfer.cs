namespace Saker.Bpf.Compilation;

/// <summary>What is known after an instruction, of what is known before it.</summary>
/// <param name="binding">What the program calls.</param>
/// <param name="checks">What is looked at before memory is reached.</param>
/// <param name="layout">How the context is laid out; null: there is none.</param>
internal sealed class KnowledgeTransfer(HelperBinding binding, MemoryChecks checks, ContextLayout? layout)
{
    /// <summary>Whether others may write the function's frame.</summary>
    public bool FrameEscapes { get; set; }

    /// <summary>What is done by a call, where that is known.</summary>
    public BoundCall Bind(CodeInstruction call, KnownState state) => binding.Bind(call, state);

    /// <summary>Changes a state by an instruction.</summary>
    public void Apply(KnownState state, CodeInstruction instruction)
    {
        switch (instruction.Form)
        {
            case InstructionForm.ArithmeticConstant:
                state[instruction.Destination] = Constant(state[instruction.Destination], instruction);
                break;
            case InstructionForm.ArithmeticRegister:
                state[instruction.Destination] = Register(state[instruction.Destination], state[instruction.Source], instruction);
                break;
            case InstructionForm.ArithmeticUnary:
                state[instruction.Destination] = default;
                break;
            case InstructionForm.Constant64:
                bool isAddress = instruction.Constant is ConstantKind.MapValue or ConstantKind.MapIndexValue;
                state[instruction.Destination] = new Knowledge(isAddress ? KnownAs.Address : KnownAs.Number, instruction.Immediate);
                break;
            case InstructionForm.PacketAbsolute or InstructionForm.PacketIndirect:
                state[0] = default;
                break;
            case InstructionForm.CallHelper or InstructionForm.CallFunction or InstructionForm.CallKernel or InstructionForm.CallRegister:
                Call(state, instruction);
                break;
            default:
                if (instruction.IsAccess)
                {
                    Access(state, instruction);
                }

                break;
        }
    }

    /// <summary>What is known where control goes on, of what is known at the end of a block.</summary>
    public static KnownState Along(KnownState state, CodeBlock block, CodeBlock next)
    {
        CodeInstruction last = block.Last;
        if (last.Form == InstructionForm.JumpIfRegister && BytesShown(state, last, next) is { } bytes && bytes > state.PacketBytes)
        {
            KnownState longer = state.Copy();
            longer.PacketBytes = bytes;
            return longer;
        }

        if (last is not { Form: InstructionForm.JumpIfConstant, Operation: BpfOperation.Equal or BpfOperation.NotEqual, Immediate: 0, Description.Is32Bit: false }
            || state[last.Destination] is not { Kind: KnownAs.ValueOrNull } pointer || last.Target == last.Next)
        {
            return state;
        }

        KnownState settled = state.Copy();
        bool isNull = (last.Operation == BpfOperation.Equal) == (next.First == last.Target);
        settled.Settle(pointer.Origin, isNull ? new Knowledge(KnownAs.Number) : new Knowledge(KnownAs.Value, Map: pointer.Map));
        return settled;
    }

    /// <summary>How many bytes the packet has where control goes on, since an address in it was compared with its end.</summary>
    private static int? BytesShown(KnownState state, CodeInstruction jump, CodeBlock next)
    {
        const int Most = ushort.MaxValue;
        Knowledge left = state[jump.Destination], right = state[jump.Source];
        bool isTurned = left.Kind == KnownAs.PacketEnd;
        Knowledge place = isTurned ? right : left, end = isTurned ? left : right;
        if (place.Kind != KnownAs.Packet || end.Kind != KnownAs.PacketEnd || place.Number is < 0 or > Most || jump.Description.Is32Bit || jump.Target == jump.Next)
        {
            return null;
        }

        // As a comparison of the address with the end; where the jump is not made, the contrary holds.
        (bool isLess, bool isStrict) = jump.Operation switch
        {
            BpfOperation.Less => (!isTurned, true),
            BpfOperation.LessOrEqual => (!isTurned, false),
            BpfOperation.Greater => (isTurned, true),
            BpfOperation.GreaterOrEqual => (isTurned, false),
            _ => (false, false),
        };
        if (jump.Operation is not (BpfOperation.Less or BpfOperation.LessOrEqual or BpfOperation.Greater or BpfOperation.GreaterOrEqual))
        {
            return null;
        }

        if (next.First != jump.Target)
        {
            (isLess, isStrict) = (!isLess, !isStrict);
        }

        return isLess ? (int)place.Number + (isStrict ? 1 : 0) : null;
    }

    private static Knowledge Constant(Knowledge known, CodeInstruction instruction) => (instruction.Operation, instruction.Description.Is32Bit) switch
    {
        (BpfOperation.Move, false) => new Knowledge(KnownAs.Number, instruction.Immediate),
        (BpfOperation.Move, true) => new Knowledge(KnownAs.Number, (uint)instruction.Immediate),
        (BpfOperation.Add, false) => known.Plus(instruction.Immediate),
        (BpfOperation.Subtract, false) => known.Plus(-instruction.Immediate),
        _ => default,
    };

    private static Knowledge Register(Knowledge left, Knowledge right, CodeInstruction instruction) => (instruction.Operation, instruction.Description.Is32Bit) switch
    {
        (BpfOperation.Move, false) => right,
        (BpfOperation.Move, true) when right.Kind == KnownAs.Number => right with { Number = (uint)right.Number },
        (BpfOperation.Add, false) when right.Kind == KnownAs.Number => left.Plus(right.Number),
        (BpfOperation.Add, false) when left.Kind == KnownAs.Number => right.Plus(left.Number),
        (BpfOperation.Subtract, false) when right.Kind == KnownAs.Number => left.Plus(-right.Number),
        _ => default,
    };

    private void Access(KnownState state, CodeInstruction instruction)
    {
        Knowledge place = state[instruction.Base];
        long offset = place.Number + instruction.Offset;
        if (instruction.Form == InstructionForm.MemoryLoad)
        {
            bool isWhole = place.Kind == KnownAs.Frame && instruction is { Operation: BpfOperation.Load, Size: 8 };
            state[instruction.Destination] = isWhole ? state.Slot(offset) : PacketField(place, instruction);
            return;
        }

        if (place.Kind == KnownAs.Frame)
        {
            if (instruction is { Form: InstructionForm.MemoryStoreRegister, Operation: BpfOperation.Store, Size: 8 })
            {
                state.Put(offset, state[instruction.Source]);
            }
            else
            {
                state.Overwrite(offset, instruction.Size);
            }
        }
        else
        {
            ForgetUnlessVerified(state);
        }

        if (instruction.Form == InstructionForm.AtomicFetch)
        {
            state[instruction.Source] = default;
        }
        else if (instruction.Form == InstructionForm.AtomicCompare)
        {
            state[0] = default;
        }
    }

    /// <summary>Where the program cannot write the context, its fields say where the packet is.</summary>
    private Knowledge PacketField(Knowledge place, CodeInstruction load)
    {
        if (checks != MemoryChecks.All || place.Kind != KnownAs.Context || load is not { Operation: BpfOperation.Load, Size: sizeof(uint) } || layout is not { IsWritable: false })
        {
            return default;
        }

        long field = place.Number + load.Offset;
        return field == layout.Data.Offset ? new Knowledge(KnownAs.Packet) : field == layout.DataEnd.Offset ? new Knowledge(KnownAs.PacketEnd) : default;
    }

    private void Call(KnownState state, CodeInstruction instruction)
    {
        BpfMap? map = binding.ValueLookedUp(instruction, state);
        bool mayWrite = binding.Bind(instruction, state).Kind == BoundCallKind.None;
        state.Settle(instruction.Slot, default);
        state[0] = map is null ? default : new Knowledge(KnownAs.ValueOrNull, 0, map.Handle, instruction.Slot);
        for (int register = 1; register <= 5; register++)
        {
            state[register] = new Knowledge(KnownAs.Number);
        }

        if (mayWrite)
        {
            state.ForgetPacket();
            ForgetUnlessVerified(state);
        }
    }

    /// <summary>A verified program does not read back as a pointer what it has written over.</summary>
    private void ForgetUnlessVerified(KnownState state)
    {
        if (FrameEscapes && checks == MemoryChecks.All)
        {
            state.ForgetSlots();
        }
    }
}
