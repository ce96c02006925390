using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Saker.KernelTests.Bpf;

/// <summary>Runs something on a thread that has given up every capability; those of the process keep theirs.</summary>
internal static unsafe partial class Unprivileged
{
    // linux/capability.h
    private const uint Version3 = 0x20080522;

    public static void Run(Action action)
    {
        ExceptionDispatchInfo? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                GiveUp();
                action();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
    }

    private static void GiveUp()
    {
        // The C library's capset is the bare call, which changes the calling thread alone.
        var header = stackalloc uint[2] { Version3, 0 };
        var none = stackalloc uint[6];
        new Span<uint>(none, 6).Clear();
        Assert.Equal(0, capset(header, none));
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int capset(uint* header, uint* data);
}
