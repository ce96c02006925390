using System.Diagnostics.CodeAnalysis;
using Saker.Bpf;
using Saker.Bpf.Btf;
using Saker.Bpf.Verification;
using Saker.Kernel.Bpf;
using Saker.Tests.Bpf.Btf;

namespace Saker.KernelTests.Bpf.Verification;

/// <summary>
/// Programs that call one helper, with what it wants in each register, or with something else in one of them. They are for the kernel: maps are descriptors. Objects of the kernel
/// other than sockets, timers and locks are not made here: <see cref="CanFill"/>.
/// </summary>
internal sealed class HelperCalls : IDisposable, IVerifierMaps
{
    /// <summary>The size that helpers get of memory.</summary>
    public const int SizeGiven = 8;

    private const byte ContextRegister = 6, PacketRegister = 7, NumberRegister = 8, HeldRegister = 9, FramePointer = BpfInstruction.FramePointer;
    private const byte MoveConstant = 0xb7, Move = 0xbf, Call = 0x85, AddConstant = 0x07;
    private const int InitializedAt = -64, UninitializedAt = -256, PointerAt = -280, Bytes = 64;
    private const int SocketField = 168;
    private const int LookUpSocket = 84, Release = 86, Reserve = 131, FromMemory = 197, ReserveDynamic = 198;

    private readonly Dictionary<MapType, KernelMap> _maps = [];
    private readonly KernelMap _memory = KernelMap.Create(new MapSpec { Name = "memory", Type = MapType.Array, KeySize = 4, ValueSize = Bytes, MaximumEntries = 1 });
    private readonly KernelMap _text = KernelMap.Create(
        new MapSpec { Name = "text", Type = MapType.Array, KeySize = 4, ValueSize = Bytes, MaximumEntries = 1, Flags = (uint)MapFlags.ReadOnlyForPrograms });

    private readonly Dictionary<int, VerifierMap> _told = [];
    private readonly KernelTypes _types;
    private readonly uint _mainType, _callbackType;

    public HelperCalls()
    {
        foreach (var type in Enum.GetValues<MapType>())
        {
            if (type is not (MapType.Unspecified or MapType.StructOps) && MapProbe.TryMake(type, out var map, out _))
            {
                _maps.Add(type, map);
            }
        }

        _text.Freeze();
        TypesWriter writer = new();
        var number = writer.Integer();
        var prototype = writer.Prototype(number);
        _mainType = writer.Add(12, "main", 1, prototype);
        _callbackType = writer.Add(12, "callback", 0, prototype);
        Assert.True(BtfSpec.TryRead(writer.ToArray(), out var spec, out _));
        Assert.True(KernelTypes.TryLoad(spec, out var types, out _));
        _types = types;
    }

    /// <summary>The types of maps that there are here.</summary>
    public IEnumerable<MapType> MapTypes => _maps.Keys;

    public void Dispose()
    {
        _types.Dispose();
        _memory.Dispose();
        _text.Dispose();
        foreach (var map in _maps.Values)
        {
            map.Dispose();
        }
    }

    /// <inheritdoc/>
    public bool TryFind(ConstantKind kind, int number, [NotNullWhen(true)] out VerifierMap? map)
    {
        if (!_told.TryGetValue(number, out map) && _maps.Values.Append(_memory).Append(_text).FirstOrDefault(made => made.Descriptor.DangerousGetHandle() == number) is { } found)
        {
            _told.Add(number, map = Tell(found));
        }

        return map is not null;
    }

    private static VerifierMap Tell(KernelMap map) => new()
    {
        Name = map.Name,
        Type = map.Type,
        KeySize = map.KeySize,
        ValueSize = map.ValueSize,
        MaximumEntries = map.MaximumEntries,
        Flags = (MapFlags)map.Flags,
        IsFrozen = map.IsFrozen,
        Contents = map.IsFrozen ? new byte[map.ValueSize] : default,
        Inner = map.Type is MapType.ArrayOfMaps or MapType.HashOfMaps ? new() { Type = MapType.Array, KeySize = sizeof(int), ValueSize = sizeof(int), MaximumEntries = 1 } : null,
    };

    /// <summary>A program that names a map and does nothing.</summary>
    public BpfInstruction[] Naming(MapType map) => Naming(_maps[map]);

    /// <inheritdoc cref="Naming(MapType)"/>
    public static BpfInstruction[] Naming(KernelMap map) => [.. Map(1, map), new(MoveConstant, 0), new(0x95)];

    /// <summary>Whether there is something for all arguments.</summary>
    public static bool CanFill(HelperDescription helper) => !helper.Arguments.Any(argument =>
        argument is HelperArgument.KernelObject or HelperArgument.LockField or HelperArgument.TimerField);

