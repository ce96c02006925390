namespace Saker.Bpf.Maps;

/// <summary>Operations on many entries that a type of map has.</summary>
[Flags]
internal enum MapBatches : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>It is read (<c>BPF_MAP_LOOKUP_BATCH</c>).</summary>
    Lookup = 1,

    /// <summary>It is written (<c>BPF_MAP_UPDATE_BATCH</c>).</summary>
    Update = 2,

    /// <summary>Entries are taken out (<c>BPF_MAP_DELETE_BATCH</c>).</summary>
    Delete = 4,

    /// <summary>Entries are read and taken out (<c>BPF_MAP_LOOKUP_AND_DELETE_BATCH</c>).</summary>
    Take = 8,
}
