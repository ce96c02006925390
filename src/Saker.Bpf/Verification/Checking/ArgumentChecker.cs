using Saker.Bpf.Verification.States;

namespace Saker.Bpf.Verification.Checking;

/// <summary>Arguments of helpers (<c>check_func_arg</c>).</summary>
internal sealed class ArgumentChecker(VerifierEnvironment environment, MemoryChecker memory, HelperMemory helperMemory, SpinLocks locks)
{
    private const int SizeOfNumber = 8, SizeOfSmallNumber = 4, SizeOfShortHeader = 20, SizeOfLongHeader = 40;

    /// <summary>Checks an argument and notes what follows from it.</summary>
    public void Check(HelperCall call, int index)
    {
        HelperArgument kind = KindOf(call, index);
        int register = index + 1;
        if (kind == HelperArgument.OptionalNumber)
        {
            return;
        }

        RegisterState state = environment.Read(register);
        if (kind == HelperArgument.Number)
        {
            if (environment.IsSecret(state))
            {
                environment.Refuse(VerifierRule.PointerLeak, $"{VerifierEnvironment.NameOf(register)} holds {state}, and giving an address away is for those with privileges");
            }

            return;
        }

        if (state.Kind.IsPacket() && !call.Helper.Has(HelperTraits.ReadsPacket))
        {
            environment.Refuse(
                VerifierRule.ArgumentType,
                $"{call.Helper.Name} does not take memory in the packet, and {VerifierEnvironment.NameOf(register)} points there",
                "copy it to the stack first");
        }

        if (!(state.IsZero && MayBeNull(kind)))
        {
            RequireKind(call, kind, register, state);
        }

        NoteReference(call, kind, register, state);
        CheckContents(call, kind, register, state);
    }

    /// <summary>What a map's values are to programs is not always memory: a map of sockets is given sockets (<c>resolve_map_arg_type</c>).</summary>
    private static HelperArgument KindOf(HelperCall call, int index) => call.Arguments[index] == HelperArgument.MapValue && call.Map is { Type: MapType.SocketMap or MapType.SocketHash }
        ? HelperArgument.Socket
        : call.Arguments[index];

    private static bool MayBeNull(HelperArgument kind) => kind
        is HelperArgument.MapValueOrNull or HelperArgument.MemoryOrNull or HelperArgument.MemoryOutOrNull or HelperArgument.FunctionContext or HelperArgument.ContextOrNull;

    private static string InWords(HelperArgument kind) => kind switch
    {
        HelperArgument.Count => "a number",
        HelperArgument.NoFlags => "the constant 0",
        HelperArgument.Context => "the context",
        HelperArgument.ContextOrNull => "the context, or null,",
        HelperArgument.Map => "a map",
        HelperArgument.MapKey => "a key of the map in memory",
        HelperArgument.MapValue or HelperArgument.MapValueOrNull or HelperArgument.MapValueOut => "a value of the map in memory",
        HelperArgument.Size or HelperArgument.SizeOrZero or HelperArgument.ConstantSize => "a size",
        HelperArgument.MapMemory => "memory of a map's value",
        HelperArgument.ConstantText => "a constant text in a map",
        HelperArgument.Function => "a function of the program",
        HelperArgument.FunctionContext => "a place on the stack, or null,",
        HelperArgument.Record => "a record of a ring buffer",
        HelperArgument.LockField => "the spin lock in a map's value",
        HelperArgument.Socket => "a socket",
        _ => "memory",
    };

    private static bool IsMemory(in RegisterState state) => state.Kind
        is RegisterKind.Stack or RegisterKind.Packet or RegisterKind.PacketMetadata or RegisterKind.MapKey or RegisterKind.MapValue or RegisterKind.Memory;

