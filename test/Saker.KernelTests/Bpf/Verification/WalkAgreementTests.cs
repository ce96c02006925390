using System.Globalization;
using System.Text.RegularExpressions;
using Saker.Bpf;
using Saker.Bpf.Verification;
using Saker.Kernel.Bpf;

namespace Saker.KernelTests.Bpf.Verification;

/// <summary>Ways through random arithmetic in Saker's verifier and in the kernel's: where both know the same and tell the same states apart, they go through equally many instructions.</summary>
public sealed partial class WalkAgreementTests
{
    private const int Seed = 619;

    [KernelFact]
    public void Verifier_goes_through_as_many_instructions_as_the_kernel()
    {
        using var map = KernelMap.Create(new MapSpec { Name = "numbers", Type = MapType.Array, KeySize = 4, ValueSize = RandomArithmetic.ValueSize, MaximumEntries = 1 });
        VerifierMaps maps = new([new VerifierMap { Name = "numbers", Type = MapType.Array, KeySize = 4, ValueSize = RandomArithmetic.ValueSize, MaximumEntries = 1 }]);
        RandomArithmetic programs = new(new Random(Seed));
        List<string> differences = [];
        var count = Effort.Inputs(300, 20_000);
        for (var i = 0; i < count; i++)
        {
            var slots = programs.Next((int)map.Descriptor.DangerousGetHandle());
            var log = KernelProgram.Log(ProgramType.Xdp, slots, new LoadOptions(), VerifierLogLevel.Statistics);
            var inKernel = int.Parse(Processed().Match(log).Groups["count"].ValueSpan, CultureInfo.InvariantCulture);
            slots[0] = slots[0].WithImmediate(0);
            Assert.True(BpfProgram.TryCreate(slots, out var program, out _));
            var result = BpfVerifier.Verify(program, new() { Type = ProgramType.Xdp, Maps = maps });
            Assert.True(result.IsAccepted, $"Seed {Seed}, program {i}: {result.Refusal}");
            if (result.Statistics.ProcessedInstructions != inKernel)
            {
                differences.Add($"program {i}: {result.Statistics.ProcessedInstructions} and not {inKernel}");
            }
        }

        Assert.True(differences.Count == 0, $"{differences.Count} of {count}: {string.Join("; ", differences.Take(20))}");
    }

    [GeneratedRegex(@"processed (?<count>\d+) insns", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Processed();
}
