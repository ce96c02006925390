using System.Text;

namespace Saker.Host.Explain;

/// <summary>Small words: counts with their nouns, and members of enumerations as people write them.</summary>
internal static class Text
{
    /// <summary>A count with its noun, which takes an s where there are several.</summary>
    public static string Count(long count, string noun) => count == 1 ? $"1 {noun}" : $"{count:N0} {noun}s";

    /// <summary>The name of an enumeration's member in words: <c>DestinationUnreachable</c> is "destination unreachable"; a number without a member is null.</summary>
    public static string? Words<T>(T member)
        where T : struct, Enum
    {
        string? name = Enum.GetName(member);
        if (name is null)
        {
            return null;
        }

        StringBuilder words = new(name.Length + 8);
        for (int i = 0; i < name.Length; i++)
        {
            if (i > 0 && char.IsUpper(name[i]) && !char.IsUpper(name[i - 1]))
            {
                words.Append(' ');
            }

            words.Append(char.ToLowerInvariant(name[i]));
        }

        return words.ToString();
    }

    /// <summary>A number with the words for it, if there are any.</summary>
    public static string Named(int number, string? words) => words is null ? $"{number}" : $"{number}, {words}";
}
