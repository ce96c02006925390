using System.Buffers.Binary;
using Saker.Bpf;
using Saker.Bpf.Btf;
using Saker.Bpf.Elf;

namespace Saker.Tests.Bpf.Elf;

/// <summary>Objects that are wrong in one thing: the fault names section and offset.</summary>
public class MalformedObjectTests
{
    private const int SectionTableField = 40, SectionCountField = 60, SectionHeader = 64;

    [Theory]
    [InlineData(0, "ELF header at 0x0: this is no ELF file")]
    [InlineData(4, "ELF header at 0x4: objects for BPF have class 2")]
    [InlineData(16, "ELF header at 0x10: it has type 255;")]
    [InlineData(18, "ELF header at 0x12: it is for machine 255, and BPF is 247")]
    [InlineData(58, "ELF header at 0x3a: section headers have 255 bytes")]
    [InlineData(62, "ELF header at 0x3e: the names of sections are said to be in section 255")]
    public void A_wrong_header_is_told(int at, string fault)
    {
        byte[] bytes = BpfVectors.Read("constructs.v3");
        bytes[at] = 0xFF;
        Assert.StartsWith(fault, FaultOf(bytes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_huge_count_of_sections_is_told()
    {
        byte[] bytes = BpfVectors.Read("constructs.v3");
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(SectionCountField), 0xFE00);
        Assert.StartsWith("ELF header at 0x28: the headers of 65024 sections", FaultOf(bytes), StringComparison.Ordinal);
    }

    [Fact]
    public void Sections_over_each_other_are_told()
    {
        byte[] bytes = BpfVectors.Read("constructs.v3");
        ElfSection text = Section(bytes, ".text");
        ElfSection program = Section(bytes, "xdp");
        Header(bytes, text).Slice(24, 8).CopyTo(Header(bytes, program)[24..]);
        Assert.Contains("lies over section", FaultOf(bytes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_section_that_leaves_the_file_is_told()
    {
        byte[] bytes = BpfVectors.Read("constructs.v3");
        ElfSection program = Section(bytes, "xdp");
        BinaryPrimitives.WriteUInt64LittleEndian(Header(bytes, program)[32..], ulong.MaxValue - 8);
        Assert.StartsWith($"section headers at 0x{(program.Index * SectionHeader) + 24:x}: section {program.Index} has 0xfffffffffffffff7 bytes", FaultOf(bytes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_section_without_contents_may_not_be_huge()
    {
        byte[] bytes = BpfVectors.Read("constructs.v3");
        BinaryPrimitives.WriteUInt64LittleEndian(Header(bytes, Section(bytes, ".bss"))[32..], 1UL << 40);
        Assert.StartsWith(".bss at 0x0: with its 0x10000000000 bytes", FaultOf(bytes), StringComparison.Ordinal);
    }

    [Fact]
    public void Code_of_half_a_slot_is_told()
    {
        byte[] bytes = BpfVectors.Read("constructs.v3");
        Span<byte> header = Header(bytes, Section(bytes, "tc"));
        BinaryPrimitives.WriteUInt64LittleEndian(header[32..], BinaryPrimitives.ReadUInt64LittleEndian(header[32..]) - 4);
        Assert.StartsWith("tc at 0x1d8: code has 8 bytes a slot, and the section 476", FaultOf(bytes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_structure_that_is_a_part_of_itself_is_told() =>
        AssertTypes("type 2 (Structure): it is a part of itself", Structure(2), Word(0, 2, 0));

    [Fact]
    public void A_circle_of_other_names_is_told() => AssertTypes("type 2 (Const): it is a part of itself", Record(10, 3), Record(9, 2));

    [Fact]
    public void A_pointer_to_nothing_but_itself_is_told() => AssertTypes("type 2 (Pointer): it is a pointer to nothing but itself", Record(2, 2));

    [Fact]
    public void A_type_that_is_not_there_is_told() => AssertTypes(".BTF at 0x28: type 2 (Pointer): it names type 9, and there are 3", Record(2, 9));

    [Fact]
    public void A_huge_count_of_members_is_told() => AssertTypes(".BTF at 0x2c: type 2 (Structure) has 65535 entries of 12 bytes, and the types end after 0", Word(0, (4 << 24) | 0xFFFF, 4));

    [Fact]
    public void An_unknown_kind_is_told() => AssertTypes(".BTF at 0x2c: type 2 has the kind 31", Record(31, 0));

    private static void AssertTypes(string fault, params byte[][] records)
    {
        byte[] integer = [.. Word(1, 1 << 24, 4), .. Word(32)];
        byte[] types = [.. integer, .. records.SelectMany(record => record)];
        byte[] strings = [.. "\0int\0"u8];
        byte[] bytes = [0x9F, 0xEB, 1, 0, .. Word(24, 0, (uint)types.Length, (uint)types.Length, (uint)strings.Length), .. types, .. strings];
        Assert.False(BtfSpec.TryRead(bytes, out _, out ObjectFault? found));
        Assert.Contains(fault, found.ToString(), StringComparison.Ordinal);
    }

    private static byte[] Record(uint kind, uint target) => Word(0, kind << 24, target);

    private static byte[] Structure(uint size) => Word(0, (4 << 24) | 1, size);

    private static byte[] Word(params uint[] words) => [.. words.SelectMany(BitConverter.GetBytes)];

    private static string FaultOf(byte[] bytes)
    {
        Assert.False(BpfObject.TryRead(bytes, out _, out ObjectFault? fault));
        return fault.ToString();
    }

    private static ElfSection Section(byte[] bytes, string name)
    {
        Assert.True(ElfFile.TryRead(bytes, out ElfFile? file, out _));
        return file.Find(name)!;
    }

    private static Span<byte> Header(byte[] bytes, ElfSection section) =>
        bytes.AsSpan((int)BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(SectionTableField)) + (section.Index * SectionHeader), SectionHeader);
}
