using Saker.Bpf;
using Saker.Bpf.Verification;

namespace Saker.Tests.Bpf.Verification;

/// <summary>Programs that are bound to a device ask its driver of a frame: the kernel takes these for a device alone.</summary>
public sealed class KernelFunctionTests
{
    [Theory]
    [InlineData(8, null)]
    [InlineData(0, VerifierRule.StackBounds)]
    public void Program_that_is_bound_to_a_device_gets_the_time_of_a_frame(int below, VerifierRule? expected)
    {
        string text = $"r2 = r10; r2 += -{below}; call btf[1] + 0; if w0 != 0 goto +1; r1 = *(u64 *)(r10 - 8); r0 = 1; exit";
        VerifierResult result = BpfVerifier.Verify(Assembler.Assemble(text), new VerifierOptions { Type = ProgramType.Xdp, IsDeviceBound = true });
        Assert.Equal(expected, result.Refusal?.Rule);
    }

    /// <summary>Calls of functions that no table has, too.</summary>
    [Fact]
    public void Function_that_is_not_known_is_refused_by_its_name()
    {
        string[] names = [.. KernelFunctionTable.Known.Select(function => function.Name), ""];
        for (int i = 0; i < names.Length; i++)
        {
            VerifierResult result = BpfVerifier.Verify(Assembler.Assemble($"call btf[{i + 1}] + 0; r0 = 1; exit"), new VerifierOptions { Type = ProgramType.Xdp });
            Assert.Equal(names[i].StartsWith("bpf_xdp_metadata_rx_", StringComparison.Ordinal) ? VerifierRule.KernelFunction : VerifierRule.NotSupported, result.Refusal?.Rule);
            Assert.Contains(names[i], result.Refusal?.Reason, StringComparison.Ordinal);
        }
    }
}
