using System.Diagnostics.CodeAnalysis;
using Saker.Bpf;
using Saker.Bpf.Verification;
using Saker.Tests.Bpf.Btf;

namespace Saker.Tests.Bpf.Verification;

/// <summary>The maps that programs of <see cref="VerifierCases"/> name.</summary>
internal static class VerifierMapSpecs
{
    /// <summary>The numbers of types that <see cref="WriteTypes"/> writes first.</summary>
    public const uint IntegerType = 1, LongType = 2, LockType = 3, LockedType = 4, TimedType = 8;

    /// <summary>Where the lock is in a value of the map <c>locked</c>.</summary>
    public const int LockOffset = 8;

    private const string Texts = "text\0%d and %llu\0%z\0no end";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<MapSpec> All { get; } =
    [
        Spec("array", MapType.Array, 4, 16, 4),
        Spec("one", MapType.Array, 4, 64, 1),
        Spec("hash", MapType.Hash, 8, 24, 8),
        Spec("percpu", MapType.PerCpuArray, 4, 8, 4),
        Spec("programs", MapType.ProgramArray, 4, 4, 4),
        Spec("events", MapType.PerfEventArray, 4, 4, 4),
        Spec("ring", MapType.RingBuffer, 0, 0, 4096),
        Spec("queue", MapType.Queue, 0, 16, 8),
        Spec("filter", MapType.BloomFilter, 0, 8, 8),
        Spec("prefixes", MapType.LpmTrie, 8, 8, 8) with { Flags = (uint)MapFlags.NoPreallocation },
        Spec("devices", MapType.DeviceMap, 4, 4, 4),
        Spec("cpus", MapType.CpuMap, 4, 4, 4),
        Spec("sockets", MapType.XskMap, 4, 4, 4),
        Spec("outer", MapType.ArrayOfMaps, 4, 4, 4) with { Inner = Spec("inner", MapType.Array, 4, 16, 4) },
        Spec("readable", MapType.Array, 4, 16, 1) with { Flags = (uint)MapFlags.ReadOnlyForPrograms },
        Spec("writable", MapType.Array, 4, 16, 1) with { Flags = (uint)MapFlags.WriteOnlyForPrograms },
        Spec(".rodata", MapType.Array, 4, (uint)Texts.Length, 1) with { Flags = (uint)MapFlags.ReadOnlyForPrograms, Contents = [.. Texts.Select(character => (byte)character)] },
        Spec("locked", MapType.Hash, 4, 24, 4) with { SpinLockOffset = LockOffset, KeyTypeId = IntegerType, ValueTypeId = LockedType },
        Spec("timed", MapType.Hash, 4, 64, 4) with
        {
            KeyTypeId = IntegerType, ValueTypeId = TimedType, SpecialFields = [new("bpf_timer", 8, 16), new("bpf_wq", 24, 16), new("bpf_refcount", 48, 4)],
        },
    ];

    /// <summary>What the verifier is told of a map.</summary>
    public static VerifierMap Of(MapSpec spec) => VerifierMap.Of(spec);

    /// <summary>Writes the types that maps and functions have.</summary>
    public static TypesWriter WriteTypes()
    {
        TypesWriter types = new();
        types.Add(1, "int", 0, 4, (1 << 24) | 32);
        types.Add(1, "long", 0, 8, 64);
        types.Structure("bpf_spin_lock", 4, ("val", IntegerType, 0));
        types.Structure("locked", 24, ("before", LongType, 0), ("lock", LockType, 64), ("padding", IntegerType, 96), ("after", LongType, 128));
        uint timer = types.Structure("bpf_timer", 16, ("first", LongType, 0), ("second", LongType, 64));
        uint work = types.Structure("bpf_wq", 16, ("first", LongType, 0), ("second", LongType, 64));
        uint count = types.Structure("bpf_refcount", 4, ("count", IntegerType, 0));
        types.Structure("timed", 64, ("before", LongType, 0), ("timer", timer, 64), ("work", work, 192), ("between", LongType, 320), ("count", count, 384), ("after", LongType, 448));
        return types;
    }

    /// <summary>The maps as a kernel is told of them: by descriptors, the places in the list, and not by an index.</summary>
    public sealed class ByDescriptor : IVerifierMaps
    {
        private readonly VerifierMaps _maps = new([.. All.Select(Of)]);

        public bool TryFind(ConstantKind kind, int number, [NotNullWhen(true)] out VerifierMap? map)
        {
            map = null;
            return kind == ConstantKind.Map && _maps.TryFind(kind, number, out map);
        }
    }

    private static MapSpec Spec(string name, MapType type, uint key, uint value, uint entries) =>
        new() { Name = name, Type = type, KeySize = key, ValueSize = value, MaximumEntries = entries };
}
