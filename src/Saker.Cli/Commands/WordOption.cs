using System.CommandLine;

namespace Saker.Cli.Commands;

/// <summary>Makes options that take one of a few words. Where such an option is not given it means the first value of its type, and its description says so.</summary>
internal static class WordOption
{
    /// <summary>Makes one.</summary>
    /// <param name="name">Its name, with its dashes.</param>
    /// <param name="description">What it does.</param>
    /// <param name="words">The words, and what each means.</param>
    public static Option<T> Create<T>(string name, string description, params (string Word, T Meaning)[] words)
    {
        string list = string.Join('|', words.Select(word => word.Word));
        Option<T> option = new(name)
        {
            Description = description,
            HelpName = list,
            CustomParser = result =>
            {
                string given = result.Tokens.Count == 1 ? result.Tokens[0].Value : string.Empty;
                foreach ((string word, T meaning) in words)
                {
                    if (word == given)
                    {
                        return meaning;
                    }
                }

                result.AddError($"{name} takes {list.Replace("|", ", ", StringComparison.Ordinal)}; '{given}' is none of them.");
                return default!;
            },
        };
        option.CompletionSources.Add([.. words.Select(word => word.Word)]);
        return option;
    }
}
