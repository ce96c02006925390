using static Saker.Bpf.InstructionFields;

namespace Saker.Bpf;

/// <summary>Makes the table of <see cref="InstructionSet"/>: a method for each family of instructions, in the order of RFC 9669.</summary>
internal static class InstructionTable
{
    private const byte RegisterOperand = 0x08;
    private const byte AtomicMode = 0xc0;
    private const int FetchesToo = 1;

    private static readonly (byte Code, BpfOperation Operation, string Sign)[] Arithmetic =
    [
        (0x00, BpfOperation.Add, "+="), (0x10, BpfOperation.Subtract, "-="), (0x20, BpfOperation.Multiply, "*="), (0x30, BpfOperation.Divide, "/="),
        (0x40, BpfOperation.Or, "|="), (0x50, BpfOperation.And, "&="), (0x60, BpfOperation.ShiftLeft, "<<="), (0x70, BpfOperation.ShiftRight, ">>="),
        (0x90, BpfOperation.Modulo, "%="), (0xa0, BpfOperation.Xor, "^="), (0xb0, BpfOperation.Move, "="), (0xc0, BpfOperation.ShiftRightSigned, "s>>="),
    ];

    private static readonly (byte Code, BpfOperation Operation, string Sign, byte Cpu)[] Comparisons =
    [
        (0x10, BpfOperation.Equal, "==", 1), (0x20, BpfOperation.Greater, ">", 1), (0x30, BpfOperation.GreaterOrEqual, ">=", 1), (0x40, BpfOperation.BitsSet, "&", 1),
        (0x50, BpfOperation.NotEqual, "!=", 1), (0x60, BpfOperation.GreaterSigned, "s>", 1), (0x70, BpfOperation.GreaterOrEqualSigned, "s>=", 1),
        (0xa0, BpfOperation.Less, "<", 2), (0xb0, BpfOperation.LessOrEqual, "<=", 2), (0xc0, BpfOperation.LessSigned, "s<", 2),
        (0xd0, BpfOperation.LessOrEqualSigned, "s<=", 2),
    ];

    private static readonly (byte Code, byte Width)[] Sizes = [(0x00, 32), (0x08, 16), (0x10, 8), (0x18, 64)];

    private static readonly (int Code, BpfOperation Operation, string Sign, string Name)[] Atomics =
    [
        (0x00, BpfOperation.Add, "+=", "add"), (0x40, BpfOperation.Or, "|=", "or"), (0x50, BpfOperation.And, "&=", "and"), (0xa0, BpfOperation.Xor, "^=", "xor"),
    ];

    /// <summary>The whole table.</summary>
    public static List<InstructionDescription> Build()
    {
        List<InstructionDescription> table = [];
        AddArithmetic(table, InstructionClass.Arithmetic32, 32, cpu: 3);
        AddArithmetic(table, InstructionClass.Arithmetic64, 64, cpu: 1);
        AddByteSwaps(table);
        AddComparisons(table, InstructionClass.Jump, 64);
        AddComparisons(table, InstructionClass.Jump32, 32);
        AddJumpsAndCalls(table);
        AddConstants(table);
        AddPacketLoads(table);
        AddMemory(table);
        AddAtomics(table, 32);
        AddAtomics(table, 64);
        AddOrderedAccesses(table);
        return table;
    }