    /// <summary>A program.</summary>
    /// <param name="helper">The helper that it calls.</param>
    /// <param name="type">The program's type.</param>
    /// <param name="replaced">The argument, from 0 on, that gets something else; -1: none.</param>
    /// <param name="register">What that gets.</param>
    /// <param name="map">The type of map that it gets; null: one that it takes.</param>
    public (BpfInstruction[] Slots, LoadOptions Options) Program(
        HelperDescription helper, ProgramType type, int replaced = -1, HelperRegister register = HelperRegister.Fitting, MapType? map = null)
    {
        var hasCallback = helper.Arguments.Contains(HelperArgument.Function);
        List<BpfInstruction> slots = [.. Beginning(type)];
        var socket = register is HelperRegister.Socket or HelperRegister.SocketOrNull or HelperRegister.CommonSocket or HelperRegister.CommonSocketOrNull ? register : FittingSocket(helper, type);
        Prepare(slots, helper);
        HoldSocket(slots, socket);
        for (var i = 0; i < helper.Arguments.Length; i++)
        {
            var target = (byte)(i + 1);
            slots.AddRange(i == replaced && register != HelperRegister.Fitting
                ? Fill(target, register)
                : Fit(target, helper.Arguments[i], _maps[map ?? _maps.Keys.First(candidate => HelperMaps.Takes(helper.Number, candidate, type))]));
        }

        slots.Add(new(Call, immediate: helper.Number));
        if (helper.Number == Reserve)
        {
            // r0 is a record, which has to be given back.
            slots.AddRange([new(0x15, 0, 0, 3, 0), new(Move, 1, 0), new(MoveConstant, 2), new(Call, immediate: 132)]);
        }
        else if (helper.Result == HelperResult.SocketOrNull && helper.Has(HelperTraits.Acquires))
        {
            slots.AddRange([new(0x15, 0, 0, 2, 0), new(Move, 1, 0), new(Call, immediate: Release)]);
        }
        else if (helper.Number == ReserveDynamic)
        {
            slots.AddRange([.. Address(1, PointerAt), new(MoveConstant, 2), new(Call, immediate: 199)]);
        }

        if (helper.Number != Release && socket is HelperRegister.Socket or HelperRegister.SocketOrNull)
        {
            slots.AddRange([new(0x15, HeldRegister, 0, 2, 0), new(Move, 1, HeldRegister), new(Call, immediate: Release)]);
        }

        slots.AddRange([new(MoveConstant, 0), new(0x95)]);
        if (!hasCallback)
        {
            return ([.. slots], new());
        }

        var start = slots.Count;
        var at = slots.FindIndex(slot => slot.Opcode == InstructionSet.WideOpcode && slot.Source == (byte)ConstantKind.Function);
        if (at >= 0)
        {
            slots[at] = slots[at].WithImmediate(start - at - 1);
        }

        slots.AddRange([new(MoveConstant, 0), new(0x95)]);
        return ([.. slots], at < 0 ? new() : new()
        {
            Types = _types,
            Functions = [new("main", 0, start, _mainType, IsGlobal: true), new("callback", start, 2, _callbackType, IsGlobal: false)],
        });
    }

    /// <summary>The context, a number, zeros on the stack, and the packet where there is a way to it.</summary>
    private static BpfInstruction[] Beginning(ProgramType type)
    {
        List<BpfInstruction> slots = [new(Move, ContextRegister, 1)];
        for (var offset = InitializedAt; offset < InitializedAt + Bytes; offset += 8)
        {
            slots.Add(new(0x7a, FramePointer, 0, (short)offset));
        }

        if (MayHold(HelperRegister.Packet, type))
        {
            var (data, end) = type == ProgramType.Xdp ? (0, 4) : (76, 80);
            slots.AddRange(
            [
                new(0x61, PacketRegister, ContextRegister, (short)data), new(0x61, 3, ContextRegister, (short)end), new(Move, 4, PacketRegister), new(AddConstant, 4, immediate: Bytes),
                new(0xbd, 4, 3, 2), new(MoveConstant, 0), new(0x95),
            ]);
        }

        // After a call nothing is in the registers of arguments.
        slots.AddRange([new(Call, immediate: 7), new(Move, NumberRegister, 0)]);
        return [.. slots];
    }

    /// <summary>Makes what a helper wants that another one gives.</summary>
    private void Prepare(List<BpfInstruction> slots, HelperDescription helper)
    {
        if (helper.Arguments.Contains(HelperArgument.Record))
        {
            slots.AddRange([.. Map(1, _maps[MapType.RingBuffer]), new(MoveConstant, 2, immediate: 8), new(MoveConstant, 3), new(Call, immediate: Reserve)]);
            slots.AddRange([new(0x55, 0, 0, 2, 0), new(MoveConstant, 0), new(0x95), new(Move, HeldRegister, 0)]);
        }
        else if (helper.Number is 199 or 200)
        {
            slots.AddRange([.. Map(1, _maps[MapType.RingBuffer]), new(MoveConstant, 2, immediate: 8), new(MoveConstant, 3), .. Address(4, PointerAt), new(Call, immediate: ReserveDynamic)]);
        }
        else if (helper.Arguments.Contains(HelperArgument.DynamicPointer))
        {
            slots.AddRange([.. Value(1, _memory), new(MoveConstant, 2, immediate: 8), new(MoveConstant, 3), .. Address(4, PointerAt), new(Call, immediate: FromMemory)]);
        }
    }

