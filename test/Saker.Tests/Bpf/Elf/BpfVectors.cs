using Saker.Bpf;
using Saker.Bpf.Btf;
using Saker.Bpf.Elf;

namespace Saker.Tests.Bpf.Elf;

/// <summary>The objects of <c>test/vectors/bpf</c>, which <c>make.sh</c> there has made.</summary>
internal static class BpfVectors
{
    public static IEnumerable<string> Names { get; } =
        [.. Directory.GetFiles(Repository.PathOf("test/vectors/bpf"), "*.o").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    /// <summary>Programs of realistic size, each built for several versions of the instruction set.</summary>
    public static IEnumerable<string> Programs { get; } =
        [.. Directory.GetFiles(Repository.PathOf("test/vectors/bpf/programs"), "*.o").Select(path => "programs/" + Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    public static byte[] Read(string name) => File.ReadAllBytes(Repository.PathOf($"test/vectors/bpf/{name}.o"));

    public static string Text(string name) => File.ReadAllText(Repository.PathOf($"test/vectors/bpf/{name}.txt"));

    public static string[] Source(string name) => File.ReadAllLines(Repository.PathOf("test/vectors/bpf/" + name));

    public static ObjectSpec Spec(string name)
    {
        Assert.True(BpfObject.TryRead(Read(name), out ObjectSpec? spec, out ObjectFault? fault), $"{name}: {fault}");
        return spec;
    }

    /// <summary>The types as they stand in the file, before offsets are filled in.</summary>
    public static BtfSpec Types(string name)
    {
        Assert.True(ElfFile.TryRead(Read(name), out ElfFile? file, out _));
        Assert.True(BtfSpec.TryRead(file.Find(".BTF")!.Bytes.Span, out BtfSpec? types, out ObjectFault? fault), $"{name}: {fault}");
        return types;
    }
}
