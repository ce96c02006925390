using System.Text;
using Saker.Bpf;
using Saker.Bpf.Btf;
using Saker.Tests.Bpf.Elf;

namespace Saker.Tests.Bpf.Btf;

/// <summary>Types of a kernel module, which go on from those of another section: numbers and offsets of strings count on, and the first string is no empty one.</summary>
public class SplitTypesTests
{
    private const string KernelTypes = "/sys/kernel/btf/vmlinux";

    [Fact]
    public void Types_go_on_from_those_before()
    {
        BtfSpec before = BpfVectors.Types("core_target");
        Assert.True(BtfSpec.TryRead(Module(before), out BtfSpec? types, out ObjectFault? fault, before), fault?.ToString());
        Assert.Equal(before.Count + 5, types.Count);
        BtfComposite state = Assert.IsType<BtfComposite>(Assert.Single(types.Find("module_state")));
        Assert.Equal((uint)before.Count, state.Id);
        Assert.Equal(before[1].Name, types[state.Members[0].Type].Name);
        Assert.Equal(8u, types.SizeOf(state.Members[1].Type));
        Assert.Equal(before.Find("int").Single().Id, types.Find("int").Single().Id);

        // Both together stand in one section when they are written.
        BtfWriter writer = new();
        writer.Add(types);
        Assert.True(BtfSpec.TryRead(writer.ToArray(), out BtfSpec? whole, out fault), fault?.ToString());
        Assert.Equal(BtfListing.Of(types, state.Id), BtfListing.Of(whole, state.Id));
    }

    [Fact]
    public void They_cannot_be_read_alone()
    {
        byte[] module = Module(BpfVectors.Types("core_target"));
        Assert.False(BtfSpec.TryRead(module, out _, out ObjectFault? fault));
        Assert.Equal(".BTF at 0x10: the strings do not begin with an empty one", fault.ToString());
    }

    [Fact]
    public void They_cannot_go_on_from_types_of_another_byte_order()
    {
        BtfSpec before = BpfVectors.Types("core_target");
        Assert.False(BtfSpec.TryRead(Module(before), out _, out ObjectFault? fault, BpfVectors.Types("core_target.eb")));
        Assert.Equal(".BTF at 0x0: its byte order is not that of the types that it goes on from", fault.ToString());
    }

    [Fact]
    public void A_circle_through_a_module_and_a_chain_over_both_are_refused()
    {
        BtfSpec before = BpfVectors.Types("core_target");
        TypesWriter circle = new((uint)before.Count, before.Strings.End);
        circle.Typedef("t", circle.Next + 1);
        circle.Typedef("t", circle.Next - 1);
        Assert.False(BtfSpec.TryRead(circle.ToArray(), out _, out ObjectFault? fault, before));
        Assert.Contains("it is a part of itself", fault.Message, StringComparison.Ordinal);

        TypesWriter first = new();
        Chain(first, first.Integer(), 20);
        Assert.True(BtfSpec.TryRead(first.ToArray(), out BtfSpec? types, out fault), fault?.ToString());
        TypesWriter second = new((uint)types.Count, types.Strings.End);
        Chain(second, second.Next - 1, 20);
        Assert.False(BtfSpec.TryRead(second.ToArray(), out _, out fault, types));
        Assert.Contains("more than 32 typedefs", fault.Message, StringComparison.Ordinal);
    }

    [CommandTheory("bpftool")]
    [InlineData(null)]
    [InlineData(KernelTypes)]
    public void They_are_listed_as_bpftool_lists_them(string? path)
    {
        if (path is not null && !File.Exists(path))
        {
            return;
        }

        string folder = Directory.CreateTempSubdirectory("saker-btf-").FullName;
        try
        {
            byte[] bytes = path is null ? WholeOf("core_target") : File.ReadAllBytes(path);
            Assert.True(BtfSpec.TryRead(bytes, out BtfSpec? before, out ObjectFault? fault), fault?.ToString());
            byte[] module = Module(before);
            Assert.True(BtfSpec.TryRead(module, out BtfSpec? types, out fault, before), fault?.ToString());
            File.WriteAllBytes(Path.Combine(folder, "before"), bytes);
            File.WriteAllBytes(Path.Combine(folder, "module"), module);
            string expected = Encoding.UTF8.GetString(SystemCommand.Run("bpftool", "-B", Path.Combine(folder, "before"), "btf", "dump", "file", Path.Combine(folder, "module")).Output);
            string[] actual = [.. Enumerable.Range(before.Count, types.Count - before.Count).Select(id => BtfListing.Of(types, (uint)id))];
            Assert.Equal(expected.TrimEnd('\n'), string.Join('\n', actual));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static byte[] WholeOf(string name)
    {
        BtfWriter writer = new();
        writer.Add(BpfVectors.Types(name));
        return writer.ToArray();
    }

    private static void Chain(TypesWriter types, uint type, int length)
    {
        for (int i = 0; i < length; i++)
        {
            type = types.Typedef("t", type);
        }
    }

    /// <summary>A structure, a pointer to it, a typedef, a function and its prototype, with types and a name of those before.</summary>
    private static byte[] Module(BtfSpec before)
    {
        TypesWriter types = new((uint)before.Count, before.Strings.End);
        uint state = types.Next;
        types.Structure("module_state", 24, ("first", 1, 0), ("next", state + 1, 64), ("last", 1, 128));
        types.Pointer(state);
        types.Typedef("module_state_t", state);
        uint prototype = types.Prototype(0, state + 1, state + 2);
        types.Function("module_main", prototype);
        return types.ToArray();
    }
}
