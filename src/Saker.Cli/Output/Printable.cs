namespace Saker.Cli.Output;

/// <summary>Text from a file for a screen: what would move the cursor or change colours, a name in a file may hold, too.</summary>
internal static class Printable
{
    /// <summary>The text with a question mark in the place of every control character but tabs.</summary>
    /// <param name="text">The text.</param>
    /// <param name="keepsLines">Whether line feeds stay.</param>
    public static string Of(string text, bool keepsLines = false)
    {
        bool IsKept(char character) => !char.IsControl(character) || character == '\t' || (keepsLines && character == '\n');
        return text.All(IsKept) ? text : string.Create(text.Length, text, (characters, from) =>
        {
            for (int i = 0; i < from.Length; i++)
            {
                characters[i] = IsKept(from[i]) ? from[i] : '?';
            }
        });
    }
}
