using System.Globalization;
using System.Text.RegularExpressions;
using Saker.Bpf;
using Saker.Bpf.Btf;

namespace Saker.Tests.Bpf.Elf;

/// <summary>What objects hold, against their sources and against what LLVM prints of them.</summary>
public class BpfObjectTests
{
    public static TheoryData<string> Objects => [.. BpfVectors.Names];

    public static TheoryData<string> Constructs => [.. BpfVectors.Names.Where(name => name.StartsWith("constructs.", StringComparison.Ordinal))];

    [Theory]
    [MemberData(nameof(Constructs))]
    public void Maps_are_as_their_source_defines_them(string name)
    {
        ObjectSpec spec = BpfVectors.Spec(name);
        Assert.Equal(
            ["first_inner", "second_inner", "outer", "jumps", "flows", "events", ".rodata", ".data", ".rodata.str1.1", ".bss", ".kconfig"],
            spec.Maps.Select(map => map.Name));
        MapSpec flows = spec.FindMap("flows")!;
        Assert.Equal((MapType.Hash, 24u, 8u, 1024u, (uint)MapFlags.NoPreallocation), (flows.Type, flows.KeySize, flows.ValueSize, flows.MaximumEntries, flows.Flags));
        Assert.Equal("flow", spec.Types![flows.KeyTypeId].Name);
        MapSpec outer = spec.FindMap("outer")!;
        Assert.Equal((MapType.ArrayOfMaps, 4u, 4u, 8u), (outer.Type, outer.KeySize, outer.ValueSize, outer.MaximumEntries));
        Assert.Equal((MapType.Array, 4u, 4u, 4u), (outer.Inner!.Type, outer.Inner.KeySize, outer.Inner.ValueSize, outer.Inner.MaximumEntries));
        Assert.Equal([new MapSlot(1, "first_inner"), new MapSlot(3, "second_inner")], outer.Slots.ToArray());
        Assert.Equal([new MapSlot(1, "leaf")], spec.FindMap("jumps")!.Slots.ToArray());
        Assert.True(spec.FindMap("events")!.IsPinnedByName);
        Assert.Equal((uint)MapFlags.ReadOnlyForPrograms, spec.FindMap(".rodata")!.Flags);
        Assert.Equal(0u, spec.FindMap(".data")!.Flags);
        Assert.Equal("Dual MIT/GPL", spec.License);
        Assert.Equal(0x060c00u, spec.KernelVersion);
    }

    [Theory]
    [MemberData(nameof(Constructs))]
    public void Global_variables_have_the_values_of_their_source(string name)
    {
        ObjectSpec spec = BpfVectors.Spec(name);
        Assert.Equal([100], Numbers(spec, "limit"));
        Assert.Equal([-1], Numbers(spec, "fallback"));
        Assert.Equal([5], Numbers(spec, "seen"));
        Assert.Equal(spec.IsBigEndian ? [0, 1, 0, 2, 0, 3] : [1, 0, 2, 0, 3, 0], Numbers(spec, "hidden"));
        VariableSpec total = spec.Variables.Single(variable => variable.Name == "total");
        Assert.Equal((".bss", 8u), (total.Map, total.Size));
        Assert.Equal("volatile __u64", BtfText.TypeOf(spec.Types!, total.TypeId));
        Assert.Equal(["CONFIG_BPF_JIT", "LINUX_KERNEL_VERSION"], spec.Variables.Where(variable => variable.Map == ".kconfig").Select(variable => variable.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Constructs))]
    public void Programs_are_joined_with_what_they_call(string name)
    {
        ObjectSpec spec = BpfVectors.Spec(name);
        Assert.Equal(["leaf xdp Xdp Xdp", "entry xdp Xdp Xdp", "classify tc SchedulerClassifier "], spec.Programs.Select(program => $"{program.Name} {program.Section} {program.Type} {program.AttachType}"));
        Assert.Equal(["entry", "shared", "count"], spec.Programs[1].Functions.Select(function => function.Name));
        Assert.Equal(["count", "leaf", "shared", "visit"], spec.Programs[0].Functions.Select(function => function.Name).Order(StringComparer.Ordinal));
        Assert.Equal("leaf", spec.Programs[0].Functions[0].Name);
        Assert.Equal(["classify", "count"], spec.Programs[2].Functions.Select(function => function.Name));
        Assert.Equal(["flows", "jumps", ".data", ".bss", ".data", ".rodata", ".rodata"], spec.Programs[1].References.Select(reference => reference.Name));
        Assert.All(spec.Programs, AssertCallsLeadToFunctions);
        InstructionReference[] asked = [.. spec.Programs[0].References.Where(reference => reference.Name == ".kconfig")];
        Assert.Equal(2, asked.Length);
        Assert.Single(asked, reference => reference.IsWeak);
    }