    private static void AddArithmetic(List<InstructionDescription> table, InstructionClass family, byte width, byte cpu)
    {
        (string d, string s) = width == 64 ? ("{D}", "{S}") : ("{d}", "{s}");
        ConformanceGroup Group(BpfOperation operation) => (operation is BpfOperation.Multiply or BpfOperation.Divide or BpfOperation.Modulo, width) switch
        {
            (true, 64) => ConformanceGroup.DivMul64,
            (true, _) => ConformanceGroup.DivMul32,
            (false, 64) => ConformanceGroup.Base64,
            _ => ConformanceGroup.Base32,
        };
        foreach ((byte code, BpfOperation operation, string sign) in Arithmetic)
        {
            byte opcode = (byte)(code | (byte)family);
            bool hasVariants = operation is BpfOperation.Divide or BpfOperation.Modulo or BpfOperation.Move;
            InstructionDescription constant = Entry(
                opcode, operation, InstructionForm.ArithmeticConstant, width, Destination | Immediate, Group(operation), cpu, $"{d} {sign} {{I}}");
            InstructionDescription register = Entry(
                (byte)(opcode | RegisterOperand), operation, InstructionForm.ArithmeticRegister, width, Destination | Source, Group(operation), cpu, $"{d} {sign} {s}");
            table.Add(hasVariants && operation != BpfOperation.Move ? constant with { VariantField = Offset } : constant);
            table.Add(hasVariants ? register with { VariantField = Offset } : register);
            if (operation is BpfOperation.Divide or BpfOperation.Modulo)
            {
                BpfOperation signed = operation == BpfOperation.Divide ? BpfOperation.DivideSigned : BpfOperation.ModuloSigned;
                table.Add(Variant(constant, signed, width, 1, $"{d} s{sign} {{I}}"));
                table.Add(Variant(register, signed, width, 1, $"{d} s{sign} {s}"));
            }
            else if (operation == BpfOperation.Move)
            {
                for (byte bits = 8; bits < width; bits *= 2)
                {
                    table.Add(Variant(register, BpfOperation.MoveSigned, bits, bits, $"{d} = (s{bits}){s}"));
                }

                if (width == 64)
                {
                    const string Cast = "{D} = addr_space_cast({S}, {u}, {l})";
                    InstructionDescription cast = Variant(register, BpfOperation.CastAddressSpace, width, 1, Cast);
                    table.Add(cast with { Fields = Destination | Source | Immediate, Group = ConformanceGroup.Linux, KernelText = Cast });
                }
            }
        }

        table.Add(Entry(
            (byte)(0x80 | (byte)family), BpfOperation.Negate, InstructionForm.ArithmeticUnary, width, Destination, Group(BpfOperation.Negate), cpu, $"{d} = -{d}"));
    }

    private static void AddByteSwaps(List<InstructionDescription> table)
    {
        for (byte width = 16; width is 16 or 32 or 64; width *= 2)
        {
            ConformanceGroup group = width == 64 ? ConformanceGroup.Base64 : ConformanceGroup.Base32;
            foreach ((byte opcode, BpfOperation operation, string name, byte cpu) in (ReadOnlySpan<(byte, BpfOperation, string, byte)>)
                [(0xd4, BpfOperation.ToLittleEndian, "le", 1), (0xdc, BpfOperation.ToBigEndian, "be", 1), (0xd7, BpfOperation.SwapBytes, "bswap", 4)])
            {
                table.Add(Entry(opcode, operation, InstructionForm.ArithmeticUnary, width, Destination, group, cpu, $"{{D}} = {name}{width} {{D}}")
                    with
                { VariantField = Immediate, Variant = width });
            }
        }
    }

    private static void AddComparisons(List<InstructionDescription> table, InstructionClass family, byte width)
    {
        (string d, string s) = width == 64 ? ("{D}", "{S}") : ("{d}", "{s}");
        ConformanceGroup group = width == 64 ? ConformanceGroup.Base64 : ConformanceGroup.Base32;
        foreach ((byte code, BpfOperation operation, string sign, byte cpu) in Comparisons)
        {
            byte opcode = (byte)(code | (byte)family);
            byte least = width == 64 ? cpu : (byte)3;
            table.Add(Entry(opcode, operation, InstructionForm.JumpIfConstant, width, Destination | Immediate | Offset, group, least, $"if {d} {sign} {{I}} goto {{J}}"));
            table.Add(Entry(
                (byte)(opcode | RegisterOperand), operation, InstructionForm.JumpIfRegister, width, Destination | Source | Offset, group, least, $"if {d} {sign} {s} goto {{J}}"));
        }
    }

    private static void AddJumpsAndCalls(List<InstructionDescription> table)
    {
        table.Add(Entry(0x05, BpfOperation.Goto, InstructionForm.JumpShort, 0, Offset, ConformanceGroup.Base32, 1, "goto {J}"));
        table.Add(Entry(0x06, BpfOperation.Goto, InstructionForm.JumpLong, 0, Immediate, ConformanceGroup.Base32, 4, "gotol {L}"));
        table.Add(Entry(0xe5, BpfOperation.MayGoto, InstructionForm.JumpShort, 0, Offset, ConformanceGroup.Linux, 4, "may_goto {J}"));

        InstructionDescription call = Entry(0x85, BpfOperation.Call, InstructionForm.CallHelper, 0, Immediate, ConformanceGroup.Base32, 1, "call {H}")
            with
        { VariantField = Source };
        table.Add(call with { Variant = (int)CallKind.Helper });
        table.Add(call with { Variant = (int)CallKind.Function, Form = InstructionForm.CallFunction, Text = "call {L}", KernelText = "call pc{L}" });
        table.Add(call with
        {
            Variant = (int)CallKind.KernelFunction,
            Form = InstructionForm.CallKernel,
            Fields = Immediate | Offset,
            Group = ConformanceGroup.Linux,
            Text = "call btf[{I}] {O}",
            KernelText = "call kernel-function#{I}",
            OtherTexts = ["call btf[{I}]"],
        });
        table.Add(Entry(
            0x8d, BpfOperation.Call, InstructionForm.CallRegister, 0, Destination | Immediate, ConformanceGroup.CallRegister, 1, "callx {R}"));
        table.Add(Entry(0x95, BpfOperation.Exit, InstructionForm.Exit, 0, None, ConformanceGroup.Base32, 1, "exit"));
    }

