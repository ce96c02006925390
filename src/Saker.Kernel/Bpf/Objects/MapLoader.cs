using System.Numerics;
using Saker.Bpf;
using Saker.Kernel.Interop;

namespace Saker.Kernel.Bpf;

/// <summary>Makes an object's maps, or takes them from where they are pinned, and puts maps and programs into those that hold some.</summary>
internal sealed class MapLoader(KernelObjectOptions options, KernelTypes? types)
{
    private readonly List<string> _pinned = [];

    public Dictionary<string, KernelMap> Maps { get; } = [];

    public KernelRefusal? Make(ObjectSpec spec)
    {
        foreach (MapSpec wanted in spec.Maps)
        {
            MapSpec map = Complete(wanted);
            if (options.Maps.TryGetValue(map.Name, out KernelMap? given))
            {
                if (given.DifferenceFrom(map) is { } difference)
                {
                    return new KernelRefusal($"the map '{given.Name}' that is given for '{map.Name}' {difference}", 0);
                }

                Maps.Add(map.Name, given);
            }
            else if ((map.IsPinnedByName ? MakePinned(map) : Make(map)) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    /// <summary>Puts in what maps of maps and arrays of programs hold from the beginning.</summary>
    public KernelRefusal? FillSlots(ObjectSpec spec, Dictionary<string, KernelProgram> programs)
    {
        foreach (MapSpec map in spec.Maps.Where(map => !options.Maps.ContainsKey(map.Name)))
        {
            foreach (MapSlot slot in map.Slots)
            {
                // A program that was not asked for leaves its place empty.
                BpfError error = Maps.TryGetValue(slot.Name, out KernelMap? inner) ? Maps[map.Name].Update(slot.Index, inner)
                    : programs.TryGetValue(slot.Name, out KernelProgram? program) ? Maps[map.Name].Update(slot.Index, program)
                    : BpfError.None;
                if (error != BpfError.None)
                {
                    return new KernelRefusal($"'{slot.Name}' in place {slot.Index} of the map '{map.Name}'", (int)error, error == BpfError.InvalidArgument ? "it is of another type than those that the map holds" : "");
                }
            }
        }

        return null;
    }

    /// <summary>Takes back what was made.</summary>
    public void GiveUp()
    {
        foreach (KernelMap map in Maps.Values.Except(options.Maps.Values))
        {
            map.Dispose();
        }

        foreach (string path in _pinned)
        {
            BpfFileSystem.Unpin(path);
        }
    }

    /// <summary>What an object leaves to who loads it: sizes that depend on the machine, and that variables can be mapped.</summary>
    private static MapSpec Complete(MapSpec map) => map switch
    {
        { Type: MapType.PerfEventArray, MaximumEntries: 0 } => map with { MaximumEntries = (uint)PossibleCpus.Count },
        { Type: MapType.RingBuffer or MapType.UserRingBuffer, MaximumEntries: > 0 and <= 1u << 31 } =>
            map with { MaximumEntries = BitOperations.RoundUpToPowerOf2(Math.Max(map.MaximumEntries, (uint)Environment.SystemPageSize)) },
        { IsSection: true } => map with { Flags = map.Flags | (uint)MapFlags.Mappable },
        _ => map,
    };

    private KernelRefusal? Make(MapSpec spec)
    {
        if (KernelMap.TryCreate(spec, out KernelMap? map, out KernelRefusal? refusal, types))
        {
            Maps.Add(spec.Name, map);
        }

        return refusal;
    }

    private KernelRefusal? MakePinned(MapSpec spec)
    {
        string path = Path.Combine(options.PinFolder, spec.Name);
        if (options.MountsFileSystem)
        {
            BpfFileSystem.Mount(options.PinFolder);
        }

        // Another process may pin its own between looking and pinning.
        if (!File.Exists(path))
        {
            KernelRefusal? refusal = Make(spec);
            try
            {
                if (refusal is null)
                {
                    Maps[spec.Name].Pin(path);
                    _pinned.Add(path);
                }

                return refusal;
            }
            catch (KernelException exception) when (exception.ErrorNumber == BpfSystemCall.EEXIST)
            {
                Maps.Remove(spec.Name, out KernelMap? mine);
                mine?.Dispose();
            }
            catch (KernelException exception)
            {
                return new KernelRefusal($"the map '{spec.Name}' cannot be pinned: {exception.Message}", 0);
            }
        }

        return TakePinned(spec, path);
    }

    private KernelRefusal? TakePinned(MapSpec spec, string path)
    {
        if (!KernelMap.TryOpenPinned(path, spec.Name, out KernelMap? map, out KernelRefusal? refusal))
        {
            return refusal;
        }

        if (map.DifferenceFrom(spec) is { } difference)
        {
            map.Dispose();
            return new KernelRefusal($"the map '{spec.Name}' that is pinned at {path} {difference}: unpin it, or change the object", 0);
        }

        Maps.Add(spec.Name, map);
        return null;
    }
}
