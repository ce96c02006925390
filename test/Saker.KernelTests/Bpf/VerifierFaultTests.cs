using Saker.Bpf;
using Saker.Bpf.Verification;
using Saker.Kernel.Bpf;

namespace Saker.KernelTests.Bpf;

/// <summary>
/// Where Linux 6.18 itself runs programs wrongly, by the smallest programs that show it, and by twins that differ in one instruction and are run rightly: so the fault is not
/// the programs'. Both faults come of states that the verifier takes for the same ("safe" in its log). Where it looks for what its knowledge of a register rests on
/// (<c>mark_precise</c>), it passes over an atomic operation that has given the register its value, as if that were only read there: the stack slot behind it is not marked,
/// another way with another value there is not followed, and what it does not follow is dead code, so that the jump to it is taken out. And the upper half of r0 behind a
/// compare and exchange of 32 bits is cleared only where the verifier has seen somebody read it, which it has not where it does not follow the way.
/// </summary>
public sealed class VerifierFaultTests
{
    private const int MarkOffset = 8;
    private const string Mended = "The kernel has mended this fault: RandomBodies can do without its precaution.";

    private static bool IsFaulty => Environment.OSVersion.Version is { Major: 6, Minor: 18 };

    /// <summary>In a function that is called, a number that the frame pointer is added to is taken for a place in the entry's frame, where here a pointer lies, whose bytes may not be read.</summary>
    [KernelTheory]
    [InlineData("r3 = r10; r3 += r2", true)]
    [InlineData("r3 = r2; r3 += r10", false)]
    public void A_number_and_the_frame_pointer_are_a_place_in_another_frame(string sum, bool isRight)
    {
        var code = Assembler.Assemble($"*(u64 *)(r10 - 8) = r1; r2 = 3; call inner; exit; inner: *(u64 *)(r10 - 8) = 5; {sum}; r0 = *(u8 *)(r3 - 8); exit");
        Assert.True(BpfVerifier.Verify(code, new VerifierOptions { Type = ProgramType.Xdp }).IsAccepted);
        var isAccepted = KernelProgram.TryLoad(ProgramType.Xdp, code.Slots, out var program, out var refusal);
        program?.Dispose();
        if (isRight)
        {
            Assert.True(isAccepted, $"{refusal}");
        }
        else if (IsFaulty)
        {
            Assert.False(isAccepted, Mended);
            Assert.Contains("invalid size of register fill", refusal!.Log, StringComparison.Ordinal);
        }
    }

    [KernelTheory]
    [InlineData("r2 = *(u64 *)(r10 - 8)", false)]
    [InlineData("r2 = load_acquire((u64 *)(r10 - 8))", false)]
    [InlineData("r2 = 0; r2 = atomic_fetch_add((u64 *)(r10 - 8), r2)", true)]
    [InlineData("r2 = 0; r2 = atomic_fetch_or((u64 *)(r10 - 8), r2)", true)]
    [InlineData("r2 = 0; w2 = atomic_fetch_add((u32 *)(r10 - 8), w2)", true)]
    [InlineData("r2 = 0; r2 = xchg_64(r10 - 8, r2)", true)]
    [InlineData("r0 = 5; r2 = 5; r0 = cmpxchg_64(r10 - 8, r0, r2); r2 = r0", true)]
    public void What_an_atomic_operation_gives_is_taken_for_known_on_another_way(string fetches, bool isFetch)
    {
        // The slot holds 1 where the mark is 0, and else 2.
        const string Text = """
            r3 = *(u32 *)(r1 + 8)
            r2 = 1
            if r3 == 0 goto +1
            r2 = 2
            *(u64 *)(r10 - 8) = r2
            {0}
            if r2 == 1 goto one
            r0 = 2
            exit
            one: r0 = 1
            exit
            """;
        var code = Assembler.Assemble(Text.Replace("{0}", fetches, StringComparison.Ordinal));
        LoadOptions options = new() { Flags = LoadFlags.FrequentStates };
        using var program = KernelProgram.Load(ProgramType.SchedulerClassifier, code, options);
        Assert.Equal(2u, Run(program, mark: 7));
        if (!isFetch)
        {
            Assert.Equal(1u, Run(program, mark: 0));
        }
        else if (IsFaulty)
        {
            Assert.True(Run(program, mark: 0) == 2, Mended);
            Assert.Contains("from 2 to 4: safe", KernelProgram.Log(ProgramType.SchedulerClassifier, code.Slots, options), StringComparison.Ordinal);
            Assert.True(program.ReadTranslatedCode().Length < code.Slots.Length);
        }
    }

    [KernelTheory]
    [InlineData("if r3 == 0 goto +3; r0 = r3; r0 <<= 20; goto +1; w0 = cmpxchg32_32(r10 - 8, w0, w2)", false)]
    [InlineData("if r3 != 0 goto +2; w0 = cmpxchg32_32(r10 - 8, w0, w2); goto +2; r0 = r3; r0 <<= 20", true)]
    public void Upper_half_is_left_behind_a_compare_and_exchange_whose_way_is_not_followed(string ways, bool isFollowed)
    {
        // Where the mark is 0, the operation finds what it compares with, and r0 is all ones before.
        var code = Assembler.Assemble($"r3 = *(u32 *)(r1 + 8); w2 = -1; *(u64 *)(r10 - 8) = r2; r0 = -1; {ways}; r0 >>= 32; exit");
        using var program = KernelProgram.Load(ProgramType.SchedulerClassifier, code);
        if (isFollowed)
        {
            Assert.Equal(0u, Run(program, mark: 0));
        }
        else if (IsFaulty)
        {
            Assert.True(Run(program, mark: 0) == uint.MaxValue, Mended);
        }
    }

    private static uint Run(KernelProgram program, uint mark)
    {
        var context = new byte[192];
        BitConverter.TryWriteBytes(context.AsSpan(MarkOffset), mark);
        return program.TestRun(new byte[64], default, context, default, default).Value;
    }
}
