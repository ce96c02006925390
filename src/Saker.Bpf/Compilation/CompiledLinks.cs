namespace Saker.Bpf.Compilation;

/// <summary>A function that was compiled.</summary>
internal delegate ulong CompiledFunction(BpfCpu cpu, ulong r1, ulong r2, ulong r3, ulong r4, ulong r5);

/// <summary>A part of a function that was compiled.</summary>
internal delegate int CompiledPart(BpfCpu cpu, ulong registers, int block);

/// <summary>The objects that the methods of a program refer to: each of them gets it as its first argument.</summary>
/// <param name="helpers">The helpers that the program calls by way of a delegate.</param>
/// <param name="maps">The maps that it uses.</param>
internal sealed class CompiledLinks(BpfHelper[] helpers, BpfMap[] maps)
{
    /// <summary>The maps that it uses, in the order in which they were met.</summary>
    public readonly BpfMap[] Maps = maps;

    /// <summary>The helpers that the program calls by way of a delegate, in the order in which they were met.</summary>
    public readonly BpfHelper[] Helpers = helpers;

    /// <summary>The functions, by their slot.</summary>
    public Dictionary<int, CompiledFunction> Functions { get; } = [];
}
