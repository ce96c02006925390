using Saker.Tests.Bpf.Btf;

namespace Saker.Tests.Bpf.Elf;

/// <summary>Types of values, and where in them Linux 6.18 finds the spin lock; null: nowhere. The test that asks it is <c>SpinLockFieldTests</c> of the kernel tests.</summary>
internal static class LockedTypes
{
    private const uint Volatile = 9, Constant = 10, Union = 5;

    /// <summary>All cases by name: the size of the value, where the lock is, and its type, which is written behind a 32-bit and a 64-bit integer, 1 and 2, and the lock, 3.</summary>
    public static Dictionary<string, (uint Size, uint? Offset, Func<TypesWriter, uint> Write)> All { get; } = new(StringComparer.Ordinal)
    {
        ["between others"] = (24, 8, static types => Struct(types, 24, (2, 0), (3, 8), (1, 12), (2, 16))),
        ["first"] = (8, 0, static types => Struct(types, 8, (3, 0), (1, 4))),
        ["last"] = (12, 8, static types => Struct(types, 12, (2, 0), (3, 8))),
        ["none"] = (8, null, static types => Struct(types, 8, (1, 0), (1, 4))),
        ["the value itself"] = (4, null, static _ => 3),
        ["behind a name of the value"] = (8, 4, static types => types.Typedef("named", Struct(types, 8, (1, 0), (3, 4)))),
        ["by another name"] = (8, null, static types => Struct(types, 8, (1, 0), (types.Typedef("lock_t", 3), 4))),
        ["constant"] = (8, null, static types => Struct(types, 8, (1, 0), (types.Add(Constant, "", 0, 3), 4))),
        ["volatile"] = (8, null, static types => Struct(types, 8, (1, 0), (types.Add(Volatile, "", 0, 3), 4))),
        ["a pointer"] = (8, null, static types => Struct(types, 8, (types.Pointer(3), 0))),
        ["in a union"] = (8, null, static types => Struct(types, 8, (types.Add(Union, "either", 2, 4, types.Text("a"), 3, 0, types.Text("b"), 1, 0), 4))),
        ["in a structure"] = (16, 12, static types => Struct(types, 16, (2, 0), (Struct(types, 8, (1, 0), (3, 4)), 8))),
        ["in a structure by another name"] = (16, null, static types => Struct(types, 16, (2, 0), (types.Typedef("named", Struct(types, 8, (1, 0), (3, 4))), 8))),
        ["eight structures deep"] = (64, 32, static types => Nested(types, 8)),
        ["thirty structures deep"] = (256, 120, static types => Nested(types, 30)),
        ["in an array of one"] = (8, 4, static types => Struct(types, 8, (1, 0), (Array(types, 3, 1), 4))),
        ["in an array of two"] = (12, null, static types => Struct(types, 12, (1, 0), (Array(types, 3, 2), 4))),
        ["in an array of none and then"] = (8, 4, static types => Struct(types, 8, (1, 0), (Array(types, 3, 0), 4), (3, 4))),
        ["in an array of one structure"] = (12, 8, static types => Struct(types, 12, (1, 0), (Array(types, Struct(types, 8, (1, 0), (3, 4)), 1), 4))),
        ["in an array of two structures"] = (20, null, static types => Struct(types, 20, (1, 0), (Array(types, Struct(types, 8, (1, 0), (3, 4)), 2), 4))),
        ["two"] = (12, null, static types => Struct(types, 12, (1, 0), (3, 4), (3, 8))),
        ["at an odd place"] = (12, null, static types => Struct(types, 12, (2, 0), (3, 6))),
        ["at an odd place and then"] = (16, null, static types => Struct(types, 16, (2, 0), (3, 6), (3, 12))),
        ["in a structure at an odd place"] = (12, 6, static types => Struct(types, 12, (2, 0), (Struct(types, 4, (3, 0)), 6))),
        ["of eight bytes"] = (16, null, static types => Struct(types, 16, (2, 0), (types.Structure("bpf_spin_lock", 8, ("val", 2, 0)), 8))),
        ["as a union"] = (8, null, static types => Struct(types, 8, (1, 0), (types.Add(Union, "bpf_spin_lock", 1, 4, types.Text("val"), 1, 0), 4))),
        ["as an integer"] = (8, null, static types => Struct(types, 8, (1, 0), (types.Integer("bpf_spin_lock"), 4))),
        ["a variable"] = (16, 8, static types => Section(types, 16, (2, 0, 8), (3, 8, 4), (1, 12, 4))),
        ["two variables"] = (16, null, static types => Section(types, 16, (2, 0, 8), (3, 8, 4), (3, 12, 4))),
        ["in a variable"] = (16, 12, static types => Section(types, 16, (2, 0, 8), (Struct(types, 8, (1, 0), (3, 4)), 8, 8))),
        ["a variable with too much room"] = (16, null, static types => Section(types, 16, (2, 0, 8), (3, 8, 8))),
    };

    /// <summary>The cases whose types the kernel does not take at all, and its errors: two locks in a structure (E2BIG), and one that is no field since it is not aligned (EFAULT).</summary>
    public static Dictionary<string, int> Refused { get; } = new(StringComparer.Ordinal) { ["two"] = 7, ["at an odd place"] = 14, ["at an odd place and then"] = 7 };

    /// <summary>Writes a case as a section of BTF.</summary>
    /// <param name="name">The case.</param>
    /// <param name="type">The value's type.</param>
    public static byte[] Write(string name, out uint type)
    {
        TypesWriter types = new();
        types.Integer("u32");
        types.Add(1, "u64", 0, 8, 64);
        types.Structure("bpf_spin_lock", 4, ("val", 1, 0));
        type = All[name].Write(types);
        return types.ToArray();
    }

    private static uint Struct(TypesWriter types, uint size, params (uint Type, uint Byte)[] members) =>
        types.Structure($"s{types.Next}", size, [.. members.Select((member, place) => ($"m{place}", member.Type, member.Byte * 8))]);

    private static uint Array(TypesWriter types, uint element, uint count) => types.Add(3, "", 0, 0, element, 1, count);

    private static uint Nested(TypesWriter types, int depth)
    {
        uint type = 3;
        for (uint i = 1; i <= depth; i++)
        {
            type = i == depth ? Struct(types, depth == 8 ? 64u : 256, (1, 0), (type, 4)) : Struct(types, (i + 1) * 4, (1, 0), (type, 4));
        }

        return type;
    }

    private static uint Section(TypesWriter types, uint size, params (uint Type, uint Offset, uint Size)[] variables) =>
        types.DataSection(".data", size, [.. variables.Select((variable, place) => (types.Variable($"v{place}", variable.Type), variable.Offset, variable.Size))]);
}