    private static void AddConstants(List<InstructionDescription> table)
    {
        foreach ((ConstantKind kind, string text) in (ReadOnlySpan<(ConstantKind, string)>)
        [
            (ConstantKind.Number, "{Q}"), (ConstantKind.Map, "map[fd:{I}]"), (ConstantKind.MapValue, "map[fd:{I}][0]+{V}"), (ConstantKind.Variable, "btf[{I}]+{V}"),
            (ConstantKind.Function, "function[{L}]"), (ConstantKind.MapIndex, "map[index:{I}]"), (ConstantKind.MapIndexValue, "map[index:{I}][0]+{V}"),
        ])
        {
            InstructionDescription entry = Entry(
                InstructionSet.WideOpcode, BpfOperation.LoadConstant, InstructionForm.Constant64, 64, Destination | Immediate, ConformanceGroup.Base64, 1, $"{{D}} = {text} ll");
            table.Add(entry with
            {
                VariantField = Source,
                Variant = (int)kind,
                KernelText = $"{{D}} = {text}".Replace("function", "subprog", StringComparison.Ordinal).Replace("[fd:", "[id:", StringComparison.Ordinal),
            });
        }
    }

    private static void AddPacketLoads(List<InstructionDescription> table)
    {
        foreach ((byte size, byte width) in Sizes)
        {
            if (width < 64)
            {
                table.Add(Entry(
                    (byte)(0x20 | size), BpfOperation.LoadPacket, InstructionForm.PacketAbsolute, width, Immediate, ConformanceGroup.Packet, 1, $"r0 = *(u{width} *)skb[{{I}}]"));
                table.Add(Entry(
                    (byte)(0x40 | size), BpfOperation.LoadPacket, InstructionForm.PacketIndirect, width, Source | Immediate, ConformanceGroup.Packet, 1, $"r0 = *(u{width} *)skb[{{S}} {{A}}]")
                    with
                { KernelText = $"r0 = *(u{width} *)skb[{{S}} + {{I}}]", OtherTexts = [$"r0 = *(u{width} *)skb[{{S}}]"] });
            }
        }
    }

    private static void AddMemory(List<InstructionDescription> table)
    {
        foreach ((byte size, byte width) in Sizes)
        {
            ConformanceGroup group = width == 64 ? ConformanceGroup.Base64 : ConformanceGroup.Base32;
            string type = $"u{width} *";
            table.Add(Entry(
                (byte)(0x61 | size), BpfOperation.Load, InstructionForm.MemoryLoad, width, Destination | Source | Offset, group, 1, $"{{D}} = *({type})({{S}} {{O}})")
                with
            { OtherTexts = width == 64 ? [] : [$"{{d}} = *({type})({{S}} {{O}})"] });
            table.Add(Entry(
                (byte)(0x62 | size), BpfOperation.Store, InstructionForm.MemoryStoreConstant, width, Destination | Offset | Immediate, group, 4, $"*({type})({{D}} {{O}}) = {{I}}"));
            table.Add(Entry(
                (byte)(0x63 | size), BpfOperation.Store, InstructionForm.MemoryStoreRegister, width, Destination | Source | Offset, group, 1, $"*({type})({{D}} {{O}}) = {{S}}")
                with
            { OtherTexts = width == 64 ? [] : [$"*({type})({{D}} {{O}}) = {{s}}"] });
            if (width < 64)
            {
                table.Add(Entry(
                    (byte)(0x81 | size), BpfOperation.LoadSigned, InstructionForm.MemoryLoad, width, Destination | Source | Offset, ConformanceGroup.Base64, 4, $"{{D}} = *(s{width} *)({{S}} {{O}})"));
            }
        }
    }

