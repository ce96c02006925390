namespace Saker.Benchmarks.Comparing;

/// <summary>Generic receive offload. The figures are per packet and include what the driver must do anyway; the first line of each pair is that alone.</summary>
internal static class MergeContests
{
    public static IEnumerable<Contest> All()
    {
        using MergePath path = new();
        yield return Per("merge 44 segments of 1,460 bytes, a segment", "only allocate and free", count => Repeat(count, path.PrepareAndFree), count => Repeat(count, path.PrepareAndMerge));
        yield return Per("merge 44 segments of 1,460 bytes, a segment", "copy payloads together", count => Repeat(count, path.PrepareAndCopy), count => Repeat(count, path.PrepareAndMerge));
        yield return Per("UDP that nobody wants merged, a packet", "a list past it", count => Repeat(count, () => path.PassUdp(false)), count => Repeat(count, () => path.PassUdp(true)));
    }

    private static Contest Per(string what, string peer, Func<int, long> runPeer, Func<int, long> runSaker) =>
        new(what, peer, runPeer, runSaker) { OperationsPerCount = MergePath.Segments };

    private static long Repeat(int count, Func<long> once)
    {
        long sum = 0;
        for (int i = 0; i < count; i++)
        {
            sum += once();
        }

        return sum;
    }
}
