using System.Globalization;
using System.Text.RegularExpressions;
using Saker.Bpf;
using Saker.Tests.Bpf.Isa;

namespace Saker.KernelTests.Bpf;

/// <summary>
/// Bodies for <see cref="XdpEngines"/> by chance, all of which the verifier takes: instructions over scalars in registers and initialised slots of the stack, jumps ahead,
/// loops, functions, the packet's bytes, and maps.
/// </summary>
internal sealed partial class RandomBodies(Random random)
{
    private const int MostItems = 40, MostOfLoop = 6, MostOfFunction = 12, MostRounds = 5, MostFunctions = 2;
    private const int Slots = 4;
    private const int KeyPlace = -40, ValuePlace = -56, CounterPlace = -64;

    /// <summary>What calls have destroyed, and the pointer that they may have given, are numbers again.</summary>
    private const string NumbersAgain = "r1 = r7; r2 = r8; r3 = r9; r4 = 5; r5 = r7";

    /// <summary>
    /// Behind what else lies on the stack, a slot for atomic operations that give what was there. Linux 6.18 is at times wrong about them among branches
    /// (<see cref="VerifierFaultTests"/>), so that it is no oracle where the verifier believes to know what they give: of this slot it knows nothing, since it is written in two
    /// halves, and by nothing but such operations afterwards.
    /// </summary>
    private const int FetchedSlot = 10;

    /// <summary>Without the compare and exchange of 32 bits, whose upper half the kernel forgets where it joins ways; <see cref="InstructionTests"/> compares that by itself.</summary>
    private static readonly InstructionDescription[] Choice = [.. InstructionSet.All.Where(description =>
        description.Operation is not (BpfOperation.CastAddressSpace or BpfOperation.MayGoto)
        && (description.Form is InstructionForm.ArithmeticConstant or InstructionForm.ArithmeticRegister or InstructionForm.ArithmeticUnary or InstructionForm.MemoryLoad
            or InstructionForm.MemoryStoreConstant or InstructionForm.MemoryStoreRegister or InstructionForm.Atomic or InstructionForm.AtomicFetch
            or InstructionForm.JumpIfConstant or InstructionForm.JumpIfRegister || description is { Form: InstructionForm.AtomicCompare, Width: 64 }))];

    private static readonly InstructionDescription[] Memory = [.. Choice.Where(description => IsMemory(description.Form))];

    /// <summary>r6 is the packet; all others are numbers.</summary>
    private static readonly byte[] Registers = [0, 1, 2, 3, 4, 5, 7, 8, 9];

    /// <summary>Those that calls leave as they are.</summary>
    private static readonly byte[] KeptRegisters = [7, 8, 9];

    private int _labels;
    private int _functions;

    /// <summary>The functions that the latest body calls.</summary>
    public string Functions { get; private set; } = "";

    /// <summary>The next body, as text.</summary>
    /// <param name="maps">How many maps it may use.</param>
    public string Next(int maps = 0)
    {
        _labels = 0;
        var functions = maps == 0 ? 0 : random.Next(MostFunctions + 1);
        List<string> texts = [];
        for (_functions = 0; _functions < functions; _functions++)
        {
            // One may call those before it.
            texts.Add($"function{_functions}: r0 = r1; {Block(new(maps, Depth: 1, HasPacket: false), MostOfFunction, Beginning)}; exit\n");
        }

        Functions = string.Concat(texts);

        // Each is called at least once: the kernel takes none that is not.
        var body = Block(new(maps, Depth: 0, HasPacket: maps != 0), MostItems, "r0 = r1; r3 = r2; r4 = 1; r5 = r1; " + Beginning);
        return string.Join("; ", [body, .. Enumerable.Range(0, functions).Select(Call)]);
    }

    private const string Beginning = "r7 = r2; r8 = -1; r9 = r1; *(u64 *)(r10 - 8) = r1; *(u64 *)(r10 - 16) = r2; *(u64 *)(r10 - 24) = r7; *(u64 *)(r10 - 32) = r8; "
        + "*(u32 *)(r10 - 80) = r1; *(u32 *)(r10 - 76) = r2";

    /// <summary>Items one after the other; those that jump, jump ahead to others of the same block or to its end.</summary>
    private string Block(Place place, int most, string beginning)
    {
        var count = random.Next(1, most);
        var first = _labels;
        _labels += count + 1;
        List<string> lines = [beginning];
        for (var i = 0; i < count; i++)
        {
            lines.Add(Label(first + i) + ": " + Item(place, () => Label(random.Next(first + i + 1, first + count + 1))));
        }

        lines.Add(Label(first + count) + ": r5 = 0");
        return string.Join("; ", lines);
    }

    private static string Call(int function) => string.Create(CultureInfo.InvariantCulture, $"r1 = r8; r2 = r9; r3 = r7; r4 = r8; r5 = r8; call function{function}; {NumbersAgain}");

    private static string Label(int number) => string.Create(CultureInfo.InvariantCulture, $"l{number}");

    private string Item(Place place, Func<string> ahead) => (place.Maps == 0 ? 0 : random.Next(24)) switch
    {
        20 => $"if r{Register(Registers)} s> r{Register(Registers)} goto +1; {Of("goto", "gotol")} {ahead()}",
        21 => Loop(place),
        22 => _functions > 0 ? Call(random.Next(_functions)) : Line(ahead),
        23 or 19 or 18 => MapUse(place.Maps),
        17 or 16 when place.HasPacket => Access(6, XdpEngines.OwnBytes, XdpEngines.PacketLength, Registers, hasAtomics: false),
        _ => Line(ahead),
    };

