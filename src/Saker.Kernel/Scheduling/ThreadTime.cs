using Saker.Kernel.Interop;

namespace Saker.Kernel.Scheduling;

/// <summary>What a thread has used of its processors (clock_gettime(2)).</summary>
public static unsafe class ThreadTime
{
    /// <summary>How long the calling thread has run so far, in this process and in the kernel for it.</summary>
    public static TimeSpan Processor
    {
        get
        {
            Libc.TimeSpecification time;
            return Libc.clock_gettime(Libc.CLOCK_THREAD_CPUTIME_ID, &time) < 0
                ? throw KernelException.FromLastError("clock_gettime")
                : new TimeSpan((time.tv_sec * TimeSpan.TicksPerSecond) + (time.tv_nsec / TimeSpan.NanosecondsPerTick));
        }
    }
}
