using Spectre.Console;

namespace Saker.Cli.Output;

/// <summary>Standard output for people: coloured on a terminal, plain text elsewhere or where NO_COLOR is set.</summary>
internal static class Terminal
{
    private const int PlainWidth = 1000;

    /// <summary>The console, as standard output is now.</summary>
    public static IAnsiConsole Output => Create();

    /// <summary>Opens standard output for bytes.</summary>
    internal static Func<Stream> OpenOutput { get; set; } = Console.OpenStandardOutput;

    /// <summary>Makes any text safe in markup.</summary>
    public static string Escape(string text) => Markup.Escape(text);

    private static IAnsiConsole Create()
    {
        bool isPlain = Console.IsOutputRedirected || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isPlain ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = isPlain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Out = new AnsiConsoleOutput(Console.Out),
        });

        // Lines that are not for a screen are not folded.
        if (Console.IsOutputRedirected)
        {
            console.Profile.Width = PlainWidth;
        }

        return console;
    }
}
