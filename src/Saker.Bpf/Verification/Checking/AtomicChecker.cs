using Saker.Bpf.Verification.States;

namespace Saker.Bpf.Verification.Checking;

/// <summary>Atomic operations, and loads and stores with an order.</summary>
internal sealed class AtomicChecker(VerifierEnvironment environment, MemoryChecker memory)
{
    /// <summary>Checks an operation that reads memory and writes it.</summary>
    public void Check(in BpfInstruction slot, InstructionDescription description)
    {
        environment.Read(slot.Source);
        environment.Read(slot.Destination);
        int loaded = description.Form switch
        {
            InstructionForm.AtomicCompare => 0,
            InstructionForm.AtomicFetch => slot.Source,
            _ => -1,
        };
        if (description.Form == InstructionForm.AtomicCompare)
        {
            RefuseSecret(0, environment.Read(0));
        }

        RefuseSecret(slot.Source, environment.State.Register(slot.Source));
        if (!IsTarget(environment.State.Register(slot.Destination).Kind))
        {
            environment.Refuse(VerifierRule.AtomicTarget, $"an atomic instruction works on {environment.State.Register(slot.Destination).Kind.InWords()}, which it cannot");
        }

        environment.Facts.Align(environment.Instruction, environment.State.Register(slot.Destination).Kind);
        int size = description.Width / 8;
        MemoryAccess read = new(slot.Destination, slot.Offset, size, IsWrite: false, -1) { MustAlign = true };
        if (loaded >= 0)
        {
            environment.Write(loaded, RegisterState.Unknown);
        }

        memory.Check(read);
        if (loaded >= 0)
        {
            memory.Check(read with { Register = loaded });
        }

        memory.Check(read with { IsWrite = true });
    }

    /// <summary>Whether such instructions work on memory of a kind.</summary>
    public static bool IsTarget(RegisterKind kind) => kind != RegisterKind.Context && !kind.IsPacket() && !kind.IsSocket();

    private void RefuseSecret(int register, in RegisterState state)
    {
        if (environment.IsSecret(state))
        {
            environment.Refuse(VerifierRule.PointerLeak, $"the address in {VerifierEnvironment.NameOf(register)} would get into memory, which is for those with privileges");
        }
    }
}
