namespace Saker.Bpf.Compilation;

/// <summary>Instructions that are done one after the other: control comes to the first one only, and leaves behind the last one.</summary>
/// <param name="Number">Its number within the program, in the order of slots.</param>
/// <param name="Instructions">The instructions.</param>
internal sealed record CodeBlock(int Number, ArraySegment<CodeInstruction> Instructions)
{
    /// <summary>The first slot.</summary>
    public int First => Instructions[0].Slot;

    /// <summary>The last instruction.</summary>
    public CodeInstruction Last => Instructions[^1];

    /// <summary>The blocks that it may go on in.</summary>
    public IReadOnlyList<CodeBlock> Successors { get; set; } = [];
}
