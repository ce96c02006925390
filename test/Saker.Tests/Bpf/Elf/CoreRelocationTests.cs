using Saker.Bpf;
using Saker.Bpf.Btf;

namespace Saker.Tests.Bpf.Elf;

/// <summary>Relocations against types: <c>core.c</c> asks, <c>core_target.c</c> is the kernel.</summary>
public class CoreRelocationTests
{
    private const int Poisoned = 195_896_080;

    [Theory]
    [InlineData("core.v3", "core_target")]
    [InlineData("core.v3.eb", "core_target.eb")]
    public void Every_kind_is_answered_as_the_targets_source_says(string name, string target)
    {
        ObjectSpec spec = BpfVectors.Spec(name);
        BtfSpec kernel = BpfVectors.Types(target);
        ProgramSpec before = spec.FindProgram("relocate")!;
        Assert.True(spec.TryRelocate(kernel, out ObjectSpec? relocated, out ObjectFault? fault), fault?.ToString());
        ProgramSpec after = relocated.FindProgram("relocate")!;
        Assert.Empty(after.CoreRelocations);
        bool bigEndian = spec.IsBigEndian;
        uint local = Assert.Single(spec.Types!.Find("subject", BtfKind.Structure)).Id;
        uint there = Assert.Single(kernel.Find("subject", BtfKind.Structure)).Id;
        (string Asked, long Answer)[] expected =
        [
            ("moved: offset", 8),
            ("grown: offset", 16),
            ("parts[1].second[2]: offset", 24 + 24 + 12 + 4),
            ("wide: offset", 72),
            ("wide: size", 4),
            ("wide: signed", 0),
            ("wide: left shift", bigEndian ? 32 + 10 : 64 - 23),
            ("wide: right shift", 64 - 13),
            ("sign: signed", 1),
            ("moved: exists", 1),
            ("gone: exists", 0),
            ("in_union: offset", 80),
            ("moved_later: size", 8),
            ("subject: exists", 1),
            ("absent: exists", 0),
            ("subject: size", 96),
            ("same: matches", 1),
            ("subject: matches", 0),
            ("CHOICE_B: value", 20),
            ("CHOICE_GONE: exists", 0),
            ("subject: number here", local),
            ("subject: number there", there),
            ("number_t: exists", 1),
        ];
        (string, long)[] actual = [.. before.CoreRelocations.Zip(expected, (relocation, asked) => (asked.Asked, Constant(after, relocation.Instruction)))];
        Assert.Equal(expected, actual);
        Assert.Equal(expected.Length, before.CoreRelocations.Length);
        Assert.Equal(Enum.GetValues<CoreRelocationKind>(), before.CoreRelocations.Select(relocation => relocation.Kind).Distinct().Order());
    }

    [Theory]
    [InlineData("core.v3", "core_target")]
    [InlineData("core.v3.eb", "core_target.eb")]
    public void Accesses_get_the_offset_and_width_of_the_target(string name, string target)
    {
        ObjectSpec spec = BpfVectors.Spec(name);
        Assert.True(spec.TryRelocate(BpfVectors.Types(target), out ObjectSpec? relocated, out ObjectFault? fault), fault?.ToString());
        ProgramSpec loads = relocated.FindProgram("loads")!;
        BpfInstruction[] accesses = [.. spec.FindProgram("loads")!.CoreRelocations.Select(relocation => loads.Instructions[relocation.Instruction])];

        // moved stays a word, grown became two, second[2] stays a half word.
        Assert.Equal([(8, 0x61), (16, 0x79), (64, 0x69)], accesses.Select(access => ((int)access.Offset, (int)access.Opcode)).Order());
    }

    [Fact]
    public void What_the_target_has_not_is_poisoned_where_it_is_read()
    {
        ObjectSpec spec = BpfVectors.Spec("core.v3");
        Assert.True(spec.TryRelocate(BpfVectors.Types("core_target"), out ObjectSpec? relocated, out _));
        CoreRelocation gone = Assert.Single(spec.FindProgram("poisoned")!.CoreRelocations);
        BpfInstruction instruction = relocated.FindProgram("poisoned")!.Instructions[gone.Instruction];
        Assert.Equal((0x85, Poisoned), (instruction.Opcode, instruction.Immediate));
    }

    [Theory]
    [InlineData("core.v3")]
    [InlineData("core.v3.eb")]
    public void Against_its_own_types_a_program_stays_as_it_is(string name)
    {
        ObjectSpec spec = BpfVectors.Spec(name);
        spec = spec with { Programs = [spec.FindProgram("loads")!, spec.FindProgram("poisoned")!] };
        Assert.True(spec.TryRelocate(spec.Types!, out ObjectSpec? relocated, out ObjectFault? fault), fault?.ToString());
        Assert.All(spec.Programs, program => Assert.Equal(program.Instructions.ToArray(), relocated.FindProgram(program.Name)!.Instructions.ToArray()));
    }

    private static long Constant(ProgramSpec program, int slot)
    {
        BpfInstruction instruction = program.Instructions[slot];
        return instruction.IsWide ? (uint)instruction.Immediate | ((long)program.Instructions[slot + 1].Immediate << 32) : instruction.Immediate;
    }
}
