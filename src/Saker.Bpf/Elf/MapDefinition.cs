using Saker.Bpf.Btf;

namespace Saker.Bpf.Elf;

/// <summary>
/// Reads the definition of one map from the type of its variable: a structure whose members are named as attributes of a map. A number is the length of an array
/// that the member points to (<c>__uint</c>), a type what it points to (<c>__type</c>).
/// </summary>
internal sealed class MapDefinition(BtfSpec types)
{
    private const uint PinnedByName = 1;

    /// <summary>What is wrong with it, as the end of a sentence.</summary>
    public string Problem { get; private set; } = "";

    /// <summary>Where in the variable the values begin that it holds from the beginning, in bytes; null: it has none.</summary>
    public uint? SlotsOffset { get; private set; }

    public MapSpec? Read(string name, uint type, bool isInner)
    {
        if (types.Resolve(type) is not BtfComposite { Kind: BtfKind.Structure } definition)
        {
            return Wrong("is no structure");
        }

        MapSpec? map = new() { Name = name };
        HashSet<string> known = new(StringComparer.Ordinal);
        foreach (BtfMember member in definition.Members)
        {
            // Also keeps a long structure from being read anew for each of many maps: few names are known.
            if (!known.Add(member.Name))
            {
                return Wrong($"has two members '{member.Name}'");
            }

            map = member.Name switch
            {
                "key" => WithKey(map, member.Type),
                "value" => WithValue(map, member.Type),
                "values" => WithValues(map, member, isInner),
                "map_extra" => WithExtra(map, member.Type),
                _ => WithNumber(map, member),
            };
            if (map is null)
            {
                return null;
            }
        }

        return map.Type == MapType.Unspecified ? Wrong("has no type") : map;
    }

    private MapSpec? WithNumber(MapSpec map, BtfMember member)
    {
        if (types.Resolve(member.Type) is not BtfPointer pointer || types.Resolve(pointer.Target) is not BtfArray array)
        {
            return Wrong($"has a member '{member.Name}' that is no number (__uint)");
        }

        uint number = array.Count;
        return member.Name switch
        {
            "type" => map with { Type = (MapType)number },
            "max_entries" => map with { MaximumEntries = number },
            "map_flags" => map with { Flags = number },
            "numa_node" => map with { NumaNode = number },
            "key_size" => map.KeySize != 0 && map.KeySize != number ? Wrong($"has keys of {map.KeySize} and of {number} bytes") : map with { KeySize = number },
            "value_size" => map.ValueSize != 0 && map.ValueSize != number ? Wrong($"has values of {map.ValueSize} and of {number} bytes") : map with { ValueSize = number },
            "pinning" => number > PinnedByName ? Wrong($"is pinned in a way {number}, and only 0 (not) and {PinnedByName} (by name) are known") : map with { IsPinnedByName = number == PinnedByName },
            "map_extra" => map with { Extra = number },
            _ => Wrong($"has a member '{member.Name}', and no attribute of maps has this name"),
        };
    }

    private MapSpec? WithKey(MapSpec map, uint type)
    {
        if (types.Resolve(type) is not BtfPointer pointer || types.SizeOf(pointer.Target) is not { } size || (map.KeySize != 0 && map.KeySize != size))
        {
            return Wrong("has a key whose type has no size, or another one than its key_size says (__type)");
        }

        return map with { KeySize = size, KeyTypeId = pointer.Target };
    }

    private MapSpec? WithValue(MapSpec map, uint type)
    {
        if (types.Resolve(type) is not BtfPointer pointer || types.SizeOf(pointer.Target) is not { } size || (map.ValueSize != 0 && map.ValueSize != size))
        {
            return Wrong("has a value whose type has no size, or another one than its value_size says (__type)");
        }

        return map with
        {
            ValueSize = size,
            ValueTypeId = pointer.Target,
            SpinLockOffset = SpinLockField.OffsetIn(types, pointer.Target),
            SpecialFields = SpecialFieldFinder.Find(types, pointer.Target),
        };
    }

    private MapSpec? WithExtra(MapSpec map, uint type)
    {
        // A number of 64 bits (__ulong) is the only value of an enumeration.
        return types.Resolve(type) is BtfEnumeration { Values: [{ } only] } ? map with { Extra = (ulong)only.Value } : WithNumber(map, new BtfMember("map_extra", type, 0, 0));
    }

    private MapSpec? WithValues(MapSpec map, BtfMember member, bool isInner)
    {
        if (isInner || types.Resolve(member.Type) is not BtfArray array || types.Resolve(array.Element) is not BtfPointer pointer)
        {
            return Wrong(isInner ? "holds maps that hold maps" : "has values that are no array of pointers (__array)");
        }

        if (map.ValueSize is not (0 or 4))
        {
            return Wrong($"has values of {map.ValueSize} bytes, and maps and programs are kept in 4");
        }

        SlotsOffset = member.BitOffset / 8;
        map = map with { ValueSize = 4 };
        if (types.Resolve(pointer.Target) is BtfFunctionPrototype)
        {
            return map;
        }

        return Read(map.Name + ".inner", pointer.Target, isInner: true) is { } inner ? map with { Inner = inner } : null;
    }

    private MapSpec? Wrong(string problem)
    {
        Problem = problem;
        return null;
    }
}
