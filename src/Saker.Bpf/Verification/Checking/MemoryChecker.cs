using System.Buffers.Binary;
using Saker.Bpf.Verification.Rules;
using Saker.Bpf.Verification.States;

namespace Saker.Bpf.Verification.Checking;

/// <summary>Loads and stores: whether the memory that a register points to may be accessed so, and what a load gives.</summary>
internal sealed class MemoryChecker(VerifierEnvironment environment)
{
    private const int PacketAlignment = 2;

    private readonly RegionBounds _bounds = new(environment);

    /// <summary>The stack.</summary>
    public StackAccess Stack { get; } = new(environment);

    /// <summary>Whether an access by a register lies within memory of a known size.</summary>
    public RegionBounds Bounds => _bounds;

    /// <summary>Checks an access of the instruction, and remembers what kind of memory it was to.</summary>
    public void CheckInstruction(in MemoryAccess access)
    {
        RegisterKind kind = environment.State.Register(access.Pointer).Kind;
        Check(access);
        ref RegisterKind seen = ref environment.Facts.AccessKind(environment.Instruction);
        if (seen != RegisterKind.Uninitialized && seen != kind && (IsRewritten(seen) || IsRewritten(kind)))
        {
            environment.Refuse(
                VerifierRule.MixedAccess, $"it accesses {kind.InWords()} on this path and {seen.InWords()} on another one", "access them with instructions of their own");
        }

        seen = seen == RegisterKind.Uninitialized ? kind : seen;
    }

    /// <summary>Checks an access.</summary>
    public void Check(in MemoryAccess access)
    {
        RegisterState pointer = environment.State.Register(access.Pointer);
        CheckAlignment(pointer, access);
        int offset = access.Offset + pointer.Offset;
        if (pointer.MayBeNull)
        {
            RefuseNull(access.Pointer, pointer);
        }

        switch (pointer.Kind)
        {
            case RegisterKind.Stack:
                Stack.Check(access, offset);
                break;
            case RegisterKind.Packet or RegisterKind.PacketMetadata:
                CheckPacket(access, offset);
                break;
            case RegisterKind.MapValue:
                CheckMapValue(access, pointer, offset);
                break;
            case RegisterKind.MapKey:
                CheckMapKey(access, pointer, offset);
                break;
            case RegisterKind.Memory:
                CheckMemory(access, pointer, offset);
                break;
            case RegisterKind.Context:
                CheckContext(access, pointer);
                break;
            case RegisterKind.SocketCommon or RegisterKind.Socket or RegisterKind.TcpSocket or RegisterKind.XdpSocket:
                CheckSocket(access, pointer, offset);
                break;
            case RegisterKind.KernelSocket:
                environment.Refuse(VerifierRule.NotSupported, $"fields of {pointer.Kind.InWords()} are accessed, which this verifier does not know yet");
                break;
            case RegisterKind.Map:
                environment.Refuse(VerifierRule.NotSupported, "fields of a map itself are accessed, which this verifier does not know yet");
                break;
            default:
                environment.Refuse(
                    VerifierRule.InvalidAccess,
                    $"{VerifierEnvironment.NameOf(access.Pointer)} holds {pointer.Kind.InWords()}, which is no address that can be accessed",
                    pointer.IsScalar ? "a pointer loses what it points to by a store to memory, by arithmetic with other pointers, and when the packet may have moved" : null);
                break;
        }

        if (!access.IsWrite && access.Register >= 0 && access.Size < StackSlot.Size && environment.State.Register(access.Register).IsScalar)
        {
            ref RegisterState loaded = ref environment.State.OwnRegister(access.Register);
            loaded.Value = access.IsSigned ? loaded.Value.SignExtend(access.Size) : loaded.Value.ZeroExtend(access.Size);
        }
    }

    /// <summary>Whether a pointer into the packet lies so far before its end as was compared.</summary>
    public void CheckPacketBounds(int register, int offset, long size, bool mayBeEmpty)
    {
        ref readonly RegisterState pointer = ref environment.State.Register(register);
        if (pointer.Value.SignedMinimum < 0)
        {
            environment.Refuse(
                VerifierRule.PacketBounds,
                $"the offset of {VerifierEnvironment.NameOf(register)} into the packet may be negative ({pointer.Value.SignedMinimum} at least)",
                "make the index unsigned, or mask it");
        }

        if (pointer.Extent < 0 || offset < 0 || offset + size > pointer.Extent || !(size > 0 || mayBeEmpty))
        {
            string checkedBytes = pointer.Extent > 0 ? $"only {pointer.Extent} bytes were shown to be there" : "it was not compared with the packet's end";
            environment.Refuse(
                VerifierRule.PacketBounds,
                $"{size} bytes of the packet are accessed at offset {offset} from where {VerifierEnvironment.NameOf(register)} was compared, and {checkedBytes}",
                "compare the address behind what is accessed with data_end first, again after whatever may move the packet");
        }
    }

