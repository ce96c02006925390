using Saker.Bpf;
using Saker.Bpf.Verification;
using Saker.Host.Programs;
using Saker.Kernel.Bpf;

namespace Saker.KernelTests.Bpf.Verification;

/// <summary>The running kernel's verdict beside one's own, as <c>saker bpf verify --kernel</c> tells it.</summary>
public sealed class ProgramVerdictTests
{
    [KernelTheory]
    [InlineData("programs/buffers.v3.o")]
    [InlineData("core.v3.o")]
    [InlineData("constructs.v3.o")]
    public void Kernel_says_the_same_and_goes_through_as_many_instructions(string file)
    {
        var spec = Read(file);
        Assert.True(ProgramVerdict.TryVerify(spec, null, KernelConfiguration.Values, null, out var verdicts, out var fault), fault);
        foreach (var verdict in verdicts.Where(verdict => verdict.Program.Type is ProgramType.Xdp or ProgramType.SchedulerClassifier))
        {
            verdict.AskKernel(spec);
            Assert.Equal((true, verdict.IsAccepted), (verdict.Kernel!.IsAccepted == verdict.IsAccepted, verdict.Kernel.IsAccepted));
            Assert.NotNull(verdict.Kernel.Work);
            Assert.NotNull(verdict.Kernel.Work.Time);
            Assert.True(!verdict.IsAccepted || verdict.Kernel.Work.ProcessedInstructions == verdict.Result!.Statistics.ProcessedInstructions, $"{verdict.Program.Name}: {verdict.Kernel.Work.ProcessedInstructions}");
        }
    }

    [KernelFact]
    public void Kernel_refuses_with_its_log()
    {
        var spec = Read("constructs.v3.o");
        var entry = spec.FindProgram("entry")!;
        spec = spec with { Programs = [entry with { Instructions = entry.Instructions.SetItem(0, new BpfInstruction(0x79, 1, 0)) }] };
        Assert.True(ProgramVerdict.TryVerify(spec, null, KernelConfiguration.Values, null, out var verdicts, out var fault), fault);
        verdicts[0].AskKernel(spec);
        Assert.Equal(VerifierRule.UninitializedRegister, verdicts[0].Result!.Refusal!.Rule);
        Assert.False(verdicts[0].Kernel!.IsAccepted);
        Assert.Contains("R0 !read_ok", verdicts[0].Kernel!.Log, StringComparison.Ordinal);
    }

    [KernelTheory]

    // A register that one way wrote and the other did not: a legacy load counts as reading all.
    [InlineData("r6 = r1; r1 = *(u32 *)(r1 + 16); if r1 == 0 goto +1; r8 = 1; r0 = *(u8 *)skb[0]; r0 = 0; exit")]
    [InlineData("r6 = r1; r1 = *(u32 *)(r1 + 16); if r1 == 0 goto +1; r8 = 1; r0 = 0; r0 += 1; exit")]
    public void States_are_compared_by_the_same_registers(string text)
    {
        var program = Assembler.Assemble(text);
        var result = BpfVerifier.Verify(program, new VerifierOptions { Type = ProgramType.SocketFilter, KeepsStatesOften = true });
        LoadOptions options = new() { Flags = LoadFlags.FrequentStates, CountsWork = true };
        Assert.True(KernelProgram.TryLoad(ProgramType.SocketFilter, program.Slots, options, out var loaded, out var refusal), refusal?.ToString());
        using (loaded)
        {
            Assert.Equal((loaded.Work!.ProcessedInstructions, loaded.Work.States), (result.Statistics.ProcessedInstructions, result.Statistics.States));
        }
    }

    private static ObjectSpec Read(string file)
    {
        Assert.True(BpfObject.TryRead(File.ReadAllBytes(Repository.PathOf($"test/vectors/bpf/{file}")), out var spec, out var fault), fault?.ToString());
        return spec;
    }
}
