using System.Diagnostics.CodeAnalysis;

namespace Saker.Bpf;

/// <summary>Objects of BPF programs, as <c>clang -target bpf -c</c> makes them.</summary>
public static class BpfObject
{
    /// <summary>Reads an object of either byte order. What comes from the file is checked; time and memory are bounded by its length.</summary>
    /// <param name="bytes">The file; it is copied.</param>
    /// <param name="spec">What it holds; null where there is a fault.</param>
    /// <param name="fault">What is wrong with it, with section and offset; null where there is a spec.</param>
    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out ObjectSpec? spec, [NotNullWhen(false)] out ObjectFault? fault)
    {
        spec = null;
        return Elf.ElfFile.TryRead(bytes, out Elf.ElfFile? file, out fault) && new Elf.ObjectReader(file).TryRead(out spec, out fault);
    }
}