    /// <summary>Whether a map's values may be accessed so, and special fields are left alone.</summary>
    public void CheckMapValueBounds(int register, int offset, long size, bool isWrite, bool mayBeEmpty)
    {
        RegisterState pointer = environment.State.Register(register);
        VerifierMap map = environment.Maps[pointer.Map];
        MapFlags forbidding = isWrite ? MapFlags.ReadOnlyForPrograms : MapFlags.WriteOnlyForPrograms;
        if ((map.Flags & forbidding) != MapFlags.None)
        {
            environment.Refuse(VerifierRule.MapAccess, $"programs can only {(isWrite ? "read" : "write")} the values of the map '{map.Name}'");
        }

        _bounds.Check(register, offset, size, map.ValueSize, mayBeEmpty, VerifierRule.MapValueBounds, $"the value of the map '{map.Name}'");
        (long first, long end) = (pointer.Value.SignedMinimum + offset, (long)pointer.Value.UnsignedMaximum + offset + size);
        if (map.SpinLockOffset is { } spin && first < spin + 4 && spin < end)
        {
            environment.Refuse(
                VerifierRule.SpecialField, $"the spin lock at offset {spin} of the value of the map '{map.Name}' would be {(isWrite ? "written" : "read")}", "leave it to bpf_spin_lock");
        }

        foreach (SpecialField field in map.SpecialFields)
        {
            if (first < field.Offset + field.Size && field.Offset < end)
            {
                RefuseField(map, field, isWrite);
            }
        }
    }

    private void RefuseField(VerifierMap map, SpecialField field, bool isWrite)
    {
        string text = $"the {field.Name} at offset {field.Offset} of the value of the map '{map.Name}' would be {(isWrite ? "written" : "read")}";
        if (field.IsPointer)
        {
            environment.Refuse(VerifierRule.NotSupported, $"{text}, and this verifier does not know yet what pointers of the kernel in maps are");
        }

        environment.Refuse(VerifierRule.SpecialField, text, "leave it to the helpers and functions of the kernel that are made for it");
    }

    /// <summary>Refuses a pointer that may be null.</summary>
    public void RefuseNull(int register, in RegisterState pointer) => environment.Refuse(
        VerifierRule.PossibleNull, $"{VerifierEnvironment.NameOf(register)} holds {pointer.Kind.InWords()} or null", "compare it with 0 first");

    private static bool IsRewritten(RegisterKind kind) => kind == RegisterKind.Context || kind.IsSocket();

    /// <summary>A load of such a field is rewritten when a program is loaded, and can therefore only be of one kind of memory.</summary>
    private void CheckAlignment(in RegisterState pointer, in MemoryAccess access)
    {
        bool isStrict = environment.Options.HasStrictAlignment || access.MustAlign || pointer.Kind == RegisterKind.Stack;
        if (!isStrict || access.Size == 1 || !pointer.IsPointer)
        {
            return;
        }

        ulong added = (ulong)(pointer.Offset + (long)access.Offset + (pointer.Kind.IsPacket() ? PacketAlignment : 0));
        ulong low = (ulong)access.Size - 1;
        if ((((pointer.Value.Bits.Value + added) | pointer.Value.Bits.Mask) & low) != 0)
        {
            environment.Refuse(VerifierRule.Alignment, $"{access.InWords} from {pointer} at {access.Offset} is not aligned to {access.Size} bytes");
        }
    }

    private void CheckPacket(in MemoryAccess access, int offset)
    {
        if (access.IsWrite && !ProgramRules.MayWritePacket(environment.Options.Type))
        {
            environment.Refuse(VerifierRule.PacketWrite, $"programs of type {environment.Options.Type.KernelName()} cannot write to the packet");
        }

        RefuseLeak(access, "the packet");
        CheckPacketBounds(access.Pointer, offset, access.Size, mayBeEmpty: false);
        LoadUnknown(access);
    }

    private void CheckMapValue(in MemoryAccess access, in RegisterState pointer, int offset)
    {
        RefuseLeak(access, "a map");
        CheckMapValueBounds(access.Pointer, offset, access.Size, access.IsWrite, mayBeEmpty: false);
        if (access.IsWrite || access.Register < 0)
        {
            return;
        }

        VerifierMap map = environment.Maps[pointer.Map];
        long place = offset + (long)pointer.Value.ConstantValue;
        if (pointer.Value.IsConstant && map is { IsConstant: true, Type: MapType.Array, MaximumEntries: 1 } && place + access.Size <= map.Contents.Length)
        {
            ulong value = ReadConstant(map.Contents.Span[(int)place..], access.Size);
            RegisterState constant = RegisterState.Constant(value);
            environment.Write(access.Register, access.IsSigned ? RegisterState.Number(constant.Value.SignExtend(access.Size)) : constant);
        }
        else
        {
            LoadUnknown(access);
        }
    }

