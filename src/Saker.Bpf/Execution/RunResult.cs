namespace Saker.Bpf;

/// <summary>What a run of a program came to.</summary>
/// <param name="Value">What it returned (r0); 0 where it was stopped.</param>
/// <param name="Fault">Why it was stopped.</param>
public readonly record struct RunResult(ulong Value, RunFault Fault)
{
    /// <summary>Whether it ended by itself.</summary>
    public bool IsCompleted => Fault.Kind == RunFaultKind.None;
}

/// <summary>Why a program was stopped. <see cref="ToString"/> is one line for a person.</summary>
/// <param name="Kind">What it did.</param>
/// <param name="Slot">The instruction that did it.</param>
/// <param name="Address">Of an access, the address; of a call, what was called.</param>
/// <param name="Size">Of an access, its bytes.</param>
public readonly record struct RunFault(RunFaultKind Kind, int Slot, ulong Address = 0, uint Size = 0)
{
    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        RunFaultKind.None => "no fault",
        RunFaultKind.OutsideRead => $"instruction {Slot} reads {Size} bytes at 0x{Address:x}, where the program has no memory",
        RunFaultKind.OutsideWrite => $"instruction {Slot} writes {Size} bytes at 0x{Address:x}, where the program has no memory that it may write",
        RunFaultKind.Misaligned => $"instruction {Slot} is atomic and {Size} bytes at 0x{Address:x} are not aligned",
        RunFaultKind.BudgetExhausted => $"the budget of instructions was used up at instruction {Slot}",
        RunFaultKind.CallsTooDeep => $"instruction {Slot} calls one function more than the {AddressSpace.MaximumFrames} of a program that may be active",
        RunFaultKind.UnknownCallee => $"instruction {Slot} calls 0x{Address:x}, which is neither a function of the program nor a helper that there is",
        RunFaultKind.Poisoned => $"instruction {Slot} stands where the program refers to what this kernel has not, and was reached even so",
        RunFaultKind.HelperFailed => $"the helper that instruction {Slot} calls was given what it cannot use",
        _ => $"instruction {Slot}: {Kind}",
    };
}

/// <summary>What a program can do that stops it.</summary>
public enum RunFaultKind : byte
{
    /// <summary>Nothing: it ended by itself.</summary>
    None,

    /// <summary>It read where it has no memory.</summary>
    OutsideRead,

    /// <summary>It wrote where it has no memory, or memory that it may only read.</summary>
    OutsideWrite,

    /// <summary>An atomic access was not aligned to its size, which the kernel's verifier refuses.</summary>
    Misaligned,

    /// <summary>It ran for more instructions than it was given.</summary>
    BudgetExhausted,

    /// <summary>It called functions within functions, more than eight deep.</summary>
    CallsTooDeep,

    /// <summary>It called by register what cannot be called.</summary>
    UnknownCallee,

    /// <summary>It gave a helper arguments that the helper refuses in unverified programs.</summary>
    HelperFailed,

    /// <summary>It came to where it refers to a function or type of the kernel that there is not.</summary>
    Poisoned,
}
