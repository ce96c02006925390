namespace Saker.Tests.Bpf.Maps;

/// <summary>Threads that all do something until the time is over; what one of them throws is thrown.</summary>
internal static class Stress
{
    /// <summary>How long: a blink on every run, half a minute where <c>SAKER_LONG=1</c> asks for it.</summary>
    private static TimeSpan Time => TimeSpan.FromMilliseconds(Effort.Inputs(150, 30_000));

    /// <summary>Runs all until the time is over. Each gets the number of its round, again and again.</summary>
    public static void Run(params Action<int>[] threads)
    {
        using CancellationTokenSource over = new(Time);
        Exception? failure = null;
        Thread[] running = [.. threads.Select(step => new Thread(() =>
        {
            try
            {
                for (int round = 0; !over.IsCancellationRequested; round++)
                {
                    step(round);
                }
            }
            catch (Exception exception)
            {
                Interlocked.CompareExchange(ref failure, exception, null);
                over.Cancel();
            }
        }))];
        Array.ForEach(running, thread => thread.Start());
        Array.ForEach(running, thread => thread.Join());
        Assert.Null(failure);
    }
}
