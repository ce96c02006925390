using System.Text;
using Saker.Bpf;
using Saker.Bpf.Btf;
using Saker.Tests.Bpf.Elf;

namespace Saker.Tests.Bpf.Btf;

/// <summary>Types read as <c>bpftool btf dump</c> reads them.</summary>
public class BtfListingTests
{
    private const string KernelTypes = "/sys/kernel/btf/vmlinux";

    public static TheoryData<string> Objects => [.. BpfVectors.Names.Where(name => File.Exists(Repository.PathOf($"test/vectors/bpf/{name}.btf.txt")))];

    [Theory]
    [MemberData(nameof(Objects))]
    public void An_objects_types_are_listed_as_bpftool_lists_them(string name) => AssertSame(BpfVectors.Text(name + ".btf"), BpfVectors.Types(name));

    [CommandTheory("bpftool")]
    [InlineData(KernelTypes)]
    public void The_running_kernels_types_are_listed_as_bpftool_lists_them(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        Assert.True(BtfSpec.TryRead(File.ReadAllBytes(path), out BtfSpec? types, out ObjectFault? fault), fault?.ToString());
        AssertSame(Encoding.UTF8.GetString(SystemCommand.Run("bpftool", "btf", "dump", "file", path).Output), types);
    }

    private static void AssertSame(string expected, BtfSpec types)
    {
        string[] lines = expected.TrimEnd('\n').Split('\n');
        int at = 0;
        for (uint id = 1; id < types.Count; id++)
        {
            foreach (string line in BtfListing.Of(types, id).Split('\n'))
            {
                Assert.Equal(lines[at++], line);
            }
        }

        Assert.Equal(lines.Length, at);
    }
}
