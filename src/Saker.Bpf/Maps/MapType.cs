namespace Saker.Bpf;

/// <summary>What a map is, with the kernel's numbers (<c>BPF_MAP_TYPE_*</c> of Linux 6.18).</summary>
public enum MapType : uint
{
#pragma warning disable CS1591 // The names are the kernel's.
    Unspecified,
    Hash,
    Array,
    ProgramArray,
    PerfEventArray,
    PerCpuHash,
    PerCpuArray,
    StackTrace,
    CgroupArray,
    LruHash,
    LruPerCpuHash,
    LpmTrie,
    ArrayOfMaps,
    HashOfMaps,
    DeviceMap,
    SocketMap,
    CpuMap,
    XskMap,
    SocketHash,
    CgroupStorage,
    ReusePortSocketArray,
    PerCpuCgroupStorage,
    Queue,
    Stack,
    SocketStorage,
    DeviceMapHash,
    StructOps,
    RingBuffer,
    InodeStorage,
    TaskStorage,
    BloomFilter,
    UserRingBuffer,
    CgroupLocalStorage,
    Arena,
#pragma warning restore CS1591
}
