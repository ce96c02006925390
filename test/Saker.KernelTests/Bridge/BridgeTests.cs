namespace Saker.KernelTests.Bridge;

/// <summary>Saker's bridge does with each frame what the kernel's does: by which ports it leaves, whether this host gets it, why it is dropped, and what is counted.</summary>
public sealed class BridgeTests
{
    private const int Seed = 20261122;

    /// <summary>In a long run ten thousand frames, of each of several seeds.</summary>
    public static TheoryData<int> Seeds => [.. Enumerable.Range(Seed, Effort.Inputs(2, 4))];

    [KernelTheory]
    [MemberData(nameof(Seeds))]
    public void Each_frame_of_a_sequence_leaves_by_the_same_ports(int seed)
    {
        List<BridgeStep> steps = new BridgeSequence(seed).Make(Effort.Inputs(400, 10_000));
        bool snoops = seed % 2 == 0;
        using KernelBridge kernel = new(snoops);
        using SakerBridge saker = new(snoops);
        List<string> differences = BridgeComparison.Run(kernel, saker, steps);
        Assert.True(differences.Count == 0, $"{differences.Count} of {steps.Count} steps differ:\n{string.Join('\n', differences.Take(10))}");
    }
}
