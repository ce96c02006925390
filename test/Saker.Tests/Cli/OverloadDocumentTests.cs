using Saker.Cli;

namespace Saker.Tests.Cli;

/// <summary>docs/overload.md shows what its commands print: each is run, and every line shown must come, in this order.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class OverloadDocumentTests
{
    private const string Prompt = "$ saker ";

    public static TheoryData<string, string[]> Commands()
    {
        TheoryData<string, string[]> commands = [];
        string? command = null;
        List<string> lines = [];
        foreach (string line in File.ReadLines(Path.Combine(Repository.Root, "docs", "overload.md")).Append("```"))
        {
            if (command is not null && (line.StartsWith("```", StringComparison.Ordinal) || line.StartsWith(Prompt, StringComparison.Ordinal)))
            {
                commands.Add(command, [.. lines]);
                command = null;
                lines.Clear();
            }

            if (line.StartsWith(Prompt, StringComparison.Ordinal))
            {
                command = line[Prompt.Length..];
            }
            else if (command is not null && line.Trim() is not ("…" or ""))
            {
                lines.Add(line);
            }
        }

        return commands;
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_of_the_document_prints_what_is_shown(string command, string[] lines)
    {
        string[] words = [.. command.Split(' ').Select(word => word.StartsWith("samples/", StringComparison.Ordinal) ? Path.Combine(Repository.Root, word) : word)];

        ConsoleRun run = ConsoleRun.Of(words);

        Assert.Equal(ExitCode.Success, run.Code);
        Assert.NotEmpty(lines);
        Queue<string> printed = new(run.Output.Split('\n').Select(line => line.TrimEnd()));
        foreach (string line in lines)
        {
            while (printed.Count != 0 && printed.Peek() != line)
            {
                printed.Dequeue();
            }

            Assert.True(printed.Count != 0, $"'{line}' was not printed:\n{run.Output}");
            printed.Dequeue();
        }
    }
}
