namespace Saker.Bpf;

/// <summary>How a map is to be made (<c>BPF_F_*</c> of Linux 6.18); which flags a type knows differs.</summary>
[Flags]
public enum MapFlags : uint
{
    /// <summary>As the type does by itself.</summary>
    None = 0,

    /// <summary>Memory is taken as entries come (<c>BPF_F_NO_PREALLOC</c>).</summary>
    NoPreallocation = 1 << 0,

    /// <summary>Every CPU has entries of its own to give up (<c>BPF_F_NO_COMMON_LRU</c>).</summary>
    NoCommonLru = 1 << 1,

    /// <summary>A NUMA node is wanted (<c>BPF_F_NUMA_NODE</c>).</summary>
    NumaNode = 1 << 2,

    /// <summary>Only programs write (<c>BPF_F_RDONLY</c>).</summary>
    ReadOnly = 1 << 3,

    /// <summary>Only programs read (<c>BPF_F_WRONLY</c>).</summary>
    WriteOnly = 1 << 4,

    /// <summary>Hashes begin with 0, so that the order of entries is the same every time (<c>BPF_F_ZERO_SEED</c>).</summary>
    ZeroSeed = 1 << 6,

    /// <summary>Programs only read (<c>BPF_F_RDONLY_PROG</c>).</summary>
    ReadOnlyForPrograms = 1 << 7,

    /// <summary>Programs only write (<c>BPF_F_WRONLY_PROG</c>).</summary>
    WriteOnlyForPrograms = 1 << 8,

    /// <summary>User space can map the values, which begin on a page (<c>BPF_F_MMAPABLE</c>).</summary>
    Mappable = 1 << 10,

    /// <summary>Perf events stay when who put them in closes the map (<c>BPF_F_PRESERVE_ELEMS</c>).</summary>
    PreserveElements = 1 << 11,

    /// <summary>An array that can stand in a map of maps whatever its number of entries (<c>BPF_F_INNER_MAP</c>).</summary>
    InnerMap = 1 << 12,
}
