using Saker.Bpf;
using Saker.Bpf.Verification;
using Saker.Kernel.Bpf;

namespace Saker.KernelTests.Bpf.Verification;

/// <summary>Every helper that takes a map with maps of every type.</summary>
public sealed class HelperMapTests
{
    private const string WrongMap = "cannot pass map_type";

    [KernelFact]
    public void Helpers_take_the_maps_that_the_table_says()
    {
        List<string> differences = [];
        var tried = 0;
        foreach (var (type, attachType) in PacketPrograms.All.DistinctBy(program => program.Type))
        {
            // Maps of programs, and of devices and processors, which can hold programs too, belong to the first type of program that uses them.
            using HelperCalls calls = new();
            foreach (var helper in KernelHelpers.All.Where(helper => helper.IsFor(type) && helper.Arguments.Contains(HelperArgument.Map) && HelperCalls.CanFill(helper)))
            {
                // An arena wants an address in the process before any program may use it.
                foreach (var map in calls.MapTypes.Where(map => map != MapType.Arena))
                {
                    var (slots, options) = calls.Program(helper, type, map: map);
                    var isAccepted = KernelProgram.TryLoad(type, slots, options with { AttachType = attachType }, out var program, out var refusal);
                    program?.Dispose();
                    var expected = HelperMaps.Takes(helper.Number, map, type);
                    var isTaken = isAccepted || (expected && WantsSocket(helper, map) && !refusal!.Log.Contains(WrongMap, StringComparison.Ordinal));
                    tried++;
                    if (expected != isTaken)
                    {
                        differences.Add($"{type}: {helper.Name} with {map}: {expected} by the table; the kernel: {refusal?.LastLine}");
                    }
                }
            }
        }

        Assert.True(differences.Count == 0, $"{differences.Count} of {tried}:\n{string.Join('\n', differences.Distinct().Take(60))}");
        Assert.True(tried > 1000);
    }

    [KernelFact]
    public void Programs_may_name_the_maps_that_the_table_says()
    {
        using var types = LockedValue.Load();
        MapSpec locked = new() { Name = "locked", Type = MapType.Array, KeySize = 4, ValueSize = 24, MaximumEntries = 1, SpinLockOffset = 8, KeyTypeId = LockedValue.KeyType, ValueTypeId = LockedValue.ValueType };
        foreach (var (type, attachType) in PacketPrograms.All)
        {
            using HelperCalls calls = new();
            foreach (var map in calls.MapTypes.Where(map => map != MapType.Arena))
            {
                var isAccepted = PacketPrograms.IsAccepted(type, attachType, calls.Naming(map), out var said);
                Assert.True(ProgramMaps.IsAllowed(type, map, hasLock: false) == isAccepted, $"{type} and {map}: {said}");
            }

            using var withLock = KernelMap.Create(locked, types);
            var isTaken = PacketPrograms.IsAccepted(type, attachType, HelperCalls.Naming(withLock), out var why);
            Assert.True(ProgramMaps.IsAllowed(type, MapType.Array, hasLock: true) == isTaken, $"{type} with a lock: {why}");
        }
    }

    /// <summary>Whether such a call goes on with a socket: one is put in, or what is found has to be released.</summary>
    private static bool WantsSocket(HelperDescription helper, MapType map) => map is MapType.SocketMap or MapType.SocketHash && helper.Number is 1 or 2;
}