    [Theory]
    [MemberData(nameof(Constructs))]
    public void Lines_and_functions_are_told_for_every_function(string name)
    {
        ObjectSpec spec = BpfVectors.Spec(name);
        string[] source = BpfVectors.Source("constructs.c");
        foreach (ProgramSpec program in spec.Programs)
        {
            Assert.All(program.Functions, function => Assert.Equal(function.Name, spec.Types![function.TypeId].Name));
            Assert.All(program.Functions, function => Assert.Contains(program.Lines, line => line.Instruction == function.Start));
            Assert.All(program.Lines.Where(line => line.Line > 0 && line.File.EndsWith("constructs.c", StringComparison.Ordinal)), line => Assert.Equal(source[line.Line - 1], line.Text));
        }
    }

    [Theory]
    [MemberData(nameof(Objects))]
    public void Code_is_the_bytes_that_LLVM_disassembles(string name)
    {
        ObjectSpec spec = BpfVectors.Spec(name);
        Dictionary<string, List<byte>> functions = Disassembled(BpfVectors.Text(name + ".disassembly"));
        foreach (ProgramSpec program in spec.Programs)
        {
            HashSet<int> changed = [.. program.References.Select(reference => reference.Instruction)];
            foreach (ProgramFunction function in program.Functions)
            {
                BpfInstruction[] expected = BpfInstruction.ReadAll(functions[function.Name].ToArray(), spec.IsBigEndian);
                Assert.Equal(expected.Length, function.Count);
                for (int i = 0; i < expected.Length; i++)
                {
                    BpfInstruction actual = program.Instructions[function.Start + i];
                    bool isCall = actual.Opcode == 0x85 && actual.Source == 1 || actual.IsWide && actual.Source == 4;
                    Assert.Equal(expected[i].Opcode, actual.Opcode);
                    Assert.True(isCall || changed.Contains(function.Start + i) || actual == expected[i], $"{name}: slot {i} of {function.Name} is {actual}, LLVM has {expected[i]}");
                }
            }
        }
    }

    [Fact]
    public void A_hash_of_maps_begins_with_any_keys()
    {
        Assert.True(BpfObject.TryRead(BpfVectors.Read("programs/tenants.v3"), out ObjectSpec? spec, out ObjectFault? fault), fault?.ToString());
        MapSpec outer = spec.FindMap("by_vlan")!;
        Assert.Equal((MapType.HashOfMaps, 16u), (outer.Type, outer.MaximumEntries));
        Assert.Equal([new MapSlot(10, "tenant_10"), new MapSlot(20, "tenant_20")], outer.Slots.ToArray());
    }

    [Fact]
    public void Definitions_before_BTF_are_read()
    {
        ObjectSpec spec = BpfVectors.Spec("legacy.v1");
        Assert.Null(spec.Types);
        Assert.Equal(
            [("counters", MapType.PerCpuArray, 4u, 8u, 256u, 0u), ("routes", MapType.LpmTrie, 8u, 4u, 1000u, 1u)],
            spec.Maps.Select(map => (map.Name, map.Type, map.KeySize, map.ValueSize, map.MaximumEntries, map.Flags)));
        Assert.Equal([("count", ProgramType.SchedulerClassifier), ("filter", ProgramType.SocketFilter)], spec.Programs.Select(program => (program.Name, program.Type)));
        Assert.Equal(["counters", "routes"], spec.Programs[0].References.Select(reference => reference.Name));
    }

    [Fact]
    public void What_only_the_kernel_has_is_named()
    {
        ObjectSpec spec = BpfVectors.Spec("kernel_symbols.v3");
        ProgramSpec stamp = spec.FindProgram("stamp")!;
        Assert.Equal(
            [
                ("bpf_xdp_metadata_rx_timestamp", ReferenceKind.KernelFunction, false),
                ("latest", ReferenceKind.MapValue, false),
                ("bpf_prog_active", ReferenceKind.KernelVariable, true),
                ("latest", ReferenceKind.MapValue, false),
            ],
            stamp.References.Select(reference => (reference.Name == ".bss" ? "latest" : reference.Name, reference.Kind, reference.IsWeak)));
        BpfInstruction[] bound = stamp.Bind(_ => 77);
        Assert.Equal([(2, 77), (2, 77), (3, 77), (2, 77)], stamp.References.Select(reference => ((int)bound[reference.Instruction].Source, bound[reference.Instruction].Immediate)));
        ProgramSpec address = spec.FindProgram("address")!;
        Assert.Equal((true, ProgramType.SchedulerClassifier), (address.IsOptional, address.Type));
        Assert.Contains(address.References, reference => reference is { Name: "runqueues", Kind: ReferenceKind.KernelVariable, IsWeak: false });
    }

