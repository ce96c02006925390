namespace Saker.KernelTests.Bridge;

/// <summary>Lets the same happen to the kernel's bridge and to Saker's.</summary>
internal static class BridgeComparison
{
    /// <summary>Lets steps happen, and tells where what became of frames differs; Saker's clock goes by the kernel's time.</summary>
    public static List<string> Run(KernelBridge kernel, SakerBridge saker, List<BridgeStep> steps)
    {
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
