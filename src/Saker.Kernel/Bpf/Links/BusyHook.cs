using Saker.Kernel.Interop;

namespace Saker.Kernel.Bpf;

/// <summary>Waits a little for a hook to come free: what was attached goes away at leisure when its last holder closes it.</summary>
internal static class BusyHook
{
    private const int Attempts = 20;

    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(10);

    /// <summary>Makes a call, and again as long as it says EBUSY, for a fifth of a second at most.</summary>
    /// <returns>What it gave the last time.</returns>
    public static int Retry(Func<int> call)
    {
        int result = call();
        for (int i = 1; i < Attempts && result == -BpfSystemCall.EBUSY; i++)
        {
            Thread.Sleep(BetweenAttempts);
            result = call();
        }

        return result;
    }
}