    private static ulong ReadConstant(ReadOnlySpan<byte> bytes, int size) => size switch
    {
        1 => bytes[0],
        2 => BitConverter.IsLittleEndian ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes),
        4 => BitConverter.IsLittleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes),
        _ => BitConverter.IsLittleEndian ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : BinaryPrimitives.ReadUInt64BigEndian(bytes),
    };

    private void CheckMapKey(in MemoryAccess access, in RegisterState pointer, int offset)
    {
        if (access.IsWrite)
        {
            environment.Refuse(VerifierRule.ReadOnlyMemory, $"{VerifierEnvironment.NameOf(access.Pointer)} holds a map's key, which cannot be written to");
        }

        VerifierMap map = environment.Maps[pointer.Map];
        _bounds.Check(access.Pointer, offset, access.Size, map.KeySize, mayBeEmpty: false, VerifierRule.MemoryBounds, $"the key of the map '{map.Name}'");
        LoadUnknown(access);
    }

    private void CheckMemory(in MemoryAccess access, in RegisterState pointer, int offset)
    {
        if (access.IsWrite && pointer.IsReadOnly)
        {
            environment.Refuse(VerifierRule.ReadOnlyMemory, $"{VerifierEnvironment.NameOf(access.Pointer)} holds memory that cannot be written to");
        }

        RefuseLeak(access, "memory");
        _bounds.Check(access.Pointer, offset, access.Size, pointer.Extent, mayBeEmpty: false, VerifierRule.MemoryBounds, "the memory");
        LoadUnknown(access);
    }

    private void CheckContext(in MemoryAccess access, in RegisterState pointer)
    {
        RefuseLeak(access, "the context");
        RequireUnmodified(access.Pointer, pointer);
        VerifierOptions options = environment.Options;
        ContextValue value = ContextValue.Number;
        bool isAllowed = access.IsWrite
            ? ContextFields.IsWritable(options.Type, options.AttachType, access.Offset, access.Size)
            : ContextFields.IsReadable(options.Type, options.AttachType, access.Offset, access.Size, access.IsSigned, out value);
        if (isAllowed && !environment.IsCapable && ContextFields.IsForCapable(options.Type, access.Offset, access.IsWrite))
        {
            environment.Refuse(VerifierRule.ContextAccess, $"the field of the context at offset {access.Offset} is for those who have CAP_BPF", "load the program with CAP_BPF");
        }

        if (!isAllowed)
        {
            environment.Refuse(
                VerifierRule.ContextAccess,
                $"the context of programs of type {environment.Options.Type.KernelName()} cannot be {(access.IsWrite ? "written" : "read")} at offset {access.Offset} with {access.Size} bytes");
        }

        if (access.IsWrite || access.Register < 0)
        {
            return;
        }

        environment.Write(access.Register, value switch
        {
            ContextValue.PacketStart => RegisterState.Pointer(RegisterKind.Packet),
            ContextValue.PacketEnd => RegisterState.Pointer(RegisterKind.PacketEnd),
            ContextValue.PacketMetadata => RegisterState.Pointer(RegisterKind.PacketMetadata),
            ContextValue.SocketCommonOrNull => RegisterState.Pointer(RegisterKind.SocketCommon, RegisterTraits.MaybeNull) with { Id = environment.NewId() },
            _ => RegisterState.Unknown,
        });
    }

    /// <summary>Refuses a pointer to which something was added, where only the original can be used.</summary>
    public void RequireUnmodified(int register, in RegisterState pointer) =>
        RequireUnmodified(register, pointer, pointer.Kind == RegisterKind.Context ? VerifierRule.ContextPointer : VerifierRule.PointerOffset);

    /// <summary>The same with the rule that it breaks otherwise.</summary>
    public void RequireUnmodified(int register, in RegisterState pointer, VerifierRule rule)
    {
        if (pointer.Offset != 0 || pointer.Value is not { IsConstant: true, ConstantValue: 0 })
        {
            environment.Refuse(
                rule,
                $"{VerifierEnvironment.NameOf(register)} holds {pointer}, and must be as it was given",
                "keep the offset in the access instead of adding it to the pointer");
        }
    }

    private void CheckSocket(in MemoryAccess access, in RegisterState pointer, int offset)
    {
        if (access.IsWrite)
        {
            environment.Refuse(VerifierRule.ReadOnlyMemory, $"{VerifierEnvironment.NameOf(access.Pointer)} holds {pointer.Kind.InWords()}, which cannot be written to");
        }

        if (pointer.Value.SignedMinimum < 0 || !SocketFields.IsAllowed(pointer.Kind, offset, access.Size))
        {
            environment.Refuse(VerifierRule.MemoryBounds, $"{pointer.Kind.InWords()} cannot be read at offset {offset} with {access.Size} bytes");
        }

        LoadUnknown(access);
    }

    private void RefuseLeak(in MemoryAccess access, string where)
    {
        if (access.IsWrite && access.Register >= 0 && environment.IsSecret(environment.State.Register(access.Register)))
        {
            environment.Refuse(VerifierRule.PointerLeak, $"the address in {VerifierEnvironment.NameOf(access.Register)} would be stored to {where}, which is for those with privileges");
        }
    }

    private void LoadUnknown(in MemoryAccess access)
    {
        if (!access.IsWrite && access.Register >= 0)
        {
            environment.Write(access.Register, RegisterState.Unknown);
        }
    }
}
