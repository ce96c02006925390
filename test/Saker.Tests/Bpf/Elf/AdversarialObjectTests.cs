using Saker.Bpf;
using Saker.Bpf.Btf;
using Saker.Tests.Bpf.Btf;
using static Saker.Tests.Bpf.Elf.AdversarialObjects;

namespace Saker.Tests.Bpf.Elf;

/// <summary>
/// Objects made to cost more than their length: what they ask for would take hours or many gigabytes of a reader that does as it is told. Each is read or refused with
/// memory in proportion to its length; the time limit is generous, and far below what the naive way would take.
/// </summary>
public class AdversarialObjectTests
{
    private const uint Absolute64 = 2, Wide = 1;

    private static readonly byte[] LoadConstant = [0x18, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    [Fact]
    public void Many_sections_of_variables_among_many_sections_are_read()
    {
        const int Count = 60_000;
        ObjectWriter writer = new();
        for (int i = 0; i < Count; i++)
        {
            writer.Add("s" + i, []);
        }

        TypesWriter types = new();
        for (int i = 0; i < 3 * Count; i++)
        {
            types.DataSection("d" + i, 0);
        }

        writer.Add(".BTF", types.ToArray());
        Assert.Equal((3 * Count) + 1, Read(writer).Types!.Count);
    }

    [Fact]
    public void Many_questions_about_a_long_configuration_are_answered()
    {
        const int Variables = 60_000, Questions = 300_000;
        TypesWriter types = new();
        uint integer = types.Integer();
        (uint, uint, uint)[] places = [.. Enumerable.Range(0, Variables).Select(i => (types.Variable("v" + i, integer), 0u, 4u))];
        types.DataSection(".kconfig", 0, places);
        ObjectWriter writer = new();
        writer.Add(".BTF", types.ToArray());
        int code = writer.AddCode("xdp", "program", [.. Repeat(LoadConstant, Questions), .. Exit]);
        int symbol = writer.AddSymbol("nowhere", 0, 0, 0, 0);
        writer.Relocate(code, Enumerable.Range(0, Questions).Select(i => ((ulong)i * 16, symbol, Wide)));
        Assert.Equal(Questions, Assert.Single(Read(writer).Programs).References.Length);
    }

    [Fact]
    public void Data_without_contents_is_bounded_in_all()
    {
        TypesWriter types = new();
        uint page = types.Array(types.Integer(), 1024);
        uint variable = types.Variable("v", page);
        types.DataSection(".kconfig", 0, [.. Enumerable.Repeat((variable, 0u, 4096u), 60_000)]);
        ObjectWriter writer = new();
        writer.Add(".BTF", types.ToArray());
        AssertRefused("all data has more than 0x4000000", writer);

        ObjectWriter sections = new();
        for (int i = 0; i < 5; i++)
        {
            sections.Add(".bss." + i, [], ObjectWriter.Writable, ObjectWriter.NoBits, 15 << 20);
        }

        AssertRefused(".bss.4 at 0x0: with its 0xf00000 bytes all data has more than 0x4000000", sections);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(14)]
    public void A_long_chain_of_names_is_refused(int kind)
    {
        TypesWriter types = new();
        types.Integer();
        for (uint i = 1; i < 500_000; i++)
        {
            types.Add((uint)kind, "t", 0, i, kind == 14 ? [0] : []);
        }

        AssertRefused("more than 32 typedefs, qualifiers and arrays stand before what it is", types);
    }

    [Fact]
    public void A_long_chain_of_structures_is_read()
    {
        const uint Count = 300_000;
        TypesWriter types = new();
        uint type = types.Integer();
        for (uint i = 0; i < Count; i++)
        {
            type = types.Structure("", 4, ("", type, 0));
        }

        types.Typedef("outer", type);
        BtfSpec spec = Read(types);
        Assert.Equal(4u, spec.SizeOf(type));
        Assert.InRange(BtfText.DefinitionOf(spec, type + 1).Length, 1, 1 << 20);
    }

    [Fact]
    public void Wide_types_with_long_names_make_no_endless_text()
    {
        TypesWriter types = new();
        uint integer = types.Integer(new string('n', 500));
        uint type = types.Structure("", 4, [.. Enumerable.Repeat(("", integer, 0u), 60_000)]);
        for (int i = 0; i < 20; i++)
        {
            type = types.Structure("", 4, ("", type, 0), ("", type, 0));
        }

        BtfSpec spec = Read(types);
        Assert.InRange(BtfText.DefinitionOf(spec, type).Length, 1, 4 << 20);
        Assert.Equal("struct {...} x", BtfText.BriefOf(spec, type, "x"));
    }

    [Fact]
    public void Many_maps_of_one_long_definition_are_refused()
    {
        const int Count = 60_000;
        TypesWriter types = new();
        uint number = types.Pointer(types.Array(types.Integer(), 1));
        uint definition = types.Structure("", 8, [.. Enumerable.Repeat(("type", number, 0u), Count)]);
        types.DataSection(".maps", 8 * Count, [.. Enumerable.Range(0, Count).Select(i => (types.Variable("m" + i, definition), (uint)i * 8, 8u))]);
        ObjectWriter writer = new();
        writer.Add(".BTF", types.ToArray());
        writer.Add(".maps", new byte[8 * Count], ObjectWriter.Writable);
        AssertRefused(".maps at 0x0: the map 'm0' has two members 'type'", writer);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_value_of_a_map_that_is_not_whole_in_the_section_is_refused(bool hasNoContents)
    {
        TypesWriter types = new();
        uint integer = types.Integer();
        uint kind = types.Pointer(types.Array(integer, 12));
        uint slots = types.Array(types.Pointer(types.Prototype(integer)), 0);
        uint definition = types.Structure("", 16, ("type", kind, 0), ("values", slots, 64));
        types.DataSection(".maps", 20, (types.Variable("m", definition), 0, 20));
        ObjectWriter writer = new();
        writer.Add(".BTF", types.ToArray());
        int maps = hasNoContents
            ? writer.Add(".maps", [], ObjectWriter.Writable, ObjectWriter.NoBits, 20)
            : writer.Add(".maps", new byte[20], ObjectWriter.Writable);
        int code = writer.AddCode("xdp", "program", Exit);
        int symbol = writer.AddSymbol("", code, 0, 0, 3, isGlobal: false);
        writer.Relocate(maps, [(16, symbol, Absolute64)]);
        AssertRefused(".maps at 0x10: the address of '' belongs here, where no map has values", writer);
    }

    [Fact]
    public void Many_programs_with_one_large_function_are_refused()
    {
        const int Programs = 8_000, Slots = 900_000;
        ObjectWriter writer = new();
        int text = writer.Add(".text", [.. Repeat(Exit, Slots)], ObjectWriter.Executable);
        int large = writer.AddFunction("large", text, 0, 8 * Slots, isGlobal: false);
        AddPrograms(writer, Programs, large, "xdp");
        AssertRefused("xdp at 0x40: slot 0 of 'p4' begins a program that is too long", writer);
    }

    [Fact]
    public void Many_programs_with_many_functions_are_refused()
    {
        const int Programs = 3_000, Functions = 2_000;
        ObjectWriter writer = new();
        int text = writer.Add(".text", [.. Repeat([.. CallFunction, .. Exit], Functions - 1), .. Exit, .. Exit], ObjectWriter.Executable);
        int[] functions = [.. Enumerable.Range(0, Functions).Select(i => writer.AddFunction("f" + i, text, 16 * i, 16, isGlobal: false))];
        writer.Relocate(text, Enumerable.Range(0, Functions - 1).Select(i => ((ulong)i * 16, functions[i + 1], Call)));
        AddPrograms(writer, Programs, functions[0], "xdp");
        AssertRefused("begins a program that is too long: at most 1000000 slots with what it calls, and 4194304 for all programs", writer);
    }

    [Fact]
    public void A_long_chain_of_functions_is_one_program()
    {
        const int Functions = 400_000;
        ObjectWriter writer = new();
        int text = writer.Add(".text", [.. Repeat([.. CallFunction, .. Exit], Functions)], ObjectWriter.Executable);
        int[] functions = [.. Enumerable.Range(0, Functions).Select(i => writer.AddFunction("f" + i, text, 16 * i, 16, isGlobal: false))];
        writer.Relocate(text, Enumerable.Range(0, Functions).Select(i => ((ulong)i * 16, functions[(i + 1) % Functions], Call)));
        AddPrograms(writer, 1, functions[0], "xdp");
        Assert.Equal((2 * Functions) + 2, Assert.Single(Read(writer).Programs).Instructions.Length);
    }

    [Fact]
    public void Many_programs_of_a_section_with_a_long_name_share_what_it_says()
    {
        const int Programs = 200_000;
        ObjectWriter writer = new();
        int text = writer.Add(".text", Exit, ObjectWriter.Executable);
        AddPrograms(writer, Programs, writer.AddFunction("f", text, 0, 8, isGlobal: false), "xdp/" + new string('x', 500));
        ObjectSpec spec = Read(writer);
        Assert.Equal(Programs, spec.Programs.Length);
        Assert.Same(spec.Programs[0].AttachTarget, spec.Programs[^1].AttachTarget);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Many_records_for_one_slot_are_refused(int part)
    {
        const int Programs = 50_000, Records = 300_000;
        TypesWriter types = new();
        uint text = types.Text(".text");
        types.Structure("s", 4, ("m", types.Integer(), 0));
        uint access = types.Text("0:0");
        uint[] records = [16, text, Records, .. Enumerable.Range(0, Records).SelectMany(_ => part == 1 ? new uint[] { 0, access, access, 1024 } : [0, 2, access, 0])];
        ObjectWriter writer = new();
        writer.Add(".BTF", types.ToArray());
        writer.Add(".BTF.ext", Extension(part, records));
        int shared = writer.Add(".text", Exit, ObjectWriter.Executable);
        AddPrograms(writer, Programs, writer.AddFunction("f", shared, 0, 8, isGlobal: false), "xdp");
        AssertRefused($".BTF.ext at 0x{0x3c:x}: there are two {(part == 1 ? "Lines" : "Relocations")} for slot 0 of 'f'", writer);
    }

    [Fact]
    public void Names_that_lie_over_each_other_are_bounded()
    {
        const int Symbols = 400_000;
        ObjectWriter writer = new();
        byte[] names = new byte[Symbols];
        names.AsSpan().Fill((byte)'a');
        for (int i = 511; i < names.Length; i += 512)
        {
            names[i] = 0;
        }

        names[^1] = 0;
        uint at = writer.AddStrings(names);
        for (uint i = 0; i < Symbols; i++)
        {
            writer.AddSymbol(at + i, 0, 0, 0, 1, isGlobal: false);
        }

        AssertRefused("read over each other, has more than 0x4000000 bytes", writer);
    }
}
