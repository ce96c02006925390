using System.Diagnostics.CodeAnalysis;

namespace Saker.Bpf;

/// <summary>
/// Code whose form is right (RFC 9669): whoever runs it need not look at encodings again. It does not change. It begins with its first slot; functions that it calls
/// are parts of the same slots.
/// </summary>
public sealed class BpfProgram
{
    /// <summary>The most slots of a program, as the kernel's verifier bounds it (<c>BPF_COMPLEXITY_LIMIT_INSNS</c>).</summary>
    public const int MaximumLength = 1_000_000;

    private readonly BpfInstruction[] _slots;

    private BpfProgram(BpfInstruction[] slots) => _slots = slots;

    /// <summary>The slots; a load of a 64-bit constant takes two.</summary>
    public ReadOnlySpan<BpfInstruction> Slots => _slots;

    /// <summary>Makes a program.</summary>
    /// <param name="slots">Its slots; they are copied.</param>
    /// <param name="program">The program; null where there is a fault.</param>
    /// <param name="fault">Why it is none; null where there is a program.</param>
    public static bool TryCreate(
        ReadOnlySpan<BpfInstruction> slots, [NotNullWhen(true)] out BpfProgram? program, [NotNullWhen(false)] out InstructionFault? fault)
    {
        fault = ProgramValidation.FaultOf(slots);
        program = fault is null ? new BpfProgram([.. slots]) : null;
        return fault is null;
    }

    /// <summary>Makes a program of code that is known to be right.</summary>
    /// <exception cref="ArgumentException">It is not; the message says why.</exception>
    public static BpfProgram Create(ReadOnlySpan<BpfInstruction> slots) =>
        TryCreate(slots, out BpfProgram? program, out InstructionFault? fault) ? program : throw new ArgumentException(fault.ToString(), nameof(slots));

    /// <summary>As LLVM lists it, a line an instruction.</summary>
    public override string ToString() => ProgramText.Of(_slots, ProgramTextStyle.Llvm);
}