    private void RequireKind(HelperCall call, HelperArgument kind, int register, in RegisterState state)
    {
        bool isRight = kind switch
        {
            HelperArgument.Count => state.IsScalar,
            HelperArgument.NoFlags => state.IsZero,
            HelperArgument.Context or HelperArgument.ContextOrNull => state.Kind == RegisterKind.Context,
            HelperArgument.Map => state.Kind == RegisterKind.Map,
            HelperArgument.Size or HelperArgument.SizeOrZero or HelperArgument.ConstantSize => state.IsScalar,
            HelperArgument.ConstantText or HelperArgument.LockField or HelperArgument.MapMemory => state.Kind == RegisterKind.MapValue,
            HelperArgument.Function => state.Kind == RegisterKind.Function,
            HelperArgument.FunctionContext => state.Kind == RegisterKind.Stack,
            HelperArgument.Record => state.Kind == RegisterKind.Memory && (state.Traits & RegisterTraits.Record) != RegisterTraits.None,
            HelperArgument.Socket => state.Kind.IsSocket(),
            HelperArgument.TimerField or HelperArgument.DynamicPointer or HelperArgument.DynamicPointerOut or HelperArgument.KernelObject => false,
            _ => IsMemory(state) && IsReadable(kind, state),
        };
        if (kind is HelperArgument.TimerField or HelperArgument.DynamicPointer or HelperArgument.DynamicPointerOut or HelperArgument.KernelObject)
        {
            environment.Refuse(VerifierRule.NotSupported, $"{call.Helper.Name} takes what this verifier does not know yet");
        }

        if (!isRight || (state.MayBeNull && !MayBeNull(kind)))
        {
            helperMemory.RefuseKind(register, state, InWords(kind));
        }

        if (state.MayBeNull)
        {
            // Null with a size that is not 0 is refused where it is sure to be null, and not where it may be.
            environment.Facts.Doubt();
        }

        bool hasFreeOffset = state.IsScalar || IsMemory(state);
        if (kind == HelperArgument.Record)
        {
            memory.RequireUnmodified(register, state, VerifierRule.Release);
        }
        else if (!hasFreeOffset)
        {
            memory.RequireUnmodified(register, state);
        }
    }

    private static bool IsReadable(HelperArgument kind, in RegisterState state) => !state.IsReadOnly || kind
        is HelperArgument.MapKey or HelperArgument.MapValue or HelperArgument.MapValueOrNull or HelperArgument.Memory or HelperArgument.MemoryOrNull or HelperArgument.Format
        or HelperArgument.IPv4Header or HelperArgument.IPv6Header or HelperArgument.TcpHeader;

    private void NoteReference(HelperCall call, HelperArgument kind, int register, in RegisterState state)
    {
        if (kind == HelperArgument.Record || (kind == HelperArgument.Socket && call.Helper.Has(HelperTraits.Releases)))
        {
            if (state.ReferenceId == 0)
            {
                environment.Refuse(VerifierRule.Release, $"{VerifierEnvironment.NameOf(register)} holds {state}, which was not acquired and cannot be released");
            }

            call.ReleasedRegister = register;
        }

        if (state.ReferenceId != 0)
        {
            if (call.ReferenceId != 0)
            {
                environment.Refuse(VerifierRule.Release, $"{call.Helper.Name} gets two things that were acquired, and can take one");
            }

            call.ReferenceId = state.ReferenceId;
        }
    }

