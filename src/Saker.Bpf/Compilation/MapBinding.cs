namespace Saker.Bpf.Compilation;

/// <summary>What a program's maps tell the compiler.</summary>
/// <param name="options">With what the program is run.</param>
internal sealed class MapBinding(ExecutionOptions options)
{
    private const uint ReadOnlyForPrograms = 1u << 7;
    private const uint WriteOnlyForPrograms = 1u << 8;

    /// <summary>The map of a handle that is known.</summary>
    /// <returns>Null: nothing is known, or it is no map.</returns>
    public BpfMap? MapOf(Knowledge knowledge) =>
        knowledge.Kind == KnownAs.Number && options.Maps is { } maps && maps.TryFind((ulong)knowledge.Number, out BpfMap? map) ? map : null;

    /// <summary>Whether bytes of a map's value are the program's to use.</summary>
    public bool MayUse(ulong handle, long offset, int size, bool writes) =>
        options.Maps is { } maps && maps.TryFind(handle, out BpfMap? map) && offset >= 0 && offset + size <= map.ValueSize
        && (map.Flags & (writes ? ReadOnlyForPrograms : WriteOnlyForPrograms)) == 0;

    /// <summary>Whether bytes at an address are in the values of a map, and the program's to use.</summary>
    public bool MayUse(ulong address, int size, bool writes) =>
        options.Maps is { } maps && maps.TryFind(address, out MemoryRegion region) && region.Holds(address, (uint)size) && (region.IsWritable || !writes);
}