    /// <summary>A number of rounds that lies on the stack.</summary>
    private string Loop(Place place)
    {
        if (place.Depth > 1)
        {
            return "r5 = 1";
        }

        var counter = CounterPlace - (8 * place.Depth);
        var start = Label(_labels++);
        var body = Block(place with { Depth = place.Depth + 2 }, MostOfLoop, "r5 = 2");
        return $"r5 = {random.Next(1, MostRounds + 1)}; *(u64 *)(r10 - {-counter}) = r5; {start}: r5 = 3; {body}; r5 = *(u64 *)(r10 - {-counter}); r5 += -1; *(u64 *)(r10 - {-counter}) = r5; if r5 != 0 goto {start}";
    }

    private string MapUse(int maps)
    {
        var call = $"r5 = r{Register(KeptRegisters)}; r5 &= {DifferentialMaps.Keys - 1}; *(u32 *)(r10 - {-KeyPlace}) = r5; r1 = map[fd:{random.Next(maps)}] ll; r2 = r10; r2 += {KeyPlace}";
        const int Lookup = 1, Update = 2, Delete = 3;
        switch (random.Next(4))
        {
            case 0:
                var flags = random.Next(6) switch { 0 => 1, 1 => 2, 2 => 7, _ => 0 };
                return $"r4 = r{Register(KeptRegisters)}; *(u64 *)(r10 - {-ValuePlace}) = r4; *(u64 *)(r10 - {-ValuePlace - 8}) = r{Register(KeptRegisters)}; "
                    + $"{call}; r3 = r10; r3 += {ValuePlace}; r4 = {flags}; call {Update}; {NumbersAgain}";
            case 1:
                return $"{call}; call {Delete}; {NumbersAgain}";
            default:
                var none = Label(_labels++);
                var uses = Enumerable.Range(0, random.Next(1, 5)).Select(_ => Access(0, 0, DifferentialMaps.ValueSize, KeptRegisters, hasAtomics: true));
                return $"{call}; call {Lookup}; if r0 == 0 goto {none}; {string.Join("; ", uses)}; {none}: r0 = r{Register(KeptRegisters)}; {NumbersAgain}";
        }
    }

    /// <summary>A load or store by a pointer.</summary>
    private string Access(byte pointer, int from, int to, byte[] registers, bool hasAtomics)
    {
        InstructionDescription description;
        do
        {
            description = Memory[random.Next(Memory.Length)];
        }
        while (IsAtomic(description) && !hasAtomics);
        var size = description.Width / 8;
        var offset = (short)(from + (size * random.Next((to - from) / size)));
        var slot = Samples.Of(description, random)[0];
        var isLoad = description.Form == InstructionForm.MemoryLoad;
        return Text(slot, isLoad ? Register(registers) : pointer, isLoad ? pointer : IsFree(description) ? slot.Source : Register(registers), offset, slot.Immediate);
    }

    private string Line(Func<string> ahead)
    {
        var description = Choice[random.Next(Choice.Length)];
        if (IsMemory(description.Form))
        {
            return Access(BpfInstruction.FramePointer, -8 * Slots, 0, Registers, hasAtomics: true);
        }

        var slot = Samples.Of(description, random)[0];
        if (description.Form is InstructionForm.AtomicFetch or InstructionForm.AtomicCompare)
        {
            var size = description.Width / 8;
            return Text(slot, BpfInstruction.FramePointer, Register(Registers), (short)((-8 * FetchedSlot) + (size * random.Next(8 / size))), slot.Immediate);
        }

        var source = IsFree(description) ? slot.Source : Register(Registers);
        var constant = (description.Operation, description.Form) switch
        {
            (BpfOperation.ShiftLeft or BpfOperation.ShiftRight or BpfOperation.ShiftRightSigned, InstructionForm.ArithmeticConstant) => random.Next(description.Width),
            (BpfOperation.Divide or BpfOperation.DivideSigned or BpfOperation.Modulo or BpfOperation.ModuloSigned, InstructionForm.ArithmeticConstant)
                when slot.Immediate == 0 => 3,
            _ => slot.Immediate,
        };
        var text = Text(slot, Register(Registers), source, description.IsJump ? (short)0 : slot.Offset, constant);
        return description.IsJump ? JumpTarget().Replace(text, "goto " + ahead()) : text;
    }

    private static bool IsMemory(InstructionForm form) =>
        form is InstructionForm.MemoryLoad or InstructionForm.MemoryStoreConstant or InstructionForm.MemoryStoreRegister or InstructionForm.Atomic;

    /// <summary>Whether it is atomic, as loads and stores can be too, that acquire and release.</summary>
    private static bool IsAtomic(InstructionDescription description)
    {
        const byte ModeBits = 0xe0, AtomicMode = 0xc0;
        return (description.Opcode & ModeBits) == AtomicMode;
    }

    /// <summary>Whether the source names no register.</summary>
    private static bool IsFree(InstructionDescription description) => (description.Fields & InstructionFields.Source) == InstructionFields.None;

    private static string Text(BpfInstruction slot, byte destination, byte source, short offset, int constant) =>
        ProgramText.Of([new BpfInstruction(slot.Opcode, destination, source, offset, constant)], 0, ProgramTextStyle.Llvm);

    private byte Register(byte[] registers) => registers[random.Next(registers.Length)];

    private T Of<T>(params ReadOnlySpan<T> choice) => choice[random.Next(choice.Length)];

    [GeneratedRegex(@"goto \S+$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex JumpTarget();

    /// <summary>Where items are made.</summary>
    /// <param name="Maps">How many maps there are.</param>
    /// <param name="Depth">How many functions and loops are around, counted so that all of their counters lie apart.</param>
    /// <param name="HasPacket">Whether r6 is the packet.</param>
    private readonly record struct Place(int Maps, int Depth, bool HasPacket);
}