    private void CheckContents(HelperCall call, HelperArgument kind, int register, in RegisterState state)
    {
        switch (kind)
        {
            case HelperArgument.Map:
                call.Map = environment.Maps[state.Map];
                call.MapNumber = state.Map;
                break;
            case HelperArgument.MapKey:
                helperMemory.Check(register, call.Map!.KeySize, isWrite: false, mayBeEmpty: false, null);
                call.ConstantKey = MapFacts.AlwaysFinds(call.Map.Type) ? ConstantOf(state, call.Map.KeySize) : null;
                break;
            case HelperArgument.MapValueOrNull when state.IsZero:
                break;
            case HelperArgument.MapValue or HelperArgument.MapValueOrNull:
                helperMemory.Check(register, call.Map!.ValueSize, isWrite: false, mayBeEmpty: false, null);
                break;
            case HelperArgument.MapValueOut:
                CheckMapValueOut(call, register);
                break;
            case HelperArgument.NumberOut:
                helperMemory.Check(register, SizeOfNumber, isWrite: true, mayBeEmpty: false, call);
                RequireAligned(register, SizeOfNumber);
                break;
            case HelperArgument.NumberInOut:
                helperMemory.Check(register, SizeOfSmallNumber, isWrite: true, mayBeEmpty: false, null);
                RequireAligned(register, SizeOfSmallNumber);
                break;
            case HelperArgument.IPv4Header or HelperArgument.TcpHeader:
                helperMemory.Check(register, SizeOfShortHeader, isWrite: false, mayBeEmpty: false, null);
                break;
            case HelperArgument.IPv6Header:
                helperMemory.Check(register, SizeOfLongHeader, isWrite: false, mayBeEmpty: false, null);
                break;
            case HelperArgument.Size or HelperArgument.SizeOrZero:
                bool isFilled = call.Arguments[register - 2] is HelperArgument.MemoryOut or HelperArgument.MemoryOutOrNull;
                bool isWrite = isFilled || call.Arguments[register - 2] == HelperArgument.MemoryInOut;
                helperMemory.CheckSized(register, isWrite, kind == HelperArgument.SizeOrZero, isFilled ? call : null);
                if (isWrite)
                {
                    call.GreatestSize = (int)state.Value.UnsignedMaximum;
                }

                break;
            case HelperArgument.ConstantSize:
                if (!state.Value.IsConstant)
                {
                    environment.Refuse(VerifierRule.ArgumentSize, $"{call.Helper.Name} takes a constant size, and {VerifierEnvironment.NameOf(register)} holds {state}");
                }

                // The kernel keeps 32 bits of it. No offset comes so far as to tell what has more than half of that from what has half.
                call.MemorySize = (int)Math.Min((uint)state.Value.ConstantValue, int.MaxValue);
                environment.Precision.MarkRegister(register);
                break;
            case HelperArgument.ConstantText:
                ConstantTexts.Check(environment, memory, register, state);
                break;
            case HelperArgument.Function:
                call.Function = state.Extent;
                break;
            case HelperArgument.LockField:
                locks.Apply(call.Helper.Number == HelperNumbers.SpinLock, register);
                break;
        }
    }

    /// <summary>A filter is only asked whether it has the value, which is therefore read.</summary>
    private void CheckMapValueOut(HelperCall call, int register)
    {
        bool isRead = call is { Map.Type: MapType.BloomFilter, Helper.Number: HelperNumbers.MapPeek };
        helperMemory.Check(register, call.Map!.ValueSize, isWrite: !isRead, mayBeEmpty: false, isRead ? null : call);
    }

    private void RequireAligned(int register, int size)
    {
        ref readonly RegisterState state = ref environment.State.Register(register);
        ulong added = (ulong)state.Offset;
        if ((((state.Value.Bits.Value + added) | state.Value.Bits.Mask) & ((ulong)size - 1)) != 0)
        {
            environment.Refuse(VerifierRule.Alignment, $"{VerifierEnvironment.NameOf(register)} holds {state}, which is not aligned to {size} bytes");
        }
    }

    /// <summary>The key that lies on the stack, where it is known.</summary>
    private ulong? ConstantOf(in RegisterState key, int size)
    {
        if (!environment.IsCapable || key.Kind != RegisterKind.Stack || !key.Value.IsConstant)
        {
            return null;
        }

        long place = key.Offset + (long)key.Value.ConstantValue;
        int index = FrameState.SlotOf(place), first = FrameState.ByteOf(place);
        StackSlot slot = environment.State.Frame(key.Frame).Slot(index);
        if (first + size > StackSlot.Size)
        {
            return null;
        }

        int zeros = 0, spilled = 0;
        while (first + zeros < StackSlot.Size && slot[first + zeros] == SlotByte.Zero)
        {
            zeros++;
        }

        if (zeros >= size)
        {
            return 0;
        }

        while (first + spilled < StackSlot.Size && slot[first + spilled] == SlotByte.Spill)
        {
            spilled++;
        }

        if (!slot.IsSpilledScalar || spilled != size || !slot.Register.Value.IsConstant)
        {
            return null;
        }

        environment.Precision.MarkSlot(key.Frame, index);
        return slot.Register.Value.ConstantValue;
    }
}
