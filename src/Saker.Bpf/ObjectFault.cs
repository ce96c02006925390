namespace Saker.Bpf;

/// <summary>Why bytes are no object, or no type information, that can be used. <see cref="ToString"/> is one line for a person.</summary>
/// <param name="Section">The section that is at fault by its name (<c>.BTF</c>, <c>xdp</c>), or the part of the file that is none (<c>ELF header</c>).</param>
/// <param name="Offset">Where, in bytes from the beginning of that section or part.</param>
/// <param name="Message">What is wrong there.</param>
public sealed record ObjectFault(string Section, long Offset, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Section} at 0x{Offset:x}: {Message}";
}
