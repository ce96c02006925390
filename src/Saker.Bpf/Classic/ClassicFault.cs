namespace Saker.Bpf.Classic;

/// <summary>Why instructions are no program that a kernel would run, or a text no program at all. <see cref="ToString"/> is one line for a person.</summary>
/// <param name="Instruction">The number of the instruction that is at fault, from 0 as <c>tcpdump -d</c> counts; null: none in particular.</param>
/// <param name="Message">What is wrong with it.</param>
public sealed record ClassicFault(int? Instruction, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => Instruction is { } number ? $"instruction {number}: {Message}" : Message;
}
