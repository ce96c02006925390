using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using Saker.Bpf.Classic;

namespace Saker.Cli.Commands;

/// <summary>A packet filter as it is given on a command line: in a file, on standard input, or as the very text.</summary>
internal static class FilterArgument
{
    private const string StandardInput = "-";

    /// <summary>More than the longest program takes as text.</summary>
    private const int MaximumLength = 1 << 18;

    /// <summary>Makes the argument.</summary>
    public static Argument<string?> Create() => new("FILTER")
    {
        Description = "A classic BPF program: a file with what 'tcpdump -ddd EXPRESSION' prints, - for standard input, or the same in one line with commas. For a capture "
            + "make it with 'tcpdump -ddd -r CAPTURE EXPRESSION', for a device with 'tcpdump -ddd -i DEV EXPRESSION'. Default: everything.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>Reads it.</summary>
    /// <param name="given">What was given; null: nothing.</param>
    /// <param name="program">The program; null where none was given.</param>
    /// <param name="fault">Why there is none, in a line.</param>
    /// <returns>Whether what was given, if anything, is a program.</returns>
    public static bool TryRead(string? given, out ClassicProgram? program, [NotNullWhen(false)] out string? fault)
    {
        program = null;
        fault = null;
        if (given is null)
        {
            return true;
        }

        bool isFile = given == StandardInput || File.Exists(given);
        string name = given == StandardInput ? "filter from standard input" : isFile ? given : "filter";
        string? text = isFile ? ReadFile(given, out fault) : given;
        if (text is null)
        {
            fault = $"{name}: {fault}";
            return false;
        }

        if (!ClassicText.TryParse(text, out program, out ClassicFault? programFault))
        {
            fault = $"{name}: {programFault}";
            return false;
        }

        return true;
    }

    private static string? ReadFile(string path, out string? fault)
    {
        try
        {
            using TextReader reader = path == StandardInput ? Console.In : new StreamReader(path);
            char[] text = new char[MaximumLength];
            int length = reader.ReadBlock(text);
            fault = length == MaximumLength ? "too long for a program" : null;
            return fault is null ? new string(text, 0, length) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            fault = $"cannot be read: {exception.Message}";
            return null;
        }
    }
}
