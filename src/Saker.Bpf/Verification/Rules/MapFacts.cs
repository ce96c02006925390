namespace Saker.Bpf.Verification;

/// <summary>What the verifier is to know of types of maps.</summary>
internal static class MapFacts
{
    private static readonly MapType[] WithCallbacks =
        [MapType.Array, MapType.PerCpuArray, MapType.Hash, MapType.LruHash, MapType.PerCpuHash, MapType.LruPerCpuHash];

    /// <summary>Whether <c>bpf_for_each_map_elem</c> works on maps of a type.</summary>
    public static bool CallsBack(MapType map) => WithCallbacks.Contains(map);

    /// <summary>Whether a lookup with a constant key that is there never gives null.</summary>
    public static bool AlwaysFinds(MapType map) => map is MapType.Array or MapType.PerCpuArray;
}
