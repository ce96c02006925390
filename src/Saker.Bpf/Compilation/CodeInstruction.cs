namespace Saker.Bpf.Compilation;

/// <summary>An instruction made ready to be compiled.</summary>
/// <param name="Slot">Its first slot.</param>
/// <param name="Description">What it is.</param>
/// <param name="Destination">The destination register; of a call by register, the register.</param>
/// <param name="Source">The source register.</param>
/// <param name="Offset">The offset of an access.</param>
/// <param name="Immediate">The constant; of a reference, what it stands for.</param>
/// <param name="Constant">Of a 64-bit constant, what it stands for.</param>
/// <param name="Arguments">Of a call of a helper, how many arguments that takes.</param>
/// <param name="Target">The slot that it jumps to or calls, or of which it takes the address; -1: it has none.</param>
internal sealed record CodeInstruction(
    int Slot, InstructionDescription Description, byte Destination, byte Source, short Offset, long Immediate, ConstantKind Constant, int Arguments, int Target)
{
    /// <summary>Whether it cannot be done, and no run comes to it.</summary>
    public bool IsImpossible { get; init; }

    /// <summary>The slot behind it.</summary>
    public int Next => Slot + Description.Slots;

    /// <summary>Its form.</summary>
    public InstructionForm Form => Description.Form;

    /// <summary>Its operation.</summary>
    public BpfOperation Operation => Description.Operation;

    /// <summary>Of an access, its bytes.</summary>
    public int Size => Description.Width / 8;

    /// <summary>Whether it reads or writes memory at a register and an offset.</summary>
    public bool IsAccess => Form is InstructionForm.MemoryLoad || Writes;

    /// <summary>Whether it writes memory.</summary>
    public bool Writes => Form is InstructionForm.MemoryStoreConstant or InstructionForm.MemoryStoreRegister or InstructionForm.Atomic or InstructionForm.AtomicFetch
        or InstructionForm.AtomicCompare;

    /// <summary>Of an access, the register with the address.</summary>
    public byte Base => Form == InstructionForm.MemoryLoad ? Source : Destination;

    /// <summary>Whether it may go on in another program, and else does nothing but to take its arguments.</summary>
    public bool IsTailCall => Form == InstructionForm.CallHelper && Immediate == HelperNumbers.TailCall;

    /// <summary>The helper, or the function of the kernel, that it calls; null: it calls none.</summary>
    public BpfHelper? CalleeIn(ExecutionOptions options) => Form switch
    {
        InstructionForm.CallHelper when options.Helpers.TryGet((uint)Immediate, out BpfHelper? helper) => helper,
        InstructionForm.CallKernel when options.KernelFunctions.TryGet((int)Immediate, out BpfHelper? function) => function,
        _ => null,
    };

    /// <summary>Whether control may go on at <see cref="Next"/>.</summary>
    public bool GoesOn => !Description.IsEnd;
}
