using System.Collections.Immutable;

namespace Saker.Bpf.Btf;

/// <summary>A type of BTF. It names other types by their numbers in the same <see cref="BtfSpec"/>, so that types may point to each other in circles.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its name; empty: it has none.</param>
public abstract record BtfType(BtfKind Kind, string Name)
{
    /// <summary>Its number in its <see cref="BtfSpec"/>.</summary>
    public uint Id { get; internal init; }

    /// <summary>How many types are parts of it, not behind a pointer: a circle of these would have no size.</summary>
    internal virtual int PartCount => 0;

    internal virtual uint Part(int index) => throw new ArgumentOutOfRangeException(nameof(index));
}

/// <summary><c>void</c>.</summary>
public sealed record BtfVoid() : BtfType(BtfKind.Void, "");

/// <summary>A number.</summary>
/// <param name="Name">Its name in C.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Encoding">How it is to be read.</param>
/// <param name="Bits">Bits of value.</param>
/// <param name="BitOffset">Where they begin; 0 but in old objects.</param>
public sealed record BtfInteger(string Name, uint Size, BtfIntegerEncoding Encoding, byte Bits, byte BitOffset) : BtfType(BtfKind.Integer, Name);

/// <summary>How an integer is to be read.</summary>
[Flags]
public enum BtfIntegerEncoding : byte
{
    /// <summary>Unsigned.</summary>
    None = 0,

    /// <summary>Signed.</summary>
    Signed = 1,

    /// <summary>A character.</summary>
    Character = 2,

    /// <summary>A truth value.</summary>
    Boolean = 4,
}

/// <summary>A type that is one other type with something to it.</summary>
/// <param name="Kind">What is to it.</param>
/// <param name="Name">The name of a typedef, the text of a tag; else empty.</param>
/// <param name="Target">The other type.</param>
public abstract record BtfReference(BtfKind Kind, string Name, uint Target) : BtfType(Kind, Name);

/// <summary>A pointer.</summary>
/// <param name="Target">To what.</param>
public sealed record BtfPointer(uint Target) : BtfReference(BtfKind.Pointer, "", Target);

/// <summary>A type with <c>const</c>, <c>volatile</c> or <c>restrict</c>, a typedef, or a type with a tag: it has the size and the members of its target.</summary>
/// <param name="Kind">Which of these.</param>
/// <param name="Name">The typedef's name or the tag's text; else empty.</param>
/// <param name="Target">The type itself.</param>
public sealed record BtfAlias(BtfKind Kind, string Name, uint Target) : BtfReference(Kind, Name, Target)
{
    internal override int PartCount => 1;

    internal override uint Part(int index) => Target;
}

/// <summary>An array.</summary>
/// <param name="Element">The type of its elements.</param>
/// <param name="Index">The type of its index.</param>
/// <param name="Count">How many elements; 0: as many as follow.</param>
public sealed record BtfArray(uint Element, uint Index, uint Count) : BtfType(BtfKind.Array, "")
{
    internal override int PartCount => 1;

    internal override uint Part(int index) => Element;
}

/// <summary>A structure or a union.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Name">Its name; empty: it has none.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Members">Its members, as declared.</param>
public sealed record BtfComposite(BtfKind Kind, string Name, uint Size, ImmutableArray<BtfMember> Members) : BtfType(Kind, Name)
{
    /// <summary>Whether a member is a bit field.</summary>
    public bool HasBitfields => Members.Any(member => member.BitfieldSize != 0);

    internal override int PartCount => Members.Length;

    internal override uint Part(int index) => Members[index].Type;
}

/// <summary>A member of a structure or union.</summary>
/// <param name="Name">Its name; empty: an unnamed structure or union whose members count as the outer one's.</param>
/// <param name="Type">Its type.</param>
/// <param name="BitOffset">Where it begins, in bits.</param>
/// <param name="BitfieldSize">Its bits, if it is a bit field; else 0.</param>
public readonly record struct BtfMember(string Name, uint Type, uint BitOffset, byte BitfieldSize);

