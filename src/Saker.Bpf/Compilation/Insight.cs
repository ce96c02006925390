namespace Saker.Bpf.Compilation;

/// <summary>What is known of a function.</summary>
internal sealed class Insight
{
    /// <summary>The registers that are read after the beginning of each block.</summary>
    public required Dictionary<CodeBlock, uint> Live { get; init; }

    /// <summary>What is known at the beginning of each block that can be reached.</summary>
    public required Dictionary<CodeBlock, KnownState> States { get; init; }

    /// <summary>Whether others than the function's own direct accesses may reach its frame.</summary>
    public required bool FrameEscapes { get; init; }
}
