namespace Saker.Bpf;

/// <summary>What a CO-RE relocation asks of a type, with the format's numbers (<c>enum bpf_core_relo_kind</c> of Linux 6.18).</summary>
public enum CoreRelocationKind : uint
{
    /// <summary>Where a field begins, in bytes.</summary>
    FieldByteOffset,

    /// <summary>How many bytes it has.</summary>
    FieldByteSize,

    /// <summary>Whether it is there.</summary>
    FieldExists,

    /// <summary>Whether it is signed.</summary>
    FieldSigned,

    /// <summary>How far a bit field, loaded, is shifted to the left.</summary>
    FieldLeftShift,

    /// <summary>How far it is then shifted to the right.</summary>
    FieldRightShift,

    /// <summary>The type's number in the object.</summary>
    TypeIdLocal,

    /// <summary>Its number in the kernel.</summary>
    TypeIdTarget,

    /// <summary>Whether it is there.</summary>
    TypeExists,

    /// <summary>How many bytes it has.</summary>
    TypeSize,

    /// <summary>Whether a name for a value is there.</summary>
    EnumeratorExists,

    /// <summary>The value of that name.</summary>
    EnumeratorValue,

    /// <summary>Whether the type is there and is the same.</summary>
    TypeMatches,
}

/// <summary>A place in code that depends on the layout of a type of the kernel.</summary>
/// <param name="Instruction">The slot.</param>
/// <param name="Kind">What is asked of the type.</param>
/// <param name="TypeId">The type as the program sees it, in the object's BTF.</param>
/// <param name="Access">The way from it to the field, as numbers of members and elements: <c>0:1:2</c>.</param>
public readonly record struct CoreRelocation(int Instruction, CoreRelocationKind Kind, uint TypeId, string Access)
{
    /// <summary>The helper's number that code calls which depends on what the kernel has not: no helper has it, and verifiers name it.</summary>
    public const int PoisonedCall = 195_896_080;
}
