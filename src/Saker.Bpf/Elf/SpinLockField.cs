using Saker.Bpf.Btf;

namespace Saker.Bpf.Elf;

/// <summary>
/// Finds the spin lock in the type of a map's values, a structure of a name that only it has, where the kernel finds it (<c>btf_parse_fields</c>): as a member or variable by
/// no other name, in structures inside as well, on its own or as the only element of an array. One that is not aligned is none, and where there are two, neither is.
/// </summary>
internal sealed class SpinLockField
{
    private const string TypeName = "bpf_spin_lock";
    private const uint Size = 4;
    private const uint Alignment = 4;

    /// <summary>How deep structures are looked into (<c>MAX_RESOLVE_DEPTH</c>).</summary>
    private const int DeepestNesting = 32;

    private readonly BtfSpec _types;

    /// <summary>Structures without a lock: each is looked into once, however often it is part of others.</summary>
    private readonly HashSet<uint> _without = [];

    private uint? _offset;

    private SpinLockField(BtfSpec types) => _types = types;

    /// <summary>Where the lock is, in bytes; null: there is none.</summary>
    public static uint? OffsetIn(BtfSpec types, uint type)
    {
        SpinLockField field = new(types);
        bool isClear = types.Resolve(type) switch
        {
            BtfComposite { Kind: BtfKind.Structure } structure => field.LookInto(structure, 0, 0),
            BtfDataSection section => field.LookInto(section),
            _ => true,
        };
        return isClear ? field._offset : null;
    }

    /// <returns>Whether there is not more than one lock.</returns>
    private bool LookInto(BtfComposite structure, uint start, int depth)
    {
        if (depth == DeepestNesting)
        {
            return false;
        }

        bool isNamed = false;
        foreach (BtfMember member in structure.Members)
        {
            if (!LookAt(member.Type, start, member.BitOffset / 8, null, depth, ref isNamed))
            {
                return false;
            }
        }

        if (_offset is null)
        {
            _without.Add(structure.Id);
        }

        return true;
    }

    private bool LookInto(BtfDataSection section)
    {
        bool isNamed = false;
        foreach (BtfSectionVariable place in section.Variables)
        {
            if (_types[place.Variable] is BtfVariable variable && !LookAt(variable.Type, 0, place.Offset, place.Size, 0, ref isNamed))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Looks at a part of a structure or section.</summary>
    /// <param name="id">Its type.</param>
    /// <param name="start">Where in the value the structure begins.</param>
    /// <param name="offset">Where in the structure the part is.</param>
    /// <param name="size">How long it must be; null: as long as it is.</param>
    /// <param name="depth">How many structures are around the structure.</param>
    /// <param name="isNamed">Whether the structure had a part of the lock's name already.</param>
    private bool LookAt(uint id, uint start, uint offset, uint? size, int depth, ref bool isNamed)
    {
        BtfType type = _types[id];
        ulong count = 1;
        while (type is BtfArray array)
        {
            count = Math.Min(count * array.Count, uint.MaxValue);
            type = _types[array.Element];
        }

        if (count == 0)
        {
            return true;
        }

        BtfComposite? structure = type is BtfComposite { Kind: BtfKind.Structure } composite ? composite : null;
        bool isFitting = structure is not null && (size is null || size == structure.Size * count);
        if (type.Name == TypeName)
        {
            (bool isFirst, isNamed) = (!isNamed, true);
            return isFirst && (!isFitting || structure!.Size != Size || offset % Alignment != 0 || (count == 1 && Take(start + offset)));
        }

        if (!isFitting || _without.Contains(structure!.Id))
        {
            return true;
        }

        uint? before = _offset;
        return LookInto(structure, start + offset, depth + 1) && (_offset == before || count == 1);
    }

    private bool Take(uint offset)
    {
        bool isFirst = _offset is null;
        _offset = offset;
        return isFirst;
    }
}