    /// <summary>What there is of sockets for a helper that takes one.</summary>
    private static HelperRegister FittingSocket(HelperDescription helper, ProgramType type) =>
        !helper.Arguments.Contains(HelperArgument.Socket) ? HelperRegister.Fitting : MayHold(HelperRegister.Socket, type) ? HelperRegister.Socket : HelperRegister.CommonSocket;

    /// <summary>Whether programs of a type can come by what is to be in a register.</summary>
    public static bool MayHold(HelperRegister register, ProgramType type) => register switch
    {
        HelperRegister.Packet => ProgramRules.MayReadPacket(type),
        HelperRegister.Socket or HelperRegister.SocketOrNull => KernelHelpers.All[LookUpSocket - 1].IsFor(type),
        HelperRegister.CommonSocket or HelperRegister.CommonSocketOrNull => ContextFields.IsReadable(type, null, SocketField, sizeof(ulong), isSigned: false, out _),
        _ => true,
    };

    private static void HoldSocket(List<BpfInstruction> slots, HelperRegister socket)
    {
        switch (socket)
        {
            case HelperRegister.Socket or HelperRegister.SocketOrNull:
                slots.AddRange([new(Move, 1, ContextRegister), .. Address(2, InitializedAt), new(MoveConstant, 3, immediate: 12), new(MoveConstant, 4), new(MoveConstant, 5), new(Call, immediate: LookUpSocket)]);
                slots.Add(new(Move, HeldRegister, 0));
                break;
            case HelperRegister.CommonSocket or HelperRegister.CommonSocketOrNull:
                slots.Add(new(0x79, HeldRegister, ContextRegister, SocketField));
                break;
            default:
                return;
        }

        if (socket is HelperRegister.Socket or HelperRegister.CommonSocket)
        {
            slots.AddRange([new(0x55, HeldRegister, 0, 2, 0), new(MoveConstant, 0), new(0x95)]);
        }
    }

    private BpfInstruction[] Fit(byte target, HelperArgument argument, KernelMap map) => argument switch
    {
        HelperArgument.Context or HelperArgument.ContextOrNull => [new(Move, target, ContextRegister)],
        HelperArgument.Map => Map(target, map),
        HelperArgument.Size or HelperArgument.SizeOrZero or HelperArgument.ConstantSize => [new(MoveConstant, target, immediate: SizeGiven)],
        HelperArgument.ConstantText => Value(target, _text),
        HelperArgument.Function => [new(InstructionSet.WideOpcode, target, (byte)ConstantKind.Function), default],
        HelperArgument.Record or HelperArgument.Socket => [new(Move, target, HeldRegister)],
        HelperArgument.DynamicPointer or HelperArgument.DynamicPointerOut => Address(target, PointerAt),
        HelperArgument.Number or HelperArgument.OptionalNumber or HelperArgument.Count or HelperArgument.NoFlags => [new(MoveConstant, target)],
        HelperArgument.MapMemory => Value(target, _memory),
        _ => Address(target, InitializedAt),
    };

    private BpfInstruction[] Fill(byte target, HelperRegister register) => register switch
    {
        HelperRegister.Uninitialized => [],
        HelperRegister.UnknownNumber => [new(Move, target, NumberRegister)],
        HelperRegister.Zero => [new(MoveConstant, target)],
        HelperRegister.Eight => [new(MoveConstant, target, immediate: 8)],
        HelperRegister.Context => [new(Move, target, ContextRegister)],
        HelperRegister.Map => Map(target, _memory),
        HelperRegister.MapValue => Value(target, _memory),
        HelperRegister.ReadOnlyMapValue => Value(target, _text),
        HelperRegister.Stack => Address(target, InitializedAt),
        HelperRegister.UninitializedStack => Address(target, UninitializedAt),
        HelperRegister.Packet => [new(Move, target, PacketRegister)],
        _ => [new(Move, target, HeldRegister)],
    };

    private static BpfInstruction[] Address(byte target, int offset) => [new(Move, target, FramePointer), new(AddConstant, target, immediate: offset)];

    private static BpfInstruction[] Map(byte target, KernelMap map) => [new(InstructionSet.WideOpcode, target, (byte)ConstantKind.Map, immediate: (int)map.Descriptor.DangerousGetHandle()), default];

    private static BpfInstruction[] Value(byte target, KernelMap map) => [new(InstructionSet.WideOpcode, target, (byte)ConstantKind.MapValue, immediate: (int)map.Descriptor.DangerousGetHandle()), default];
}
