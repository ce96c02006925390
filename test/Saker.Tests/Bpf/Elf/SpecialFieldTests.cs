using Saker.Bpf;
using Saker.Bpf.Btf;
using Saker.Bpf.Elf;
using Saker.Bpf.Verification;
using Saker.Tests.Bpf.Btf;

namespace Saker.Tests.Bpf.Elf;

/// <summary>What the kernel keeps for itself in values of maps is found, and pointers of the kernel are refused by name.</summary>
public sealed class SpecialFieldTests
{
    private const uint TypeTag = 18;

    [Fact]
    public void Fields_are_found_in_structures_arrays_and_sections()
    {
        TypesWriter types = new();
        uint word = types.Integer();
        uint timer = types.Structure("bpf_timer", 16, ("first", word, 0));
        uint @object = types.Structure("object", 8, ("word", word, 0));
        uint kept = types.Pointer(types.Add(TypeTag, "kptr", 0, @object)), other = types.Pointer(types.Add(TypeTag, "rcu", 0, @object));
        uint part = types.Structure("part", 32, ("timer", timer, 0), ("kept", kept, 128), ("other", other, 192));
        uint value = types.Structure("value", 112, ("word", word, 0), ("parts", types.Array(part, 3), 64));
        uint plain = types.Structure("plain", 16, ("other", other, 0), ("pointer", types.Pointer(timer), 64));
        Assert.True(BtfSpec.TryRead(types.ToArray(), out BtfSpec? spec, out ObjectFault? fault), fault?.ToString());
        Assert.Equal(
            [("bpf_timer", 8, 16), ("kptr", 24, 8), ("bpf_timer", 40, 16), ("kptr", 56, 8), ("bpf_timer", 72, 16), ("kptr", 88, 8)],
            SpecialFieldFinder.Find(spec, value).Select(field => (field.Name, (int)field.Offset, (int)field.Size)));
        Assert.Empty(SpecialFieldFinder.Find(spec, plain));
        Assert.Empty(SpecialFieldFinder.Find(spec, word));
    }

    [Fact]
    public void Structures_that_stand_in_each_other_twice_are_looked_into_once()
    {
        TypesWriter types = new();
        uint type = types.Structure("s", 0);
        for (int i = 0; i < 30; i++)
        {
            type = types.Structure("s", 0, ("a", type, 0), ("b", type, 0));
        }

        Assert.True(BtfSpec.TryRead(types.ToArray(), out BtfSpec? spec, out _));
        Assert.Empty(SpecialFieldFinder.Find(spec, type));
    }

    [Theory]
    [InlineData("r0 = *(u64 *)(r0 + 8)", VerifierRule.NotSupported)]
    [InlineData("*(u32 *)(r0 + 12) = 1", VerifierRule.NotSupported)]
    [InlineData("*(u32 *)(r0 + 4) = 1", null)]
    public void Pointers_of_the_kernel_are_refused_by_name(string access, VerifierRule? rule)
    {
        VerifierMap map = new() { Name = "objects", Type = MapType.Array, KeySize = 4, ValueSize = 16, MaximumEntries = 1, SpecialFields = [new("kptr", 8, 8)] };
        BpfProgram program = Assembler.Assemble($"*(u32 *)(r10 - 4) = 0; r2 = r10; r2 += -4; r1 = map[fd:0] ll; call 1; if r0 == 0 goto end; {access}; end: r0 = 0; exit");
        VerifierRefusal? refusal = BpfVerifier.Verify(program, new VerifierOptions { Type = ProgramType.Xdp, Maps = new VerifierMaps([map]) }).Refusal;
        Assert.Equal(rule, refusal?.Rule);
        Assert.True(refusal is null || refusal.Reason.StartsWith("the kptr at offset 8 of the value of the map 'objects' would be ", StringComparison.Ordinal), refusal?.Reason);
    }
}
