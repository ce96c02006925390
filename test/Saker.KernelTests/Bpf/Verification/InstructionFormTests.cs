using Saker.Bpf;
using Saker.Kernel.Bpf;

namespace Saker.KernelTests.Bpf.Verification;

/// <summary>Fields of instructions that mean nothing: <see cref="BpfProgram"/> wants all of them to be zero, the kernel nearly all.</summary>
public sealed class InstructionFormTests
{
    private const byte Exit = 0x95, Jump = 0x05;

    [KernelTheory]
    [InlineData(Exit, 1, 0, true)]
    [InlineData(Exit, 0, 1, false)]
    [InlineData(Jump, 0, 1, false)]
    public void Field_that_means_nothing_is_not_zero(byte opcode, short offset, int immediate, bool isAcceptedByKernel)
    {
        var frame = Assembler.Assemble("r0 = 0; exit").Slots;
        BpfInstruction[] slots = [frame[0], new(opcode, 0, 0, offset, immediate), frame[1]];
        slots = opcode == Exit ? slots[..2] : slots;
        Assert.False(BpfProgram.TryCreate(slots, out _, out _));
        var isAccepted = KernelProgram.TryLoad(ProgramType.Xdp, slots, out var program, out var refusal);
        program?.Dispose();
        Assert.True(isAcceptedByKernel == isAccepted, refusal?.ToString());
    }

    /// <summary>The kernel looks at it where a path comes there.</summary>
    [KernelTheory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Frame_pointer_is_written(int constant, bool isAcceptedByKernel)
    {
        const byte Move = 0xb7, JumpIfEqual = 0x15;
        BpfInstruction[] slots = [new(Move, 0, immediate: constant), new(JumpIfEqual, 0, 0, 1), new(Move, BpfInstruction.FramePointer), new(Exit)];
        Assert.False(BpfProgram.TryCreate(slots, out _, out _));
        var isAccepted = KernelProgram.TryLoad(ProgramType.Xdp, slots, out var program, out var refusal);
        program?.Dispose();
        Assert.True(isAcceptedByKernel == isAccepted, refusal?.ToString());
    }
}