/// <summary>Names for values, of 32 bits or of 64.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Name">Its name; empty: it has none.</param>
/// <param name="Size">Bytes of a variable of it.</param>
/// <param name="IsSigned">Whether values are signed.</param>
/// <param name="Values">Names and values.</param>
public sealed record BtfEnumeration(BtfKind Kind, string Name, uint Size, bool IsSigned, ImmutableArray<BtfEnumerator> Values) : BtfType(Kind, Name);

/// <summary>A name for a value.</summary>
/// <param name="Name">The name.</param>
/// <param name="Value">The value, extended to 64 bits as the enumeration's sign says.</param>
public readonly record struct BtfEnumerator(string Name, long Value);

/// <summary>A structure or union of which only the name is told.</summary>
/// <param name="Name">The name.</param>
/// <param name="IsUnion">Whether it is a union.</param>
public sealed record BtfForward(string Name, bool IsUnion) : BtfType(BtfKind.Forward, Name);

/// <summary>Who sees a function or variable.</summary>
public enum BtfLinkage : byte
{
    /// <summary>Its own file.</summary>
    Static,

    /// <summary>All.</summary>
    Global,

    /// <summary>All, and it is somewhere else.</summary>
    External,
}

/// <summary>A function.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Prototype">Its <see cref="BtfFunctionPrototype"/>.</param>
/// <param name="Linkage">Who sees it.</param>
public sealed record BtfFunction(string Name, uint Prototype, BtfLinkage Linkage) : BtfType(BtfKind.Function, Name);

/// <summary>What a function takes and returns.</summary>
/// <param name="Return">The type that it returns.</param>
/// <param name="Parameters">What it takes; a last one without name and type: whatever follows (<c>...</c>).</param>
public sealed record BtfFunctionPrototype(uint Return, ImmutableArray<BtfParameter> Parameters) : BtfType(BtfKind.FunctionPrototype, "");

/// <summary>A parameter of a function.</summary>
/// <param name="Name">Its name; empty: it has none.</param>
/// <param name="Type">Its type.</param>
public readonly record struct BtfParameter(string Name, uint Type);

/// <summary>A variable.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
/// <param name="Linkage">Who sees it.</param>
public sealed record BtfVariable(string Name, uint Type, BtfLinkage Linkage) : BtfType(BtfKind.Variable, Name)
{
    internal override int PartCount => 1;

    internal override uint Part(int index) => Type;
}

/// <summary>A section of variables.</summary>
/// <param name="Name">The section's name.</param>
/// <param name="Size">Bytes; 0: the compiler did not know.</param>
/// <param name="Variables">What lies in it.</param>
public sealed record BtfDataSection(string Name, uint Size, ImmutableArray<BtfSectionVariable> Variables) : BtfType(BtfKind.DataSection, Name);

/// <summary>A variable's place in a section.</summary>
/// <param name="Variable">The <see cref="BtfVariable"/>; in <c>.ksyms</c> it may be a <see cref="BtfFunction"/>.</param>
/// <param name="Offset">Bytes from the section's beginning.</param>
/// <param name="Size">Bytes.</param>
public readonly record struct BtfSectionVariable(uint Variable, uint Offset, uint Size);

/// <summary>A floating-point number.</summary>
/// <param name="Name">Its name in C.</param>
/// <param name="Size">Bytes.</param>
public sealed record BtfFloat(string Name, uint Size) : BtfType(BtfKind.Float, Name);

/// <summary>A tag on a declaration.</summary>
/// <param name="Name">The tag's text.</param>
/// <param name="Target">What is tagged: a composite, function, variable or typedef.</param>
/// <param name="Component">Which member or parameter; -1: the whole.</param>
public sealed record BtfDeclarationTag(string Name, uint Target, int Component) : BtfType(BtfKind.DeclarationTag, Name);
