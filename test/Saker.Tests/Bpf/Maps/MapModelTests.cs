using System.Globalization;
using Saker.Bpf;

namespace Saker.Tests.Bpf.Maps;

/// <summary>Every type of map does what a plain dictionary, list or set does, operation for operation. <c>SAKER_SEED</c> takes other operations.</summary>
public class MapModelTests
{
    private static readonly int Seed = int.Parse(Environment.GetEnvironmentVariable("SAKER_SEED") ?? "20260101", CultureInfo.InvariantCulture);

    public static TheoryData<string> Cases => [.. MapCase.All.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_map_does_what_its_model_does(string name)
    {
        MapCase tested = MapCase.All[name];
        for (int round = 0; round < Effort.Inputs(10, 1_000); round++)
        {
            using BpfMap map = TestMaps.Create(tested.Spec);
            using ModelMap model = new(tested.Spec, TestMaps.CpuCount);
            MapScript ofMap = new(tested, Seed + round);
            MapScript ofModel = new(tested, Seed + round);
            for (int i = 0; i < 300; i++)
            {
                string expected = ofModel.Next(model);
                string actual = ofMap.Next(map);
                Assert.True(expected == actual, $"{name}, seed {Seed + round}, operation {i}:\n{expected}\nis expected, and it was\n{actual}");
            }
        }
    }
}
