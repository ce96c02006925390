using Saker.Bpf;
using Saker.Bpf.Helpers;
using Saker.Tests.Bpf.Maps;

namespace Saker.Tests.Bpf.Execution;

/// <summary>Programs that use maps do the same on all engines, and reach no more of a map than its values.</summary>
public sealed class MapProgramTests
{
    private const string Found = "if r0 == 0 goto miss";
    private const string Miss = "exit; miss: r0 = 404; exit";

    public static TheoryData<MapType> ValueMaps =>
        [MapType.Array, MapType.PerCpuArray, MapType.Hash, MapType.PerCpuHash, MapType.LruHash, MapType.LruPerCpuHash];

    [Theory]
    [MemberData(nameof(ValueMaps))]
    public void Values_are_found_and_changed(MapType type)
    {
        const string Count = $"*(u32 *)(r10 - 4) = 2; r2 = r10; r2 += -4; r1 = map[fd:0] ll; call 1; {Found}; r1 = *(u64 *)(r0 + 0); r1 += 5; *(u64 *)(r0 + 0) = r1; r0 = r1; {Miss}";
        Same(Count, type, 12);
        Same(Count.Replace("= 2;", "= 3;", StringComparison.Ordinal), type, type is MapType.Array or MapType.PerCpuArray ? 5UL : 404);
        Same(Count.Replace("= 2;", "= 4;", StringComparison.Ordinal), type, 404);
        Same(Count.Replace("r1 += 5;", "r1 = 1; lock *(u64 *)(r0 + 0) += r1;", StringComparison.Ordinal).Replace("*(u64 *)(r0 + 0) = r1; r0 = r1", "r0 = *(u64 *)(r0 + 0)", StringComparison.Ordinal), type, 8);
        Same(Count.Replace("*(u32 *)(r10 - 4) = 2", "r3 = *(u32 *)(r1 + 0); *(u32 *)(r10 - 4) = r3", StringComparison.Ordinal), type, 12);
        Same(Count.Replace("*(u32 *)(r10 - 4) = 2; r2 = r10; r2 += -4", "r2 = r1", StringComparison.Ordinal), type, 12);
        Same($"r6 = 0; *(u32 *)(r10 - 8) = r6; *(u32 *)(r10 - 4) = 2; again: r2 = r10; r2 += -4; r1 = map[fd:0] ll; call 1; if r0 != 0 goto +1; r0 = 1; r7 = r0; r6 += 1; if r6 < 3 goto again; r0 = *(u64 *)(r7 + 0); exit", type, 7);
    }

    [Theory]
    [MemberData(nameof(ValueMaps))]
    public void Entries_are_written_and_taken_out(MapType type)
    {
        const string Write = "*(u64 *)(r10 - 16) = 77; *(u32 *)(r10 - 4) = 1; r2 = r10; r2 += -4; r3 = r10; r3 += -16; r4 = 0; r1 = map[fd:0] ll; call 2; r6 = r0; "
            + "r2 = r10; r2 += -4; r1 = map[fd:0] ll; call 1; if r0 == 0 goto miss; r0 = *(u64 *)(r0 + 0); r0 += r6; " + Miss;
        Same(Write, type, 77);
        Same(Write.Replace("r4 = 0", "r4 = 1", StringComparison.Ordinal), type, type is MapType.Array or MapType.PerCpuArray ? unchecked((ulong)-17) : 77);
        Same("*(u32 *)(r10 - 4) = 2; r2 = r10; r2 += -4; r1 = map[fd:0] ll; call 3; r6 = r0; r2 = r10; r2 += -4; r1 = map[fd:0] ll; call 1; if r0 == 0 goto +1; r0 = 1; r0 += r6; exit", type, null);
    }

    [Theory]
    [InlineData("r0 = *(u64 *)(r0 + 1)")]
    [InlineData("r0 = *(u8 *)(r0 - 17)")]
    [InlineData("r0 = *(u8 *)(r0 + 16)")]
    [InlineData("*(u64 *)(r0 + 16) = 1")]
    [InlineData("r1 = 12; r0 += r1; r0 = *(u64 *)(r0 + 0)")]
    [InlineData("lock *(u32 *)(r0 + 2) += r1")]
    [InlineData("lock *(u64 *)(r0 + 16) += r1")]
    [InlineData("r1 = r10; call 1; r0 = *(u64 *)(r0 + 0)")]
    public void What_is_not_of_the_value_is_not_reached(string access)
    {
        foreach (var type in (MapType[])[MapType.Array, MapType.PerCpuArray])
        {
            Same($"*(u32 *)(r10 - 4) = 2; r2 = r10; r2 += -4; r1 = map[fd:0] ll; call 1; {Found}; {access}; {Miss}", type, expected: null, faults: true);
        }
    }

