namespace Saker.Bpf.Maps;

/// <summary>
/// A lock of four bytes in native memory: what guards a stripe of a map, and <c>struct bpf_spin_lock</c> in a value. It is held for some instructions only.
/// </summary>
internal static unsafe class WordLock
{
    /// <summary>Takes the lock; waits for it.</summary>
    /// <param name="word">The lock, aligned to 4 bytes; 0: free.</param>
    public static void Enter(int* word)
    {
        if (Interlocked.CompareExchange(ref *word, 1, 0) != 0)
        {
            Wait(word);
        }
    }

    /// <summary>Gives the lock back.</summary>
    /// <param name="word">The lock.</param>
    public static void Exit(int* word) => Volatile.Write(ref *word, 0);

    private static void Wait(int* word)
    {
        System.Threading.SpinWait spin = default;
        do
        {
            spin.SpinOnce(sleep1Threshold: -1);
        }
        while (Volatile.Read(ref *word) != 0 || Interlocked.CompareExchange(ref *word, 1, 0) != 0);
    }
}
