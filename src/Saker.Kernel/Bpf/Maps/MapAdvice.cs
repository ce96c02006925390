using System.Numerics;
using Saker.Bpf;
using Saker.Kernel.Interop;

namespace Saker.Kernel.Bpf;

/// <summary>What is probably wrong with a map that the kernel does not make: it only says EINVAL.</summary>
internal static class MapAdvice
{
    public static string For(MapSpec spec, int errorNumber) => errorNumber switch
    {
        Libc.EPERM => KernelRefusal.AdviceFor(
            errorNumber,
            spec.Type is MapType.DeviceMap or MapType.DeviceMapHash or MapType.CpuMap or MapType.XskMap or MapType.SocketMap or MapType.SocketHash
                ? [Capabilities.CAP_BPF, Capabilities.CAP_NET_ADMIN]
                : [Capabilities.CAP_BPF]),
        BpfSystemCall.E2BIG => "it is too large",
        BpfSystemCall.EINVAL => spec switch
        {
            { MaximumEntries: 0, Type: not (MapType.SocketStorage or MapType.InodeStorage or MapType.TaskStorage or MapType.CgroupLocalStorage or MapType.CgroupStorage or MapType.PerCpuCgroupStorage) } =>
                "it wants a number of entries",
            { Type: MapType.RingBuffer or MapType.UserRingBuffer } when !BitOperations.IsPow2(spec.MaximumEntries) || spec.MaximumEntries % Environment.SystemPageSize != 0 =>
                $"the size of a ring buffer is a power of two, and a multiple of the page's {Environment.SystemPageSize} bytes",
            { Type: MapType.RingBuffer or MapType.Queue or MapType.Stack or MapType.BloomFilter, KeySize: not 0 } => "it has no keys: their size is 0",
            { Type: MapType.LpmTrie, Flags: var flags } when (flags & (uint)MapFlags.NoPreallocation) == 0 => "a trie wants the flag BPF_F_NO_PREALLOC",
            { Type: MapType.ArrayOfMaps or MapType.HashOfMaps, Inner: null } => "it wants to know how the maps in it are",
            _ => $"type, sizes, flags or number of entries do not fit each other, or this kernel has no {spec.Type.KernelName()}{(KernelHistory.FirstWith(spec.Type) is { } first ? $" (Linux {first} has it)" : "")}",
        },
        _ => "",
    };
}
