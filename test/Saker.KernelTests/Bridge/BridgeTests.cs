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
        List<string> differences = Compare(steps);
        Assert.True(differences.Count == 0, $"{differences.Count} of {steps.Count} steps differ:\n{string.Join('\n', differences.Take(10))}");
    }

    private static List<string> Compare(List<BridgeStep> steps)
    {
        using KernelBridge kernel = new();
        using SakerBridge saker = new();
        List<string> differences = [];
        List<(long Time, BridgeOutcome? Outcome)> answers = kernel.Do(steps);
        for (int i = 0; i < steps.Count; i++)
        {
            string? theirs = answers[i].Outcome?.ToString();
            string? ours = saker.Do(steps[i], answers[i].Time)?.ToString();
            if (theirs != ours)
            {
                differences.Add($"step {i} {Describe(steps[i])}\n  kernel {theirs}\n  saker  {ours}");
            }
        }

        return differences;
    }

    private static string Describe(BridgeStep step) => step switch
    {
        BridgeStep.Receive receive => $"p{receive.Port} receives {receive.Frame.Length} bytes {Convert.ToHexStringLower(receive.Frame.AsSpan(0, 18))}",
        BridgeStep.Send send => $"br0 sends {send.Frame.Length} bytes {Convert.ToHexStringLower(send.Frame.AsSpan(0, 18))}",
        _ => step.ToString(),
    };
}
