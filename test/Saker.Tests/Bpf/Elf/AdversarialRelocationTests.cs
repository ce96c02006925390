using Saker.Bpf;
using Saker.Bpf.Btf;
using Saker.Tests.Bpf.Btf;
using static Saker.Tests.Bpf.Elf.AdversarialObjects;

namespace Saker.Tests.Bpf.Elf;

/// <summary>Relocations against the kernel's types (CO-RE) that are made to cost more than their length; see <see cref="AdversarialObjectTests"/>.</summary>
public class AdversarialRelocationTests
{
    [Fact]
    public void Relocations_against_many_types_of_one_name_are_refused()
    {
        const int Candidates = 100_000, Questions = 2_000;
        TypesWriter local = new();
        uint integer = local.Integer();
        local.Structure("s", 8_000, [.. Enumerable.Range(0, Questions).Select(i => ("m" + i, integer, (uint)i * 32))]);
        TypesWriter kernel = new();
        integer = kernel.Integer();
        for (int i = 0; i < Candidates; i++)
        {
            kernel.Structure("s", 8_000, ("n", integer, 0));
        }

        ObjectSpec spec = Read(WithRelocations(local, [.. Enumerable.Range(0, Questions).Select(i => (2u, $"0:{i}", CoreRelocationKind.FieldExists))]));
        AssertNotRelocated("takes more than 20000000 steps through the types", spec, Read(kernel));
    }

    [Fact]
    public void Programs_that_share_a_relocation_ask_once()
    {
        const int Candidates = 40_000, Programs = 20_000;
        TypesWriter local = new();
        local.Structure("s", 4, ("m", local.Integer(), 0));
        TypesWriter kernel = new();
        uint integer = kernel.Integer();
        for (int i = 0; i < Candidates; i++)
        {
            kernel.Structure("s", 4, ("n", integer, 0));
        }

        ObjectWriter writer = WithRelocations(local, [(2, "0:0", CoreRelocationKind.FieldExists)], out int function);
        AddPrograms(writer, Programs, function, "tc");
        ObjectSpec spec = Read(writer);
        Assert.Equal(Programs + 1, spec.Programs.Length);
        Bounded(0, () => Assert.True(spec.TryRelocate(Read(kernel), out _, out ObjectFault? fault), fault?.ToString()));
    }

    [Theory]
    [InlineData(CoreRelocationKind.TypeExists)]
    [InlineData(CoreRelocationKind.TypeMatches)]
    public void Types_that_branch_at_each_of_many_steps_agree_with_none(CoreRelocationKind kind)
    {
        TypesWriter types = new();
        uint type = types.Integer();
        for (int i = 0; i < 14; i++)
        {
            uint pointer = types.Pointer(type);
            type = types.Prototype(pointer, Enumerable.Repeat(pointer, 50).ToArray());
        }

        uint outer = types.Typedef("t", type);
        ObjectSpec spec = Read(WithRelocations(types, [(outer, "0", kind)]));
        Bounded(0, () =>
        {
            Assert.True(spec.TryRelocate(spec.Types!, out ObjectSpec? relocated, out ObjectFault? fault), fault?.ToString());
            Assert.Equal(0, relocated.Programs[0].Instructions[0].Immediate);
        });
        Assert.InRange(BtfText.DefinitionOf(spec.Types!, outer).Length, 1, 4 << 20);
    }

    [Theory]
    [InlineData(CoreRelocationKind.FieldByteOffset)]
    [InlineData(CoreRelocationKind.FieldLeftShift)]
    public void A_bit_field_of_a_type_without_bytes_is_refused(CoreRelocationKind kind)
    {
        TypesWriter types = new();
        uint empty = types.Structure("empty", 0);
        types.Add(4, "s", 1 | (1u << 31), 4, types.Text("m"), empty, 3u << 24);
        ObjectSpec spec = Read(WithRelocations(types, [(2, "0:0", kind)]));
        AssertNotRelocated("the bit field is of a type without bytes", spec, spec.Types!);
    }

    [Fact]
    public void A_long_way_to_a_field_is_refused()
    {
        TypesWriter types = new();
        types.Structure("s", 4, ("m", types.Integer(), 0));
        ObjectWriter writer = WithRelocations(types, [(2, string.Join(':', Enumerable.Repeat(0, 1000)), CoreRelocationKind.FieldExists)]);
        AssertRefused("a relocation of kind 2 against type 2 is none that is known", writer);
    }

    /// <summary>A program of one assignment for each relocation.</summary>
    private static ObjectWriter WithRelocations(TypesWriter types, (uint Type, string Access, CoreRelocationKind Kind)[] relocations) => WithRelocations(types, relocations, out _);

    private static ObjectWriter WithRelocations(TypesWriter types, (uint Type, string Access, CoreRelocationKind Kind)[] relocations, out int function)
    {
        uint section = types.Text("xdp");
        uint[] records =
        [
            16, section, (uint)relocations.Length, .. relocations.SelectMany((relocation, i) => new[] { (uint)i * 8, relocation.Type, types.Text(relocation.Access), (uint)relocation.Kind }),
        ];
        ObjectWriter writer = new();
        writer.Add(".BTF", types.ToArray());
        writer.Add(".BTF.ext", Extension(2, records));
        byte[] assignment = [0xB7, 0, 0, 0, 0xFF, 0, 0, 0];
        int code = writer.Add("xdp", [.. Repeat(assignment, relocations.Length), .. Exit], ObjectWriter.Executable);
        function = writer.AddFunction("program", code, 0, 8 * (relocations.Length + 1));
        return writer;
    }

    private static void AssertNotRelocated(string message, ObjectSpec spec, BtfSpec kernel) => Bounded(0, () =>
    {
        Assert.False(spec.TryRelocate(kernel, out _, out ObjectFault? fault));
        Assert.Contains(message, fault.ToString(), StringComparison.Ordinal);
    });
}
