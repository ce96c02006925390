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
}
