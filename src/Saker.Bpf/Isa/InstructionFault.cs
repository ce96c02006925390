namespace Saker.Bpf;

/// <summary>Why slots are no program. <see cref="ToString"/> is one line for a person.</summary>
/// <param name="Slot">The number of the slot that is at fault, from 0 as listings count; null: none in particular.</param>
/// <param name="Message">What is wrong with it.</param>
public sealed record InstructionFault(int? Slot, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => Slot is { } number ? $"instruction {number}: {Message}" : Message;
}
