using System.Diagnostics.CodeAnalysis;

namespace Saker.Bpf;

/// <summary>
/// Maps by names that outlive the objects that made them, as a bpffs keeps them in the kernel: an object that pins a map by name finds here what another one has left.
/// Any number of threads may use it.
/// </summary>
public sealed class PinnedMaps : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, BpfMap> _maps = new(StringComparer.Ordinal);

    /// <summary>The handles of the maps: objects that share them are loaded with these.</summary>
    public MapHandles Handles { get; } = new();

    /// <summary>The names that are taken.</summary>
    public IReadOnlyList<string> Names
    {
        get
        {
            lock (_lock)
            {
                return [.. _maps.Keys.Order(StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>Finds a map.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="map">The map; null: there is none.</param>
    public bool TryGet(string name, [NotNullWhen(true)] out BpfMap? map)
    {
        lock (_lock)
        {
            return _maps.TryGetValue(name, out map);
        }
    }

    /// <summary>Takes a map, and disposes it in the end.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public void Add(BpfMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        lock (_lock)
        {
            _maps.Add(map.Name, map);
        }
    }

    /// <summary>Disposes all maps. No program may run with them any more.</summary>
    public void Dispose()
    {
        foreach (BpfMap map in _maps.Values)
        {
            map.Dispose();
        }
    }
}
