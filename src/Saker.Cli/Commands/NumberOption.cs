using System.CommandLine;

namespace Saker.Cli.Commands;

/// <summary>Makes options that take a whole number within limits, and say so where it is none.</summary>
internal static class NumberOption
{
    /// <summary>Makes one.</summary>
    /// <param name="name">Its name, with its dashes.</param>
    /// <param name="helpName">What its value is called in the help.</param>
    /// <param name="what">What it counts.</param>
    /// <param name="usual">Its value where it is not given.</param>
    /// <param name="most">The greatest value; the least is 0.</param>
    /// <param name="description">What it does.</param>
    public static Option<int> Create(string name, string helpName, string what, int usual, int most, string description) => new(name)
    {
        Description = $"{description} Default: {usual}.",
        HelpName = helpName,
        DefaultValueFactory = _ => usual,
        CustomParser = result =>
        {
            string given = result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
            if (int.TryParse(given, out int number) && number >= 0 && number <= most)
            {
                return number;
            }

            result.AddError($"{name} takes {what} from 0 to {most}; '{given}' is none of them.");
            return usual;
        },
    };

    /// <summary>Makes one that says nothing where it is not given.</summary>
    /// <param name="name">Its name, with its dashes.</param>
    /// <param name="what">What it counts.</param>
    /// <param name="most">The greatest value; the least is 1.</param>
    /// <param name="description">What it does.</param>
    public static Option<int?> CreateOptional(string name, string what, int most, string description) => new(name)
    {
        Description = description,
        HelpName = "N",
        CustomParser = result =>
        {
            string given = result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
            if (int.TryParse(given, out int number) && number >= 1 && number <= most)
            {
                return number;
            }

            result.AddError($"{name} takes {what} from 1 to {most}; '{given}' is none of them.");
            return null;
        },
    };
}
