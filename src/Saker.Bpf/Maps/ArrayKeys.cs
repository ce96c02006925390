namespace Saker.Bpf.Maps;

/// <summary>What all maps have in common whose keys are indices.</summary>
internal static unsafe class ArrayKeys
{
    /// <summary>Whether an entry may be written (<c>array_map_update_elem</c>): all are there always.</summary>
    public static BpfError CheckUpdate(uint index, uint entries, ulong flags, bool hasLock)
    {
        const ulong Lock = (ulong)MapOperationFlags.Lock;
        return (flags & ~Lock) > (ulong)MapOperationFlags.Exist ? BpfError.InvalidArgument
            : index >= entries ? BpfError.TooBig
            : (flags & (ulong)MapOperationFlags.NoExist) != 0 ? BpfError.AlreadyExists
            : (flags & Lock) != 0 && !hasLock ? BpfError.InvalidArgument
            : BpfError.None;
    }

    /// <summary>The index behind a key; without one, or behind one that is too large, 0.</summary>
    public static BpfError Next(byte* key, byte* next, uint entries)
    {
        uint index = key is null ? uint.MaxValue : *(uint*)key;
        if (index < entries && index == entries - 1)
        {
            return BpfError.NotFound;
        }

        *(uint*)next = index >= entries ? 0 : index + 1;
        return BpfError.None;
    }
}
