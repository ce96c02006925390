using System.Runtime.InteropServices;
using Saker.Bpf;
using Saker.Kernel.Bpf;
using Saker.Kernel.Interop;
using Saker.Tests.Bpf.Maps;

namespace Saker.KernelTests.Bpf;

/// <summary>Which maps may have values with a spin lock, and what is said of the others, which <see cref="KernelMap"/> makes without types.</summary>
public sealed unsafe class LockedMapTests
{
    [KernelTheory]
    [InlineData(MapType.Array, MapFlags.None)]
    [InlineData(MapType.Array, MapFlags.Mappable)]
    [InlineData(MapType.Array, MapFlags.ReadOnlyForPrograms)]
    [InlineData(MapType.Array, MapFlags.WriteOnlyForPrograms)]
    [InlineData(MapType.Array, MapFlags.ReadOnly)]
    [InlineData(MapType.Hash, MapFlags.None)]
    [InlineData(MapType.Hash, MapFlags.NoPreallocation)]
    [InlineData(MapType.Hash, MapFlags.WriteOnly)]
    [InlineData(MapType.Hash, MapFlags.ReadOnlyForPrograms)]
    [InlineData(MapType.PerCpuArray, MapFlags.None)]
    [InlineData(MapType.PerCpuHash, MapFlags.None)]
    [InlineData(MapType.LruHash, MapFlags.None)]
    [InlineData(MapType.LruPerCpuHash, MapFlags.None)]
    [InlineData(MapType.LpmTrie, MapFlags.NoPreallocation)]
    [InlineData(MapType.Queue, MapFlags.None)]
    [InlineData(MapType.Stack, MapFlags.None)]
    [InlineData(MapType.BloomFilter, MapFlags.None)]
    public void A_map_with_locks_is_made_or_refused_as_by_the_kernel(MapType type, MapFlags flags)
    {
        var keySize = type switch { MapType.LpmTrie => 8u, MapType.Queue or MapType.Stack or MapType.BloomFilter => 0u, _ => 4u };
        MapSpec spec = TestMaps.Spec(type, keySize, 24, 4, flags) with { SpinLockOffset = 8 };
        using KernelTypes types = LockedValue.Load();
        using HeldDescriptor typed = new(types.Descriptor);
        BpfSystemCall.MapCreate attributes = new()
        {
            map_type = (uint)type,
            key_size = keySize,
            value_size = spec.ValueSize,
            max_entries = spec.MaximumEntries,
            map_flags = spec.Flags,
            btf_fd = (uint)typed.Number,
            btf_key_type_id = type == MapType.LpmTrie ? LockedValue.LongKeyType : keySize == 0 ? 0 : LockedValue.KeyType,
            btf_value_type_id = LockedValue.ValueType,
        };
        var made = BpfSystemCall.Call(BpfSystemCall.BPF_MAP_CREATE, ref attributes);
        if (made >= 0)
        {
            Marshal.ThrowExceptionForHR(Libc.close(made));
        }

        var isMade = BpfMap.TryCreate(spec, new MapEnvironment(), out var here, out var fault);
        here?.Dispose();
        Assert.Equal((made >= 0, made < 0 ? (BpfError)(-made) : BpfError.None), (isMade, fault?.Error ?? BpfError.None));
    }
}
