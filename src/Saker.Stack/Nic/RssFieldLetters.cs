using Saker.Wire;

namespace Saker.Stack.Nic;

/// <summary>The letters by which <c>ethtool -N DEV rx-flow-hash</c> names <see cref="RssFields"/>: <c>s d f n</c>.</summary>
public static class RssFieldLetters
{
    private static readonly (char Letter, RssFields Field)[] Known =
    [
        ('s', RssFields.SourceAddress), ('d', RssFields.DestinationAddress), ('f', RssFields.SourcePort), ('n', RssFields.DestinationPort),
    ];

    private static readonly (char Letter, string Meaning)[] NotHashed =
    [
        ('m', "the MAC address"), ('v', "the VLAN tag"), ('t', "the layer 3 protocol"), ('r', "discarding the flow type"),
    ];

    /// <summary>The fields' letters: <c>sdfn</c>; of none, an empty text.</summary>
    public static string Format(RssFields fields) =>
        string.Concat(Known.Where(entry => (fields & entry.Field) != RssFields.None).Select(entry => entry.Letter));

    /// <summary>Reads letters, in any order.</summary>
    /// <param name="text">The letters, at least one.</param>
    /// <param name="fields">The fields.</param>
    /// <param name="fault">What is wrong with the text, in one line; empty if nothing is. The i40e driver refuses what is refused here, too.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out RssFields fields, out string fault)
    {
        fields = RssFields.None;
        fault = text.IsEmpty ? "no letters; give some of s d f n." : string.Empty;
        foreach (char letter in text)
        {
            RssFields field = Known.FirstOrDefault(entry => entry.Letter == letter).Field;
            if (field == RssFields.None)
            {
                string? meaning = NotHashed.FirstOrDefault(entry => entry.Letter == letter).Meaning;
                fault = meaning is null
                    ? $"'{letter}' is no letter of a hash field; give some of s d f n."
                    : $"'{letter}' asks for {meaning}, which this card does not do; give some of s d f n.";
                return false;
            }

            fields |= field;
        }

        return fault.Length == 0;
    }
}
