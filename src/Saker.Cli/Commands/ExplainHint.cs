using System.Buffers;
using System.CommandLine;
using System.CommandLine.Parsing;

namespace Saker.Cli.Commands;

/// <summary>The command that explains a frame of a capture before the same host, ready to be typed.</summary>
/// <param name="capture">The capture, as it was given.</param>
/// <param name="options">What was given of the options that <c>saker explain</c> has, too.</param>
internal sealed class ExplainHint(string capture, string options)
{
    /// <summary>Words of these are one word to every shell as they are.</summary>
    private static readonly SearchValues<char> PlainCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=,@%+");

    // Which form the answer has is nobody's wish for the next command.
    private const string Form = "--json";

    /// <summary>Makes it from a command line.</summary>
    public static ExplainHint Of(ParseResult parsed, string capture)
    {
        HashSet<string> known = [.. ExplainCommand.Create().Options.Select(option => option.Name).Where(name => name != Form)];
        IEnumerable<string> words = parsed.CommandResult.Children.OfType<OptionResult>().Where(given => !given.Implicit && known.Contains(given.Option.Name)).SelectMany(WordsOf);
        return new ExplainHint(capture, string.Concat(words.Select(word => " " + Quote(word))));
    }

    /// <summary>The command for a frame.</summary>
    public string For(long frame) => $"saker explain {Quote(capture)} {frame}{options}";

    private static IEnumerable<string> WordsOf(OptionResult given) =>
        given.Tokens.Count == 0 ? [given.Option.Name] : given.Tokens.SelectMany(token => (string[])[given.Option.Name, token.Value]);

    private static string Quote(string word) =>
        word.Length != 0 && !word.AsSpan().ContainsAnyExcept(PlainCharacters) ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
