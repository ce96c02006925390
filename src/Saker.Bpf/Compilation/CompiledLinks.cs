namespace Saker.Bpf.Compilation;

/// <summary>A function that was compiled.</summary>
internal delegate ulong CompiledFunction(BpfCpu cpu, ulong r1, ulong r2, ulong r3, ulong r4, ulong r5);

/// <summary>The objects that the methods of a program refer to: each of them gets it as its first argument.</summary>
/// <param name="helpers">The helpers that the program calls by number.</param>
internal sealed class CompiledLinks(BpfHelper[] helpers)
{
    /// <summary>The helpers that the program calls by number, in the order in which they were met.</summary>
    public readonly BpfHelper[] Helpers = helpers;

    /// <summary>The functions of which the program takes the address, by their slot.</summary>
    public Dictionary<int, CompiledFunction> Functions { get; } = [];
}
