using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Saker.Bpf.Verification;

namespace Saker.Bpf.Loading;

/// <summary>The maps of an object that is being loaded: made, replaced by the caller's, or found pinned.</summary>
internal sealed unsafe class LoadedMaps(ObjectSpec spec, ObjectLoadOptions options) : IConstantSource, IVerifierMaps, IDisposable
{
    private readonly List<BpfMap?> _maps = [];
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LoadFault> _missing = new(StringComparer.Ordinal);
    private readonly List<BpfMap> _own = [];
    private readonly List<BpfMap> _newPins = [];

    private readonly MapEnvironment _environment = new()
    {
        CpuCount = options.CpuCount,
        HashSeed = options.HashSeed,
        Sockets = options.Sockets,
        Handles = options.Handles ?? options.Pins?.Handles ?? new MapHandles(),
    };

    public MapHandles Handles => _environment.Handles;

    /// <summary>The maps by name; those that could not be made are not among them.</summary>
    public Dictionary<string, BpfMap> Made { get; } = new(StringComparer.Ordinal);

    /// <summary>Makes all maps. What cannot be made is a fault only if a program needs it.</summary>
    public LoadFault? Make()
    {
        foreach (string name in options.Maps.Keys)
        {
            if (spec.FindMap(name) is null)
            {
                return LoadFault.OfMap(name, "the object has no map of this name that could be replaced");
            }
        }

        foreach (MapSpec asked in spec.Maps)
        {
            LoadFault? fault = Provide(WithDefaults(asked), out BpfMap? map);
            if (fault is not null)
            {
                _missing.TryAdd(asked.Name, fault);
            }

            if (map is not null && Adopt(map) is { } foreign)
            {
                return foreign;
            }

            if (map is not null)
            {
                Made.TryAdd(asked.Name, map);
            }

            _numbers.TryAdd(asked.Name, _maps.Count);
            _maps.Add(map);
        }

        return null;
    }

    /// <summary>The number that stands for a map in code; a fault where the map could not be made.</summary>
    public LoadFault? NumberOf(string name, out int number)
    {
        if (_numbers.TryGetValue(name, out number))
        {
            return _missing.GetValueOrDefault(name);
        }

        return LoadFault.OfMap(name, "the object has no such map");
    }

    /// <inheritdoc/>
    public bool TryResolve(ConstantKind kind, int first, int second, out ulong value)
    {
        value = 0;
        BpfMap? map = (uint)first < (uint)_maps.Count ? _maps[first] : null;
        switch (kind)
        {
            case ConstantKind.Map when map is not null:
                value = map.Handle;
                return true;
            case ConstantKind.MapValue when map is not null && (uint)second <= (uint)map.ValueSize:
                uint index = 0;
                byte* values = map.Find((byte*)&index, 0);
                value = (ulong)values + (uint)second;
                return values is not null;
            case ConstantKind.Variable:
                // Functions have numbers, and what a program can do without is 0.
                value = (uint)first;
                return true;
            default:
                return false;
        }
    }

    /// <inheritdoc/>
    public bool TryFind(ConstantKind kind, int number, [NotNullWhen(true)] out VerifierMap? map)
    {
        map = kind == ConstantKind.Map && (uint)number < (uint)_maps.Count && _maps[number] is { } made ? VerifierMap.Of(made) : null;
        return map is not null;
    }

    /// <summary>Puts maps and programs into the maps that hold them from the beginning.</summary>
    public LoadFault? Fill(IReadOnlyDictionary<string, LoadedProgram> programs)
    {
        foreach (MapSpec asked in spec.Maps)
        {
            if (!Made.TryGetValue(asked.Name, out BpfMap? map) || options.Maps.ContainsKey(asked.Name))
            {
                continue;
            }

            foreach (MapSlot slot in asked.Slots)
            {
                BpfError error = BpfError.None;
                if (map is ProgramArrayMap array)
                {
                    // A program that was not asked for leaves its place empty.
                    error = programs.TryGetValue(slot.Name, out LoadedProgram? program) ? array.Update(slot.Index, program.Executable) : BpfError.None;
                }
                else if (NumberOf(slot.Name, out int number) is { } fault)
                {
                    return fault;
                }
                else
                {
                    error = Put(map, slot.Index, Handles.IdOf(_maps[number]!));
                }

                if (error != BpfError.None)
                {
                    return LoadFault.OfMap(asked.Name, $"'{slot.Name}' cannot be put at {slot.Index}: {error}");
                }
            }
        }

        return null;
    }

    /// <summary>All went well: what is pinned by name is left to those who come after.</summary>
    public void Keep()
    {
        foreach (BpfMap map in _newPins)
        {
            options.Pins!.Add(map);
            _own.Remove(map);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (BpfMap map in _own)
        {
            map.Dispose();
        }
    }

    private LoadFault? Provide(MapSpec asked, out BpfMap? map)
    {
        if (options.Maps.TryGetValue(asked.Name, out map))
        {
            return FaultOf(asked, map, "the map given for it");
        }

        if (asked.IsPinnedByName && options.Pins is { } pins && pins.TryGet(asked.Name, out map))
        {
            return FaultOf(asked, map, "the pinned one");
        }

        if (!BpfMap.TryCreate(asked, _environment, out map, out MapFault? fault))
        {
            return LoadFault.OfMap(asked.Name, fault.Message);
        }

        _own.Add(map);
        if (asked.IsPinnedByName && options.Pins is not null)
        {
            _newPins.Add(map);
        }

        return null;
    }

    private LoadFault? Adopt(BpfMap map)
    {
        if (map.Handle != 0 && !(Handles.TryFind(map.Handle, out BpfMap? known) && known == map))
        {
            return LoadFault.OfMap(map.Name, "it belongs to other programs: load those that share maps with the same handles");
        }

        Handles.Add(map);
        return null;
    }

    /// <summary>One value for each CPU is what perf event arrays have where nothing is said.</summary>
    private MapSpec WithDefaults(MapSpec asked) =>
        asked is { Type: MapType.PerfEventArray, MaximumEntries: 0 } ? asked with { MaximumEntries = (uint)options.CpuCount } : asked;

    private static LoadFault? FaultOf(MapSpec asked, BpfMap map, string which)
    {
        bool isLike = map.Type == asked.Type && map.KeySize == asked.KeySize && map.ValueSize == asked.ValueSize
            && map.MaximumEntries == asked.MaximumEntries && map.Flags == asked.Flags;
        return isLike ? null : LoadFault.OfMap(
            asked.Name,
            $"the object wants {Describe(asked.Type, asked.KeySize, asked.ValueSize, asked.MaximumEntries, asked.Flags)}, and {which} is {Describe(map.Type, (uint)map.KeySize, (uint)map.ValueSize, map.MaximumEntries, map.Flags)}");
    }

    private static string Describe(MapType type, uint key, uint value, uint entries, uint flags) =>
        $"{type.KernelName()} with keys of {key} and values of {value} bytes, {entries} entries and flags 0x{flags:x}";

    private static BpfError Put(BpfMap map, uint index, uint number) =>
        map.Update(MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(in index)), MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(in number)));
}
