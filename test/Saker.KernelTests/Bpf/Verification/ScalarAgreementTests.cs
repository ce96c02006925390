using Saker.Bpf;
using Saker.Kernel.Bpf;

namespace Saker.KernelTests.Bpf.Verification;

/// <summary>Numbers in Saker's verifier against those in the kernel's, by its log, instruction by instruction and way by way.</summary>
public sealed class ScalarAgreementTests
{
    private const int Seed = 618;

    [KernelFact]
    public void Verifier_knows_of_numbers_what_the_kernel_knows()
    {
        using var map = KernelMap.Create(new MapSpec { Name = "numbers", Type = MapType.Array, KeySize = 4, ValueSize = RandomArithmetic.ValueSize, MaximumEntries = 1 });
        Random random = new(Seed);
        RandomArithmetic programs = new(random);
        var compared = 0L;
        for (var i = 0; i < Effort.Inputs(300, 20_000); i++)
        {
            var slots = programs.Next((int)map.Descriptor.DangerousGetHandle());
            var log = KernelProgram.Log(ProgramType.Xdp, slots);
            ValueFollower follower = new(slots);
            follower.Follow(log);
            Assert.True(follower.Difference is null, $"Seed {Seed}, program {i}: {follower.Difference}\n{log}");
            compared += follower.Compared;
        }

        Assert.True(compared > 0);
    }
}
