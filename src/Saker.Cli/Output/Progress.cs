using Spectre.Console;

namespace Saker.Cli.Output;

/// <summary>Shows on standard error how far work has come, where it takes longer than a second and somebody watches.</summary>
internal static class Progress
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Does the work.</summary>
    /// <param name="what">What is done.</param>
    /// <param name="length">How much there is; 0: unknown.</param>
    /// <param name="position">How far it has come; read from another thread, so that it may be a little behind.</param>
    /// <param name="work">The work.</param>
    public static void Run(string what, long length, Func<long> position, Action work)
    {
        if (Console.IsErrorRedirected)
        {
            work();
            return;
        }

        Task task = Task.Run(work);
        if (Task.WaitAny([task], Patience) < 0)
        {
            Watch(what, length, position, task);
        }

        task.GetAwaiter().GetResult();
    }

    private static void Watch(string what, long length, Func<long> position, Task task)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        console.Progress().AutoClear(true).Start(context =>
        {
            ProgressTask bar = context.AddTask(what, maxValue: Math.Max(1, length));
            bar.IsIndeterminate = length == 0;
            while (Task.WaitAny([task], Interval) < 0)
            {
                bar.Value = Math.Min(position(), length);
            }
        });
    }
}
