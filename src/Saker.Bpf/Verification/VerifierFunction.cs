using System.Collections.Immutable;

namespace Saker.Bpf.Verification;

/// <summary>A function of a program that is verified.</summary>
/// <param name="Name">Its name; empty: unknown.</param>
/// <param name="Start">Its first slot.</param>
/// <param name="IsGlobal">Whether it is verified for itself, by its types, and callers rely on these alone.</param>
public readonly record struct VerifierFunction(string Name, int Start, bool IsGlobal)
{
    /// <summary>What it takes, from r1 on, where its types are known.</summary>
    public ImmutableArray<FunctionArgument> Arguments { get; init; } = [];

    /// <summary>Whether its types say that it returns a number.</summary>
    public bool ReturnsNumber { get; init; } = true;

    /// <summary>The function that is to be called where this one ends by an exception (<c>bpf_throw</c>); empty: none is named.</summary>
    public string ExceptionCallback { get; init; } = "";
}

/// <summary>What a function takes as an argument.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Size">Of memory: bytes.</param>
/// <param name="MayBeNull">Of memory: whether it may be null.</param>
public readonly record struct FunctionArgument(FunctionArgumentKind Kind, int Size = 0, bool MayBeNull = false);

/// <summary>What an argument of a function is.</summary>
public enum FunctionArgumentKind
{
    /// <summary>A number.</summary>
    Number,

    /// <summary>The program's context.</summary>
    Context,

    /// <summary>Memory that is read and written.</summary>
    Memory,

    /// <summary>Something that a global function cannot take here.</summary>
    Unsupported,
}
