namespace Saker.Tests;

/// <summary>Shows that work allocates nothing.</summary>
internal static class Allocation
{
    private const int Rounds = 20;

    /// <summary>
    /// Does the work in rounds until one of them allocates not a byte. The runtime allocates on its own account on any thread (as it compiles a method better, or
    /// sets up a static), once or twice, never every time: work that allocates does so in every round.
    /// </summary>
    public static void AssertNone(Action work)
    {
        long least = long.MaxValue;
        for (int i = 0; i < Rounds && least != 0; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }
}
