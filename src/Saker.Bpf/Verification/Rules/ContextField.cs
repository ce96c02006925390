namespace Saker.Bpf.Verification;

/// <summary>A field of a program's context, or several of the same kind beside each other, and who may do what with it.</summary>
/// <param name="Name">The kernel's name.</param>
/// <param name="Offset">Where it begins, in bytes.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="Readers">The types of programs that may load it.</param>
/// <param name="Reads">In which widths; an access lies at a multiple of its own width, and within the field.</param>
/// <param name="Writers">The types that may store to it.</param>
/// <param name="Writes">In which widths.</param>
/// <param name="Value">What a load gives. Pointers are not loaded with a sign.</param>
internal sealed record ContextField(
    string Name, int Offset, int Size, HelperPrograms Readers, AccessWidths Reads, HelperPrograms Writers, AccessWidths Writes, ContextValue Value = ContextValue.Number)
{
    /// <summary>Whether an access lies within it.</summary>
    public bool Holds(int offset, int width) => offset >= Offset && offset + width <= Offset + Size && offset % width == 0;
}
