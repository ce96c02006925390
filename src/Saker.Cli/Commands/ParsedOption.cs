using System.CommandLine;
using System.Globalization;

namespace Saker.Cli.Commands;

/// <summary>Makes options whose value a type of .NET's or Saker's reads itself (addresses, fractions), and that say what is wanted where it cannot.</summary>
internal static class ParsedOption
{
    /// <summary>Makes one.</summary>
    /// <param name="name">Its name, with its dashes.</param>
    /// <param name="helpName">What its value is called in the help.</param>
    /// <param name="wanted">What it takes, with an example.</param>
    /// <param name="usual">Its value where it is not given.</param>
    /// <param name="description">What it does.</param>
    public static Option<T> Create<T>(string name, string helpName, string wanted, T usual, string description)
        where T : ISpanParsable<T> => new(name)
        {
            Description = string.Create(CultureInfo.InvariantCulture, $"{description} Default: {usual}."),
            HelpName = helpName,
            DefaultValueFactory = _ => usual,
            CustomParser = result =>
            {
                string given = result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
                if (T.TryParse(given, CultureInfo.InvariantCulture, out T? value))
                {
                    return value;
                }

                result.AddError($"{name} takes {wanted}; '{given}' is none.");
                return usual;
            },
        };

    /// <summary>Makes one that takes what is more than 0, and says nothing where it is not given.</summary>
    /// <param name="name">Its name, with its dashes.</param>
    /// <param name="helpName">What its value is called in the help.</param>
    /// <param name="wanted">What it takes, with an example.</param>
    /// <param name="description">What it does.</param>
    public static Option<T?> CreateOptional<T>(string name, string helpName, string wanted, string description)
        where T : struct, System.Numerics.INumber<T> => new(name)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = result =>
            {
                string given = result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
                if (T.TryParse(given, NumberStyles.Number & ~NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out T value) && value > T.Zero)
                {
                    return value;
                }

                result.AddError($"{name} takes {wanted}; '{given}' is none.");
                return null;
            },
        };
}
