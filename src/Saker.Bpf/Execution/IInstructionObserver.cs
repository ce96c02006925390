namespace Saker.Bpf;

/// <summary>Looks on while a program is interpreted (<see cref="BpfCpu.Observer"/>): for debuggers, and for those who check what a verifier said.</summary>
public interface IInstructionObserver
{
    /// <summary>An instruction is about to be done. Where the same program is compiled nobody looks on.</summary>
    /// <param name="running">The program, which tail calls change.</param>
    /// <param name="slot">The instruction, as slots count.</param>
    /// <param name="depth">How many functions are around the active one.</param>
    /// <param name="registers">What r0 to r10 hold. They mean nothing once this returns.</param>
    void Before(BpfExecutable running, int slot, int depth, ReadOnlySpan<ulong> registers);
}
