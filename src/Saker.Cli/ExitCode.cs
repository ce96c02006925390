using Saker.Cli.Output;

namespace Saker.Cli;

/// <summary>How the command ends.</summary>
public static class ExitCode
{
    /// <summary>All done.</summary>
    public const int Success = 0;

    /// <summary>Something could not be done, or not to its end.</summary>
    public const int Failure = 1;

    /// <summary>The command line makes no sense.</summary>
    public const int Misuse = 2;

    /// <summary>Says in one line on standard error what could not be done.</summary>
    public static int Fail(string message) => Tell(message, Failure);

    /// <summary>Says in one line on standard error what of the command line makes no sense.</summary>
    public static int Refuse(string message) => Tell(message, Misuse);

    /// <summary>Says something on standard error that is no reason to stop.</summary>
    public static void Warn(string message) => Console.Error.WriteLine($"saker: {Printable.Of(message.ReplaceLineEndings(" "))}");

    private static int Tell(string message, int code)
    {
        Warn(message);
        return code;
    }
}
