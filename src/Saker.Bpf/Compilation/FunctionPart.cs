namespace Saker.Bpf.Compilation;

/// <summary>A part of a function that becomes a method of its own.</summary>
/// <param name="Number">Its number among the function's parts.</param>
/// <param name="Blocks">Its blocks, in the order of slots.</param>
/// <param name="Entries">Those at which it is entered from other parts, or where the function begins.</param>
internal sealed record FunctionPart(int Number, IReadOnlyList<CodeBlock> Blocks, IReadOnlyList<CodeBlock> Entries);
