using Saker.Bpf;
using Saker.Tests.Bpf.Elf;

namespace Saker.Tests.Bpf.Loading;

/// <summary>Every program of the corpus is made ready in each engine, or what it wants is told.</summary>
public sealed class CorpusLoadTests
{
    public static TheoryData<string> Objects { get; } =
        [.. Directory.GetFiles(Repository.PathOf("test/vectors/bpf/programs"), "*.v3.o").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Objects))]
    public void An_object_is_loaded_in_both_engines(string name)
    {
        ObjectSpec spec = BpfVectors.Spec("programs/" + name);
        foreach (BpfEngine engine in new[] { BpfEngine.Interpreter, BpfEngine.Compiled })
        {
            Assert.True(LoadedObject.TryLoad(spec, new ObjectLoadOptions { Engine = engine }, out LoadedObject? loaded, out LoadFault? fault), fault?.ToString());
            using (loaded)
            {
                Assert.Equal(spec.Programs.Count(program => !program.IsOptional), loaded.Programs.Count);
                Assert.All(loaded.Programs.Values, program => Assert.Equal(engine, program.Executable.Engine));
                Assert.Equal(spec.Maps.Length, loaded.Maps.Count);
            }
        }
    }
}
