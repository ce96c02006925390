using System.Collections.Immutable;

namespace Saker.Bpf.Verification.Flow;

/// <summary>A function of the program: a run of slots that is entered at its beginning.</summary>
internal sealed class FunctionInfo(int number, int start, int end)
{
    /// <summary>Its number, in the order of the code; 0 is where the program begins.</summary>
    public int Number { get; } = number;

    /// <summary>Its first slot.</summary>
    public int Start { get; } = start;

    /// <summary>Behind its last slot.</summary>
    public int End { get; } = end;

    /// <summary>What was told of it; null: nothing.</summary>
    public VerifierFunction? Told { get; init; }

    /// <summary>Whether it is verified for itself.</summary>
    public bool IsGlobal => Number > 0 && Told is { IsGlobal: true };

    /// <summary>What a global function takes.</summary>
    public ImmutableArray<FunctionArgument> Arguments => Told?.Arguments ?? [];

    /// <summary>Whether it goes on in another program.</summary>
    public bool HasTailCall { get; set; }

    /// <summary>Whether it reads packets in the legacy way, which may end the program.</summary>
    public bool HasLegacyLoad { get; set; }

    /// <summary>Whether it, or what it calls, may move the packet.</summary>
    public bool ChangesPacket { get; set; }

    /// <summary>Whether a path has called it, so that it must be verified.</summary>
    public bool IsCalled { get; set; }

    /// <summary>Bytes of stack that it was seen to use.</summary>
    public int StackDepth { get; set; }

    /// <summary>The functions that it calls or whose address it loads.</summary>
    public List<int> Callees { get; } = [];

    /// <summary>How a person names it.</summary>
    public string Name => Told is { Name.Length: > 0 } told ? $"'{told.Name}'" : $"at {Start}";
}
