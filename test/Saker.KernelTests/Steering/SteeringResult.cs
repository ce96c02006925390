namespace Saker.KernelTests.Steering;

/// <summary>A frame before a CPU was chosen for it. Its length tells it from the others of its row.</summary>
/// <param name="Length">Bytes from the network header on.</param>
/// <param name="Ring">The ring by which it came, and whose poll takes it.</param>
/// <param name="Queue">The receive queue that it bears the number of, whose map RPS goes by.</param>
/// <param name="Hash">The flow's hash.</param>
internal readonly record struct SteeredFrame(int Length, int Ring, int Queue, uint Hash);

/// <summary>What became of it.</summary>
/// <param name="Length">Its length.</param>
/// <param name="Cpu">The CPU whose receive core got it; negative: none did.</param>
/// <param name="IsPostponed">Whether it waited in a backlog, and was not received within the poll that brought it.</param>
internal readonly record struct SteeredTo(int Length, int Cpu, bool IsPostponed)
{
    public const int Nowhere = -1;
}

/// <summary>What <c>/proc/net/softnet_stat</c> tells of one CPU.</summary>
internal readonly record struct SoftnetRow(long Processed, long Dropped, long TimeSqueeze, long ReceivedRps)
{
    /// <summary>By how much it has moved since another row was read.</summary>
    public SoftnetRow Since(SoftnetRow before) =>
        new(Processed - before.Processed, Dropped - before.Dropped, TimeSqueeze - before.TimeSqueeze, ReceivedRps - before.ReceivedRps);
}

/// <summary>What became of a row of frames.</summary>
/// <param name="Frames">Each frame, in the order of their coming.</param>
/// <param name="Order">For each CPU the lengths of the frames in the order in which it received them.</param>
/// <param name="BacklogPolls">For each CPU how many packets each poll of its backlog took, until one took fewer than it might.</param>
/// <param name="Softnet">By how much each CPU's line has moved.</param>
/// <param name="DeviceDrops">By how much the device's <c>rx_dropped</c> has moved.</param>
/// <param name="Reasons">Why frames were dropped that no receive core got.</param>
internal sealed record SteeringResult(
    IReadOnlyList<SteeredTo> Frames,
    IReadOnlyList<IReadOnlyList<int>> Order,
    IReadOnlyList<IReadOnlyList<int>> BacklogPolls,
    IReadOnlyList<SoftnetRow> Softnet,
    long DeviceDrops,
    IReadOnlyList<string> Reasons);
