using System.Diagnostics.CodeAnalysis;

namespace Saker.Bpf;

/// <summary>
/// The maps that programs of one world can name: what a program has of a map is a handle, a number that means nothing as an address. Any number of threads may use it.
/// </summary>
public sealed class MapHandles : IMemoryRegions
{
    private const int Stride = 16;

    private readonly Lock _lock = new();
    private BpfMap?[] _maps = new BpfMap?[16];
    private int _count;

    /// <summary>Gives a map a handle, which it keeps; a map has one in one world only.</summary>
    /// <param name="map">The map.</param>
    /// <exception cref="ArgumentException">It has a handle elsewhere.</exception>
    public ulong Add(BpfMap map)
    {
        lock (_lock)
        {
            if (map.Handle != 0)
            {
                return TryFind(map.Handle, out BpfMap? known) && known == map
                    ? map.Handle
                    : throw new ArgumentException($"The map '{map.Name}' belongs to other programs.", nameof(map));
            }

            if (_count == _maps.Length)
            {
                BpfMap?[] grown = new BpfMap?[_count * 2];
                _maps.CopyTo(grown, 0);
                Volatile.Write(ref _maps, grown);
            }

            map.Handle = AddressSpace.Maps + ((ulong)_count * Stride);
            Volatile.Write(ref _maps[_count++], map);
            return map.Handle;
        }
    }

    /// <summary>Finds the map of a handle.</summary>
    /// <param name="handle">The handle, or any number.</param>
    /// <param name="map">The map; null: it is no handle.</param>
    public bool TryFind(ulong handle, [NotNullWhen(true)] out BpfMap? map)
    {
        ulong offset = handle - AddressSpace.Maps;
        BpfMap?[] maps = Volatile.Read(ref _maps);
        map = offset % Stride == 0 && offset / Stride < (ulong)maps.Length ? maps[offset / Stride] : null;
        return map is not null;
    }

    /// <summary>The number by which user space puts a map into a map of maps, and finds it there. The map gets a handle if it has none.</summary>
    /// <param name="map">The map.</param>
    /// <exception cref="ArgumentException">It has a handle elsewhere.</exception>
    public uint IdOf(BpfMap map) => IdOf(Add(map));

    /// <summary>Finds a map by its number.</summary>
    /// <param name="id">The number, or any other.</param>
    /// <param name="map">The map; null: there is none of this number.</param>
    public bool TryFindById(uint id, [NotNullWhen(true)] out BpfMap? map) => TryFind(AddressSpace.Maps + (((ulong)id - 1) * Stride), out map);

    /// <summary>The number of the map that has a handle.</summary>
    internal static uint IdOf(ulong handle) => (uint)((handle - AddressSpace.Maps) / Stride) + 1;

    /// <summary>Finds the value of any map that has an address in it.</summary>
    /// <param name="address">The address.</param>
    /// <param name="region">The value.</param>
    public bool TryFind(ulong address, out MemoryRegion region) =>
        TryFindHolder(address, out _, out region);

    /// <summary>Finds the map that has an address in one of its values.</summary>
    /// <param name="address">The address.</param>
    /// <param name="holder">The map; null: there is none.</param>
    /// <param name="region">The value.</param>
    internal bool TryFindHolder(ulong address, [NotNullWhen(true)] out BpfMap? holder, out MemoryRegion region)
    {
        foreach (BpfMap? map in Volatile.Read(ref _maps))
        {
            if (map is null)
            {
                break;
            }

            if (map.TryFindValue(address, out region))
            {
                holder = map;
                return true;
            }
        }

        holder = null;
        region = default;
        return false;
    }
}
