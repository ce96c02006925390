namespace Saker.Bpf.Btf;

/// <summary>What a type of BTF is, with the format's numbers (<c>BTF_KIND_*</c> of Linux 6.18, Documentation/bpf/btf.rst).</summary>
public enum BtfKind : byte
{
    /// <summary>No type: <c>void</c>, which has the number 0 and no record.</summary>
    Void,

    /// <summary>A number.</summary>
    Integer,

    /// <summary>A pointer.</summary>
    Pointer,

    /// <summary>An array of a fixed count.</summary>
    Array,

    /// <summary>A structure.</summary>
    Structure,

    /// <summary>A union.</summary>
    Union,

    /// <summary>Names for 32-bit values.</summary>
    Enumeration,

    /// <summary>A structure or union of which only the name is told.</summary>
    Forward,

    /// <summary>Another name of a type.</summary>
    Typedef,

    /// <summary>A type with <c>volatile</c>.</summary>
    Volatile,

    /// <summary>A type with <c>const</c>.</summary>
    Const,

    /// <summary>A pointer with <c>restrict</c>.</summary>
    Restrict,

    /// <summary>A function.</summary>
    Function,

    /// <summary>What a function takes and returns.</summary>
    FunctionPrototype,

    /// <summary>A variable.</summary>
    Variable,

    /// <summary>A section of variables.</summary>
    DataSection,

    /// <summary>A floating-point number.</summary>
    Float,

    /// <summary>A tag on a declaration (<c>btf_decl_tag</c>).</summary>
    DeclarationTag,

    /// <summary>A tag on a pointer's target (<c>btf_type_tag</c>).</summary>
    TypeTag,

    /// <summary>Names for 64-bit values.</summary>
    Enumeration64,
}
