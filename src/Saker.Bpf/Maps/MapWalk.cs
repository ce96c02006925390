namespace Saker.Bpf.Maps;

/// <summary>Where a walk through a map's entries stands, and the entry there.</summary>
internal unsafe struct MapWalk
{
    /// <summary>The entry's key. An array's is <see cref="Index"/>, which lies in no memory of the map: then it is null.</summary>
    public byte* Key;

    /// <summary>The entry's value, of the CPU that walks.</summary>
    public byte* Value;

    /// <summary>Of an array the entry's index.</summary>
    public uint Index;

    /// <summary>How many indices, or buckets of a hash, the walk has begun.</summary>
    public uint Begun;

    /// <summary>Of a hash, what comes next in the bucket; null: the next bucket.</summary>
    public byte* Next;
}
