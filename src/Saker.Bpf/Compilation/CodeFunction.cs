namespace Saker.Bpf.Compilation;

/// <summary>A function of a program.</summary>
/// <param name="Entry">Where it begins.</param>
/// <param name="Blocks">All that it consists of, in the order of slots.</param>
/// <param name="IsAddressTaken">Whether the program takes its address, so that anybody may call it.</param>
internal sealed record CodeFunction(CodeBlock Entry, IReadOnlyList<CodeBlock> Blocks, bool IsAddressTaken)
{
    /// <summary>How many slots it has.</summary>
    public int Length { get; } = Blocks.Sum(static block => block.Last.Next - block.First);

    /// <summary>Its instructions.</summary>
    public IEnumerable<CodeInstruction> Instructions => Blocks.SelectMany(static block => block.Instructions);
}
