using Spectre.Console;

namespace Saker.Cli.Output;

/// <summary>
/// Writes lines that end before the screen does: the last column of a line is folded at its words, under itself. Everything given is plain text; colours are
/// named beside it.
/// </summary>
internal sealed class Columns
{
    /// <summary>A last column narrower than this is not folded: the screen is too narrow anyway.</summary>
    private const int LeastWidth = 16;

    private readonly IAnsiConsole _console;

    public Columns(IAnsiConsole console) => _console = console;

    /// <summary>How many characters a line has.</summary>
    public int Width => _console.Profile.Width;

    /// <summary>Writes an empty line.</summary>
    public void Line() => _console.WriteLine();

    /// <summary>Writes a line of parts, of which the last is folded.</summary>
    public void Line(params ReadOnlySpan<Part> parts)
    {
        int left = 0;
        string start = string.Empty;
        for (int i = 0; i < parts.Length - 1; i++)
        {
            string text = parts[i].Padded;
            left += text.Length;
            start += Paint(text, parts[i].Style);
        }

        Part last = parts[^1];
        string indent = new(' ', left);
        if (parts.Length > 1 && parts[0].WhenFolded is { } folded)
        {
            indent = Paint(folded, parts[0].Style) + new string(' ', Math.Max(0, left - folded.Length));
        }

        foreach (string line in Fold(last.Text, Math.Max(LeastWidth, Width - left - 1)))
        {
            string text = start + Paint(line, last.Style);
            _console.MarkupLine(line.Length == 0 && last.Style is null ? text.TrimEnd() : text);
            start = indent;
        }
    }

    /// <summary>Folds a text at its spaces; words that are too long are cut.</summary>
    public static IEnumerable<string> Fold(string text, int width)
    {
        while (text.Length > width)
        {
            int space = text.LastIndexOf(' ', width);
            if (space <= 0)
            {
                yield return text[..width];
                text = text[width..];
            }
            else
            {
                yield return text[..space].TrimEnd();
                text = text[(space + 1)..];
            }
        }

        yield return text;
    }

    private static string Paint(string text, string? style) => style is null || text.Length == 0 ? Terminal.Escape(text) : $"[{style}]{Terminal.Escape(text)}[/]";
}

/// <summary>A part of a line.</summary>
/// <param name="Text">What is written.</param>
/// <param name="Style">Its colour; null: the screen's own.</param>
/// <param name="Width">How wide it is at the least.</param>
/// <param name="WhenFolded">Of the first part: what stands in its place in front of folded lines, such as the lines of a tree; null: nothing.</param>
internal readonly record struct Part(string Text, string? Style = null, int Width = 0, string? WhenFolded = null)
{
    /// <summary>The text, filled up to its width.</summary>
    public string Padded => Text.PadRight(Width);

    public static implicit operator Part(string text) => new(text);
}
