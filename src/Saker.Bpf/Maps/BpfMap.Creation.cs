using System.Diagnostics.CodeAnalysis;
using Saker.Bpf.Maps;

namespace Saker.Bpf;

/// <content>Maps are made of definitions, and bad ones refused as the kernel refuses them.</content>
public abstract unsafe partial class BpfMap
{
    /// <summary>Finds what is wrong with a map's definition, by the kernel's rules; null: nothing.</summary>
    /// <param name="spec">What it is to be.</param>
    /// <param name="environment">Where it would be made.</param>
    public static MapFault? FindFault(MapSpec spec, MapEnvironment environment) => new MapRules(spec, environment).Check();

    /// <summary>Makes a map.</summary>
    /// <param name="spec">What it is to be. The maps and programs of <see cref="MapSpec.Slots"/> are not put in.</param>
    /// <param name="environment">Where it is made.</param>
    /// <param name="map">The map, to be disposed by the caller; null where there is a fault.</param>
    /// <param name="fault">Why there is none.</param>
    public static bool TryCreate(MapSpec spec, MapEnvironment environment, [NotNullWhen(true)] out BpfMap? map, [NotNullWhen(false)] out MapFault? fault)
    {
        map = null;
        fault = FindFault(spec, environment);
        if (fault is not null)
        {
            return false;
        }

        try
        {
            map = Create(spec, environment);

            // As who loads an object does it with constants.
            map._isFrozen = !spec.Contents.IsEmpty && !map.IsWritableForPrograms;
            return true;
        }
        catch (Exception exception) when (exception is OutOfMemoryException or OverflowException)
        {
            fault = MapFault.Of(spec, BpfError.NoMemory, $"there is no memory for {spec.MaximumEntries} entries");
            return false;
        }
    }

    private static BpfMap Create(MapSpec spec, MapEnvironment environment) => spec.Type switch
    {
        MapType.Array => new ArrayMap(spec, environment),
        MapType.PerCpuArray => new PerCpuArrayMap(spec, environment),
        MapType.Hash => new HashMap(spec, environment),
        MapType.PerCpuHash => new PerCpuHashMap(spec, environment),
        MapType.LruHash => new LruHashMap(spec, environment, LruEntries(spec, environment)),
        MapType.LruPerCpuHash => new LruPerCpuHashMap(spec, environment, LruEntries(spec, environment)),
        MapType.LpmTrie => new LpmTrieMap(spec, environment),
        MapType.HashOfMaps => new HashOfMaps(spec, environment),
        MapType.ArrayOfMaps => new ArrayOfMaps(spec, environment),
        MapType.ProgramArray => new ProgramArrayMap(spec, environment),
        MapType.PerfEventArray => new PerfEventArrayMap(spec, environment),
        MapType.RingBuffer => new RingBufferMap(spec, environment),
        MapType.Queue => new QueueMap(spec, environment),
        MapType.Stack => new StackMap(spec, environment),
        MapType.BloomFilter => new BloomFilterMap(spec, environment),
        MapType.DeviceMap => new DeviceMap(spec, environment),
        MapType.DeviceMapHash => new DeviceHashMap(spec, environment),
        MapType.CpuMap => new CpuMap(spec, environment),
        MapType.XskMap => new XskMap(spec, environment),
        _ => throw new InvalidOperationException($"The rules let maps of type {spec.Type} pass, and nothing makes them."),
    };

    /// <summary>Where every CPU gives up entries of its own, all CPUs have as many.</summary>
    private static uint LruEntries(MapSpec spec, MapEnvironment environment)
    {
        if ((spec.Flags & (uint)MapFlags.NoCommonLru) == 0)
        {
            return spec.MaximumEntries;
        }

        uint cpus = (uint)environment.CpuCount;
        ulong up = ((ulong)spec.MaximumEntries + cpus - 1) / cpus * cpus;
        return up <= uint.MaxValue ? (uint)up : spec.MaximumEntries / cpus * cpus;
    }
}