    private static void AddAtomics(List<InstructionDescription> table, byte width)
    {
        (byte opcode, string s, string r0, ConformanceGroup group, string kernelWidth, string suffix) = width == 64
            ? ((byte)0xdb, "{S}", "r0", ConformanceGroup.Atomic64, "64", "_64")
            : ((byte)0xc3, "{s}", "w0", ConformanceGroup.Atomic32, "", "32_32");
        string pointer = $"(u{width} *)({{D}} {{O}})", kernelPointer = $"(u{width} *)({{D}} {{o}})";
        InstructionDescription Atomic(int code, BpfOperation operation, InstructionForm form, byte cpu, string text, string kernelText) =>
            Entry(opcode, operation, form, width, Destination | Source | Offset, group, cpu, text)
                with
            { VariantField = Immediate, Variant = code, KernelText = kernelText };

        foreach ((int code, BpfOperation operation, string sign, string name) in Atomics)
        {
            byte cpu = operation == BpfOperation.Add ? (byte)1 : (byte)3;
            table.Add(Atomic(code, operation, InstructionForm.Atomic, cpu, $"lock *{pointer} {sign} {s}", $"lock *{kernelPointer} {sign} {{S}}")
                with
            { OtherTexts = width == 64 ? [] : [$"lock *{pointer} {sign} {{S}}"] });
            table.Add(Atomic(
                code | FetchesToo, operation, InstructionForm.AtomicFetch, 3, $"{s} = atomic_fetch_{name}({pointer}, {s})", $"{{S}} = atomic{kernelWidth}_fetch_{name}({kernelPointer}, {{S}})"));
        }

        table.Add(Atomic(
            0xe1, BpfOperation.Exchange, InstructionForm.AtomicFetch, 3, $"{s} = xchg{suffix}({{D}} {{O}}, {s})", $"{{S}} = atomic{kernelWidth}_xchg({kernelPointer}, {{S}})"));
        table.Add(Atomic(
            0xf1,
            BpfOperation.CompareExchange,
            InstructionForm.AtomicCompare,
            3,
            $"{r0} = cmpxchg{suffix}({{D}} {{O}}, {r0}, {s})",
            $"r0 = atomic{kernelWidth}_cmpxchg({kernelPointer}, r0, {{S}})"));
    }

    private static void AddOrderedAccesses(List<InstructionDescription> table)
    {
        foreach ((byte size, byte width) in Sizes)
        {
            byte opcode = (byte)(AtomicMode | size | (byte)InstructionClass.StoreRegister);
            (string d, string s) = width == 64 ? ("{D}", "{S}") : ("{d}", "{s}");
            table.Add(Entry(
                opcode, BpfOperation.LoadAcquire, InstructionForm.MemoryLoad, width, Destination | Source | Offset, ConformanceGroup.Linux, 4, $"{d} = load_acquire((u{width} *)({{S}} {{O}}))")
                with
            { VariantField = Immediate, Variant = 0x100, KernelText = $"{{D}} = load_acquire((u{width} *)({{S}} {{o}}))" });
            table.Add(Entry(
                opcode, BpfOperation.StoreRelease, InstructionForm.MemoryStoreRegister, width, Destination | Source | Offset, ConformanceGroup.Linux, 4, $"store_release((u{width} *)({{D}} {{O}}), {s})")
                with
            { VariantField = Immediate, Variant = 0x110, KernelText = $"store_release((u{width} *)({{D}} {{o}}), {{S}})" });
        }
    }

    private static InstructionDescription Entry(
        byte opcode, BpfOperation operation, InstructionForm form, byte width, InstructionFields fields, ConformanceGroup group, byte cpu, string text) =>
        new(opcode, operation, form, width, fields, group, cpu, text, KernelTextOf(text));

    private static InstructionDescription Variant(InstructionDescription plain, BpfOperation operation, byte width, int variant, string text) =>
        plain with { Operation = operation, Width = width, VariantField = Offset, Variant = variant, MinimumCpu = 4, Text = text, KernelText = KernelTextOf(text) };

    /// <summary>The kernel writes most instructions as LLVM does, apart from offsets, targets, and what is compared with.</summary>
    private static string KernelTextOf(string text) => text
        .Replace("{O}", "{o}", StringComparison.Ordinal)
        .Replace("goto {J}", "goto pc{J}", StringComparison.Ordinal)
        .Replace("gotol {L}", "gotol pc{L}", StringComparison.Ordinal)
        .Replace("{I} goto", "{X} goto", StringComparison.Ordinal);
}