    [Fact]
    public void Without_a_programs_section_what_lies_in_text_is_the_program()
    {
        ProgramSpec program = Assert.Single(BpfVectors.Spec("plain.v3").Programs);
        Assert.Equal(("main_program", ProgramType.Unspecified), (program.Name, program.Type));
        Assert.Equal(["main_program", "twice"], program.Functions.Select(function => function.Name));
        AssertCallsLeadToFunctions(program);
    }

    [Theory]
    [InlineData("constructs.v3")]
    [InlineData("constructs.v3.eb")]
    public void An_edit_makes_another_spec_and_leaves_the_first(string name)
    {
        ObjectSpec spec = BpfVectors.Spec(name);
        ObjectSpec edited = spec.WithVariable("limit", 7).WithVariable("fallback", -3).WithMap(spec.FindMap("flows")! with { MaximumEntries = 5 });
        Assert.Equal((7, -3, 5u), (Numbers(edited, "limit")[0], Numbers(edited, "fallback")[0], edited.FindMap("flows")!.MaximumEntries));
        Assert.Equal((100, -1, 1024u), (Numbers(spec, "limit")[0], Numbers(spec, "fallback")[0], spec.FindMap("flows")!.MaximumEntries));
        Assert.Throws<ArgumentException>(() => spec.WithVariable("nothing", 1));
        Assert.Throws<ArgumentException>(() => spec.WithVariable("limit", 1L << 40));
        Assert.Throws<ArgumentException>(() => spec.WithVariable("limit", [1]));
        Assert.Throws<ArgumentException>(() => spec.WithMap(new MapSpec { Name = "nothing" }));
    }

    [Fact]
    public void Bound_code_names_maps_by_number()
    {
        ProgramSpec program = BpfVectors.Spec("constructs.v3").FindProgram("entry")!;
        BpfInstruction[] bound = program.Bind(reference => reference.Name.Length);
        InstructionReference map = program.References.First(reference => reference.Name == "flows");
        InstructionReference variable = program.References.First(reference => reference is { Name: ".bss" });
        Assert.Equal((1, 5), (bound[map.Instruction].Source, bound[map.Instruction].Immediate));
        Assert.Equal((2, 4, (int)variable.Offset), (bound[variable.Instruction].Source, bound[variable.Instruction].Immediate, bound[variable.Instruction + 1].Immediate));
    }

    private static void AssertCallsLeadToFunctions(ProgramSpec program)
    {
        int calls = 0;
        for (int i = 0; i < program.Instructions.Length; i++)
        {
            BpfInstruction instruction = program.Instructions[i];
            if ((instruction.Opcode == 0x85 && instruction.Source == 1) || (instruction.IsWide && instruction.Source == 4))
            {
                calls++;
                Assert.Contains(program.Functions, function => function.Start == i + 1 + instruction.Immediate);
            }

            i += instruction.IsWide ? 1 : 0;
        }

        Assert.True(calls >= program.Functions.Length - 1);
    }

    private static int[] Numbers(ObjectSpec spec, string name)
    {
        VariableSpec variable = spec.Variables.Single(variable => variable.Name == name);
        byte[] bytes = [.. spec.FindMap(variable.Map)!.Contents.Skip((int)variable.Offset).Take((int)variable.Size)];
        return [.. bytes.Chunk(4).Select(word => BitConverter.ToInt32(spec.IsBigEndian ? [.. Enumerable.Reverse(word)] : word))];
    }

    private static Dictionary<string, List<byte>> Disassembled(string text)
    {
        Dictionary<string, List<byte>> functions = [];
        List<byte> current = [];
        foreach (string line in text.Split('\n'))
        {
            if (Regex.Match(line, "^[0-9a-f]+ <(?<name>.+)>:$", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)) is { Success: true } name)
            {
                functions[name.Groups["name"].Value] = current = [];
            }
            else if (Regex.Match(line, "^ +[0-9]+:\t(?<code>([0-9a-f]{2} ?)+)", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)) is { Success: true } code)
            {
                current.AddRange(code.Groups["code"].Value.Trim().Split(' ').Select(value => byte.Parse(value, NumberStyles.HexNumber, CultureInfo.InvariantCulture)));
            }
        }

        return functions;
    }
}
