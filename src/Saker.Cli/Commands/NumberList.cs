using System.CommandLine;
using System.Globalization;

namespace Saker.Cli.Commands;

/// <summary>Makes options that take a list of numbers as Linux writes it: <c>0,2,4-7</c>.</summary>
internal static class NumberList
{
    private const int Most = 8191;

    /// <summary>Makes one.</summary>
    /// <param name="name">Its name, with its dashes.</param>
    /// <param name="what">What is numbered.</param>
    /// <param name="description">What it does.</param>
    /// <param name="usual">Its value where it is not given.</param>
    /// <param name="aliases">Its other names.</param>
    public static Option<int[]> Create(string name, string what, string description, int[] usual, params string[] aliases) => new(name, aliases)
    {
        Description = description,
        HelpName = "LIST",
        DefaultValueFactory = _ => usual,
        CustomParser = result =>
        {
            string given = result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
            if (TryParse(given, out List<int> numbers))
            {
                return [.. numbers];
            }

            result.AddError($"{name} takes {what} from 0 to {Most} such as 0,2,4-7; '{given}' is no such list.");
            return [];
        },
    };

    /// <summary>Reads a list of numbers.</summary>
    public static bool TryParse(string text, out List<int> numbers)
    {
        numbers = [];
        foreach (string part in text.Split(','))
        {
            string[] ends = part.Split('-');
            if (ends.Length > 2 || !TryParseOne(ends[0], out int first) || !TryParseOne(ends[^1], out int last) || last < first)
            {
                return false;
            }

            numbers.AddRange(Enumerable.Range(first, last - first + 1));
        }

        return true;
    }

    private static bool TryParseOne(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= Most;
}
