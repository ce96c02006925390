using Saker.Kernel.Interop;

namespace Saker.Kernel.Scheduling;

/// <summary>On which processors a thread may run (sched_setaffinity(2)).</summary>
public static unsafe class ThreadAffinity
{
    private const int MostProcessors = 1024;

    /// <summary>Binds the calling thread to a processor.</summary>
    /// <param name="processor">The processor's number.</param>
    /// <exception cref="KernelException">There is no such processor, or the thread may not run there.</exception>
    public static void Bind(int processor)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(processor);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(processor, MostProcessors);
        const int Bits = 64;
        ulong* mask = stackalloc ulong[MostProcessors / Bits];
        new Span<ulong>(mask, MostProcessors / Bits).Clear();
        mask[processor / Bits] = 1UL << (processor % Bits);
        if (Libc.sched_setaffinity(0, MostProcessors / 8, mask) < 0)
        {
            throw KernelException.FromLastError($"sched_setaffinity to processor {processor}");
        }
    }
}
