using Saker.Bpf;
using Saker.Bpf.Btf;
using Saker.Tests.Bpf.Elf;

namespace Saker.Tests.Bpf.Btf;

/// <summary>Types written and read again are the same.</summary>
public class BtfWriterTests
{
    public static TheoryData<string> Objects => [.. BpfVectors.Names.Where(name => File.Exists(Repository.PathOf($"test/vectors/bpf/{name}.btf.txt")))];

    [Theory]
    [MemberData(nameof(Objects))]
    public void Written_types_are_read_as_they_were(string name)
    {
        BtfSpec types = BpfVectors.Types(name);
        AssertSame(types, Written(types, isBigEndian: false));
        AssertSame(types, Written(types, isBigEndian: true));
    }

    [Fact]
    public void An_added_string_stands_once_at_its_offset()
    {
        BtfWriter writer = new();
        writer.Add(BpfVectors.Types("constructs.v3"));
        uint offset = writer.Add("a line");
        Assert.Equal(offset, writer.Add("a line"));
        Assert.Equal(0u, writer.Add(""));
        Assert.True(BtfSpec.TryRead(writer.ToArray(), out BtfSpec? again, out _));
        Assert.Equal("a line", again.Strings.At(offset, 100));
    }

    [Fact]
    public void Sections_of_variables_have_the_size_that_the_compiler_left_open()
    {
        BtfSpec types = BpfVectors.Spec("constructs.v3").Types!;
        BtfDataSection[] sections = [.. Enumerable.Range(0, types.Count).Select(id => types[(uint)id]).OfType<BtfDataSection>()];
        Assert.Equal(
            [(".bss", 32u), (".data", 40u), (".kconfig", 5u), (".maps", 224u), (".rodata", 32u), ("license", 13u), ("version", 4u)],
            sections.Select(section => (section.Name, section.Size)).Order());
        BtfDataSection configuration = sections.Single(section => section.Name == ".kconfig");
        Assert.Equal([0u, 4u], configuration.Variables.Select(variable => variable.Offset));
    }

    [Fact]
    public void For_a_kernel_nothing_is_elsewhere()
    {
        BtfSpec types = BpfVectors.Spec("kernel_symbols.v3").Types!;
        BtfSpec forKernel = types.ForKernel();
        BtfFunction function = Assert.IsType<BtfFunction>(Assert.Single(forKernel.Find("bpf_xdp_metadata_rx_timestamp")));
        Assert.Equal(BtfLinkage.Global, function.Linkage);
        Assert.All(((BtfFunctionPrototype)forKernel[function.Prototype]).Parameters, parameter => Assert.NotEmpty(parameter.Name));
        Assert.Empty(forKernel.Find("runqueues", BtfKind.Variable));
        Assert.Empty(forKernel.Find(".ksyms"));
        Assert.NotEmpty(types.Find(".ksyms"));
        Assert.Equal(types.Count, Written(forKernel, isBigEndian: false).Count);
    }

    private static BtfSpec Written(BtfSpec types, bool isBigEndian)
    {
        BtfWriter writer = new(isBigEndian);
        writer.Add(types);
        Assert.True(BtfSpec.TryRead(writer.ToArray(), out BtfSpec? again, out ObjectFault? fault), fault?.ToString());
        Assert.Equal(isBigEndian, again.IsBigEndian);
        return again;
    }

    private static void AssertSame(BtfSpec expected, BtfSpec actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (uint id = 0; id < expected.Count; id++)
        {
            Assert.Equal(BtfListing.Of(expected, id), BtfListing.Of(actual, id));
        }
    }
}
