using Saker.Bpf;

namespace Saker.Tests.Bpf.Maps;

/// <summary>Bad definitions are refused with the kernel's error and a line that says what is wrong. The kernel's tests ask the kernel for the same ones.</summary>
public class MapCreationTests
{
    public static TheoryData<string> Bad => [.. BadDefinitions.All.Keys];

    [Theory]
    [MemberData(nameof(Bad))]
    public void A_bad_definition_is_refused(string name)
    {
        (MapSpec spec, BpfError error) = BadDefinitions.All[name];
        Assert.False(BpfMap.TryCreate(spec, new MapEnvironment { CpuCount = TestMaps.CpuCount }, out _, out MapFault? fault));
        Assert.Equal(error, fault.Error);
        Assert.StartsWith("the map 'tested' (", fault.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_section_is_there_with_its_contents()
    {
        using BpfMap map = TestMaps.Create(TestMaps.Spec(MapType.Array, 4, 6, 1, MapFlags.ReadOnlyForPrograms) with { Contents = [1, 2, 3, 4, 5, 6] });
        byte[] value = new byte[6];
        Assert.Equal(BpfError.None, map.Lookup(TestMaps.Key(0), value));
        Assert.Equal([1, 2, 3, 4, 5, 6], value);
        Assert.False(map.IsWritableForPrograms);
    }

    [Fact]
    public void There_is_an_error_where_there_is_no_memory()
    {
        Assert.False(BpfMap.TryCreate(TestMaps.Spec(MapType.Array, 4, int.MaxValue, uint.MaxValue), new MapEnvironment(), out _, out MapFault? fault));
        Assert.Equal(BpfError.NoMemory, fault.Error);
    }
}
