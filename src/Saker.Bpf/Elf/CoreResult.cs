namespace Saker.Bpf;

/// <summary>The answer to a CO-RE relocation.</summary>
/// <param name="Value">What belongs into the code; null: the kernel has no such thing, and the code must not be reached.</param>
/// <param name="Problem">What is wrong with the relocation itself; null: nothing.</param>
/// <param name="LocalSize">For a field's offset: its bytes as the program sees it.</param>
/// <param name="TargetSize">For a field's offset: its bytes in the kernel.</param>
/// <param name="MayChangeSize">Whether an access of the one width means the same as one of the other: pointers and unsigned numbers.</param>
internal readonly record struct CoreResult(ulong? Value, string? Problem, uint LocalSize, uint TargetSize, bool MayChangeSize);
