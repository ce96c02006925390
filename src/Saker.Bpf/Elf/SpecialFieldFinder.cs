using System.Collections.Immutable;
using Saker.Bpf.Btf;

namespace Saker.Bpf.Elf;

/// <summary>
/// Finds what the kernel keeps in a map's values for itself beside the lock (<see cref="SpinLockField"/>): structures of names that only they have, and pointers with a tag that makes
/// them the kernel's. It looks into structures and arrays as the kernel does (<c>btf_parse_fields</c>), not into unions.
/// </summary>
internal sealed class SpecialFieldFinder
{
    /// <summary>How deep structures are looked into (<c>MAX_RESOLVE_DEPTH</c>).</summary>
    private const int DeepestNesting = 32;

    /// <summary>How many there are at most (<c>BTF_FIELDS_MAX</c>).</summary>
    private const int MostFields = 11;

    private const uint PointerSize = 8;

    private readonly BtfSpec _types;
    private readonly List<SpecialField> _fields = [];

    /// <summary>Structures without such fields: each is looked into once, however often it is part of others.</summary>
    private readonly HashSet<uint> _without = [];

    private SpecialFieldFinder(BtfSpec types) => _types = types;

    /// <summary>The fields in the order of their places; the first eleven.</summary>
    public static ImmutableArray<SpecialField> Find(BtfSpec types, uint type)
    {
        SpecialFieldFinder finder = new(types);
        switch (types.Resolve(type))
        {
            case BtfComposite { Kind: BtfKind.Structure } structure:
                finder.LookInto(structure, 0, 0);
                break;
            case BtfDataSection section:
                foreach (BtfSectionVariable place in section.Variables)
                {
                    if (types[place.Variable] is BtfVariable variable)
                    {
                        finder.LookAt(variable.Type, place.Offset, 0);
                    }
                }

                break;
        }

        return [.. finder._fields.OrderBy(field => field.Offset)];
    }

    private void LookInto(BtfComposite structure, uint start, int depth)
    {
        if (depth == DeepestNesting || _without.Contains(structure.Id))
        {
            return;
        }

        int before = _fields.Count;
        foreach (BtfMember member in structure.Members)
        {
            LookAt(member.Type, start + (member.BitOffset / 8), depth);
        }

        if (_fields.Count == before)
        {
            _without.Add(structure.Id);
        }
    }

    private void LookAt(uint id, uint offset, int depth)
    {
        BtfType type = _types[id];
        ulong count = 1;
        while (type is BtfArray array)
        {
            count = Math.Min(count * array.Count, uint.MaxValue);
            type = _types[array.Element];
        }

        for (ulong i = 0; i < count && _fields.Count < MostFields; i++)
        {
            int before = _fields.Count;
            uint size = LookAt(type, offset, depth);
            if (_fields.Count == before)
            {
                return;
            }

            offset += size;
        }
    }

    /// <returns>How many bytes it has.</returns>
    private uint LookAt(BtfType type, uint offset, int depth)
    {
        switch (type)
        {
            case BtfComposite { Kind: BtfKind.Structure } structure when IsKept(structure.Name):
                _fields.Add(new SpecialField(structure.Name, offset, structure.Size));
                return structure.Size;
            case BtfComposite { Kind: BtfKind.Structure } structure:
                LookInto(structure, offset, depth + 1);
                return structure.Size;
            case BtfPointer pointer when _types[pointer.Target] is BtfAlias { Kind: BtfKind.TypeTag } tag && IsKept(tag.Name):
                _fields.Add(new SpecialField(tag.Name, offset, PointerSize));
                return PointerSize;
            default:
                return 0;
        }
    }

    private static bool IsKept(string name) => name
        is "bpf_timer" or "bpf_wq" or "bpf_task_work" or "bpf_res_spin_lock" or "bpf_list_head" or "bpf_rb_root" or "bpf_refcount"
        or "kptr" or "kptr_untrusted" or "percpu_kptr" or "uptr";
}
