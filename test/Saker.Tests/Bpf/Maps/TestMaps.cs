using System.Buffers.Binary;
using Saker.Bpf;

namespace Saker.Tests.Bpf.Maps;

/// <summary>Maps for tests, and their keys and values.</summary>
internal static class TestMaps
{
    /// <summary>How many CPUs the machine of the tests has.</summary>
    public const int CpuCount = 3;

    public static MapSpec Spec(MapType type, uint keySize, uint valueSize, uint entries, MapFlags flags = MapFlags.None) => new()
    {
        Name = "tested",
        Type = type,
        KeySize = keySize,
        ValueSize = valueSize,
        MaximumEntries = entries,
        Flags = (uint)flags,
    };

    public static BpfMap Create(MapSpec spec, MapEnvironment? environment = null)
    {
        Assert.True(BpfMap.TryCreate(spec, environment ?? new MapEnvironment { CpuCount = CpuCount }, out BpfMap? map, out MapFault? fault), fault?.ToString());
        return map;
    }

    public static byte[] Key(uint key)
    {
        byte[] bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, key);
        return bytes;
    }

    public static byte[] Value(ulong value)
    {
        byte[] bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return bytes;
    }
}
