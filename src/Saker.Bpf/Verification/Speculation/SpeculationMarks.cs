namespace Saker.Bpf.Verification.Speculation;

/// <summary>
/// What the kernel does to a program so that nothing happens on ways that only a processor takes that guessed wrong: barriers (<c>nospec</c>), before which such a way ends, and masks of numbers
/// that are added to pointers. Those who may read what is in memory anyway (<c>CAP_PERFMON</c>) need none.
/// </summary>
/// <param name="length">Slots of the program.</param>
internal sealed class SpeculationMarks(int length)
{
    private readonly bool[] _barriersBefore = new bool[length];
    private readonly bool[] _barriersBehind = new bool[length];
    private readonly PointerMask?[] _masks = new PointerMask?[length];

    /// <summary>Whether a number whose sign and bounds are not constant was added to a pointer: paths are then taken for others only where they know the same of every number.</summary>
    public bool TellsNumbersApart { get; set; }

    /// <summary>Whether no guessed way gets to an instruction.</summary>
    public bool HasBarrierBefore(int instruction) => _barriersBefore[instruction];

    /// <summary>Whether no guessed way goes on behind an instruction.</summary>
    public bool HasBarrierBehind(int instruction) => _barriersBehind[instruction];

    /// <summary>A guessed way would break a rule at an instruction: it is to end before it.</summary>
    public void PutBarrierBefore(int instruction)
    {
        _barriersBefore[instruction] = true;
        _masks[instruction] = null;
    }

    /// <summary>What is stored could be read again as it was before (<c>Spectre v4</c>): guessed ways are to end behind it.</summary>
    public void PutBarrierBehind(int instruction) => _barriersBehind[instruction] = true;

    /// <summary>An instruction computes with a mask. It has one, whatever path leads to it.</summary>
    /// <returns>Whether it has no other one.</returns>
    public bool TryMask(int instruction, PointerMask mask)
    {
        if (_masks[instruction] is { } known && known != mask)
        {
            return false;
        }

        _masks[instruction] = mask;
        return true;
    }
}

/// <summary>How a number is masked before it is added to a pointer or subtracted from it.</summary>
/// <param name="Kind">What is masked.</param>
/// <param name="Limit">How far the pointer may move, in bytes.</param>
internal readonly record struct PointerMask(PointerMaskKinds Kind, uint Limit);

/// <summary>What is masked (<c>alu_state</c>).</summary>
[Flags]
internal enum PointerMaskKinds : byte
{
    /// <summary>Nothing: two numbers are combined.</summary>
    None = 0,

    /// <summary>The number in the source register.</summary>
    Source = 1,

    /// <summary>The number in the destination register.</summary>
    Destination = 2,

    /// <summary>The number is negative.</summary>
    Negative = 4,

    /// <summary>The number is known, and put into the instruction.</summary>
    Constant = 8,
}
