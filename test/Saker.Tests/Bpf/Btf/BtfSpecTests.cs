using Saker.Bpf.Btf;
using Saker.Tests.Bpf.Elf;

namespace Saker.Tests.Bpf.Btf;

/// <summary>Looking types up, their sizes, and their text.</summary>
public class BtfSpecTests
{
    [Theory]
    [InlineData("constructs.v3")]
    [InlineData("constructs.v3.eb")]
    public void A_structure_has_the_size_and_members_of_its_source(string name)
    {
        BtfSpec types = BpfVectors.Types(name);
        BtfComposite flow = Assert.IsType<BtfComposite>(Assert.Single(types.Find("flow")));
        Assert.Equal(24u, types.SizeOf(flow.Id));
        Assert.Equal(["source", "destination", "ports", "protocol", "urgent", ""], flow.Members.Select(member => member.Name));
        Assert.Equal(6, flow.Members[3].BitfieldSize);
        Assert.Equal(4u, types.SizeOf(flow.Members[2].Type));
    }

    [Fact]
    public void Types_are_written_as_their_source_declares_them()
    {
        BtfSpec types = BpfVectors.Types("constructs.v3");
        string flow = """
            struct flow {
            	__u32 source;
            	__u32 destination;
            	__u16 ports[2];
            	__u8 protocol : 6;
            	__u8 urgent : 2;
            	union {
            		__u64 cookie;
            		struct {
            			__u32 low;
            			__u32 high;
            		};
            	};
            };
            """;
        Assert.Equal(flow, Definition(types, "flow"));
        Assert.Equal("typedef int (*callback_t)(void *, const char *, ...);", Definition(types, "callback_t"));
        Assert.Equal("int shared(__u32 length);", Definition(types, "shared"));
        Assert.Equal("static int count(__u32 length);", Definition(types, "count"));
        Assert.Equal("const volatile __u32 limit;", Definition(types, "limit"));
        Assert.Equal("static volatile __u64 hidden[3];", Definition(types, "hidden"));
        Assert.Equal("struct later *volatile unknown_later;", Definition(types, "unknown_later"));
        Assert.Equal("enum verdict {\n\tVERDICT_NONE = 0,\n\tVERDICT_PASS = 7,\n\tVERDICT_DROP = -1,\n};", Definition(types, "verdict"));
        Assert.Equal("enum wide {\n\tWIDE_FIRST = 1,\n\tWIDE_LAST = 18446744069414584320,\n};", Definition(types, "wide"));
    }

    [Fact]
    public void A_flavour_is_no_part_of_a_name()
    {
        Assert.Equal("task_struct", BtfSpec.EssentialName("task_struct___old"));
        Assert.Equal("a___b", BtfSpec.EssentialName("a___b___c"));
        Assert.Equal("___all", BtfSpec.EssentialName("___all"));
    }

    private static string Definition(BtfSpec types, string name) => BtfText.DefinitionOf(types, Assert.Single(types.Find(name)).Id);
}