    [Fact]
    public void Values_that_were_not_asked_for_null_are_looked_up()
    {
        const string Text = "*(u32 *)(r10 - 4) = 9; r2 = r10; r2 += -4; r1 = map[fd:0] ll; call 1; ";
        Same(Text + "r0 = *(u64 *)(r0 + 0); exit", MapType.Array, expected: null, faults: true);
        Same(Text + "if r0 != 0 goto +1; r0 = *(u64 *)(r0 + 0); exit", MapType.Array, expected: null, faults: true);
        Same(Text + "r6 = r0; *(u32 *)(r10 - 4) = 1; r2 = r10; r2 += -4; r1 = map[fd:0] ll; call 1; if r0 == 0 goto +1; r0 = *(u64 *)(r6 + 0); exit", MapType.Array, expected: null, faults: true);
    }

    [Fact]
    public void Programs_do_not_write_what_they_may_only_read()
    {
        const string Text = "*(u32 *)(r10 - 4) = 2; r2 = r10; r2 += -4; r1 = map[fd:0] ll; call 1; if r0 == 0 goto miss; ";
        Same(Text + $"r0 = *(u64 *)(r0 + 0); {Miss}", MapType.Array, 7, flags: MapFlags.ReadOnlyForPrograms);
        Same(Text + $"*(u64 *)(r0 + 0) = 1; {Miss}", MapType.Array, expected: null, faults: true, flags: MapFlags.ReadOnlyForPrograms);
    }

    [Fact]
    public void Values_at_known_addresses_are_reached()
    {
        Same("r1 = map[fd:0][0]+16 ll; r0 = *(u32 *)(r1 + 0); *(u8 *)(r1 + 7) = 1; r2 = *(u64 *)(r1 + 0); r0 += r2; exit", MapType.Array, 14 + (1UL << 56));
        Same("r1 = map[fd:0][0]+16 ll; r0 = *(u64 *)(r1 + 4); exit", MapType.Array, expected: null, faults: true);
        Same("r2 = *(u32 *)(r1 + 0); r2 <<= 3; r1 = map[fd:0][0]+0 ll; r1 += r2; r0 = *(u64 *)(r1 + 0); exit", MapType.Array, 7);
    }

    private static void Same(string text, MapType type, ulong? expected, bool faults = false, MapFlags flags = MapFlags.None)
    {
        var results = new List<(RunResult Result, byte[] Entry)>();
        foreach (var options in (ExecutionOptions[])[
            new() { Engine = BpfEngine.Interpreter }, new() { Engine = BpfEngine.Compiled }, new() { Engine = BpfEngine.Compiled, Checks = MemoryChecks.None }])
        {
            if (faults && options.Checks == MemoryChecks.None)
            {
                continue;
            }

            using var map = TestMaps.Create(TestMaps.Spec(type, 4, 8, 4, flags));
            var value = new byte[map.EntrySize];
            for (var i = 0; i < value.Length; i += 8)
            {
                value[i] = 7;
            }

            var given = map.Update(TestMaps.Key(2), value);
            Assert.True(given == BpfError.None, given.ToString());
            MapHandles maps = new();
            maps.Add(map);
            var ready = ReadyProgram.Of(Assembler.Assemble(text), options with { Maps = maps, Constants = new Constants(map), Helpers = Helpers() });
            var result = ready.Run(new byte[] { 2, 0, 0, 0, 0, 0, 0, 0 });
            Assert.Equal(options.Engine, ready.Executable.Engine);
            map.Lookup(TestMaps.Key(2), value);

            // Values lie elsewhere in each map.
            results.Add((result with { Fault = result.Fault with { Address = 0 } }, value));
        }

        Assert.True(results.TrueForAll(result => result.Result == results[0].Result), $"{type}: {text}: {string.Join("; ", results.Select(result => result.Result))}");
        Assert.All(results, result => Assert.Equal(results[0].Entry, result.Entry));
        Assert.True(faults != results[0].Result.IsCompleted, $"{type}: {text}: {results[0].Result}");
        Assert.True(faults || expected is null || expected == results[0].Result.Value, $"{type}: {text}: {results[0].Result}");
    }

    private static HelperTable Helpers()
    {
        HelperTable helpers = new();
        helpers.Add(1, MapHelpers.Lookup);
        helpers.Add(2, MapHelpers.Update);
        helpers.Add(3, MapHelpers.Delete);
        return helpers;
    }

    private sealed class Constants(BpfMap map) : IConstantSource
    {
        public bool TryResolve(ConstantKind kind, int first, int second, out ulong value)
        {
            value = kind == ConstantKind.Map ? map.Handle : Address() + (uint)second;
            return kind is ConstantKind.Map or ConstantKind.MapValue;
        }

        private unsafe ulong Address() => (ulong)((ArrayMap)map).Values;
    }
}
