using System.Diagnostics.CodeAnalysis;
using Saker.Bpf;
using Saker.Bpf.Btf;
using Saker.Kernel.Interop;

namespace Saker.Kernel.Bpf;

/// <summary>Makes the smallest map of a type, to see whether the kernel does.</summary>
internal static class MapProbe
{
    /// <summary>Types with one number, <c>int</c>: header, record, strings.</summary>
    private static readonly uint[] Integer = [0x0001_eb9f, 24, 0, 16, 16, 5, 1, 0x0100_0000, 4, 0x0100_0020];

    public static bool? HasType(MapType type)
    {
        if (type is MapType.StructOps or MapType.Unspecified)
        {
            // It wants an interface of the kernel's.
            return type == MapType.StructOps && BpfFeatures.Of(ProgramType.StructOps).IsSupported == true;
        }

        if (TryMake(type, out KernelMap? map, out KernelRefusal? refusal))
        {
            map.Dispose();
            return true;
        }

        return refusal.ErrorNumber == Libc.EPERM ? throw refusal.ToException() : false;
    }

    /// <summary>Makes the smallest map of a type.</summary>
    public static bool TryMake(MapType type, [NotNullWhen(true)] out KernelMap? map, [NotNullWhen(false)] out KernelRefusal? refusal)
    {
        using KernelTypes? types = NeedsTypes(type) ? LoadInteger() : null;
        return KernelMap.TryCreate(Smallest(type), out map, out refusal, types);
    }

    private static bool NeedsTypes(MapType type) => type is MapType.SocketStorage or MapType.InodeStorage or MapType.TaskStorage or MapType.CgroupLocalStorage;

    private static MapSpec Smallest(MapType type)
    {
        uint page = (uint)Environment.SystemPageSize;
        MapSpec spec = new() { Name = "probe", Type = type, KeySize = 4, ValueSize = 4, MaximumEntries = 1 };
        return type switch
        {
            MapType.StackTrace => spec with { ValueSize = 8 },
            MapType.LpmTrie => spec with { KeySize = 8, Flags = (uint)MapFlags.NoPreallocation },
            MapType.ArrayOfMaps or MapType.HashOfMaps => spec with { Inner = new() { Name = "inner", Type = MapType.Array, KeySize = 4, ValueSize = 4, MaximumEntries = 1 } },
            MapType.CgroupStorage or MapType.PerCpuCgroupStorage => spec with { KeySize = 8, MaximumEntries = 0 },
            MapType.Queue or MapType.Stack or MapType.BloomFilter => spec with { KeySize = 0 },
            MapType.RingBuffer or MapType.UserRingBuffer => spec with { KeySize = 0, ValueSize = 0, MaximumEntries = page },
            MapType.Arena => spec with { KeySize = 0, ValueSize = 0, Flags = (uint)MapFlags.Mappable },
            _ when NeedsTypes(type) => spec with { MaximumEntries = 0, Flags = (uint)MapFlags.NoPreallocation, KeyTypeId = 1, ValueTypeId = 1 },
            _ => spec,
        };
    }

    private static KernelTypes LoadInteger()
    {
        byte[] section = [.. Integer.SelectMany(BitConverter.GetBytes), 0, (byte)'i', (byte)'n', (byte)'t', 0];
        return !BtfSpec.TryRead(section, out BtfSpec? spec, out ObjectFault? fault) ? throw new InvalidOperationException(fault.ToString())
            : KernelTypes.TryLoad(spec, out KernelTypes? types, out KernelRefusal? refusal) ? types
            : throw refusal.ToException();
    }
}
