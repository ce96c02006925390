using Saker.Bpf.Btf;

namespace Saker.Bpf.Elf;

/// <summary>Finds the spin lock in the type of a map's values: a structure of a name that only it has.</summary>
internal static class SpinLockField
{
    private const string TypeName = "bpf_spin_lock";
    private const int DeepestNesting = 8;

    /// <summary>Where the lock is, in bytes; null: there is none.</summary>
    public static uint? OffsetIn(BtfSpec types, uint type) => OffsetIn(types, type, 0);

    private static uint? OffsetIn(BtfSpec types, uint type, int depth)
    {
        if (depth == DeepestNesting)
        {
            return null;
        }

        switch (types.Resolve(type))
        {
            case BtfComposite { Kind: BtfKind.Structure, Name: TypeName }:
                return 0;
            case BtfComposite { Kind: BtfKind.Structure } structure:
                foreach (BtfMember member in structure.Members)
                {
                    if (OffsetIn(types, member.Type, depth + 1) is { } inMember)
                    {
                        return (member.BitOffset / 8) + inMember;
                    }
                }

                return null;
            case BtfDataSection section:
                foreach (BtfSectionVariable place in section.Variables)
                {
                    if (types[place.Variable] is BtfVariable variable && OffsetIn(types, variable.Type, depth + 1) is { } inVariable)
                    {
                        return place.Offset + inVariable;
                    }
                }

                return null;
            default:
                return null;
        }
    }
}
