using System.Collections.Immutable;

namespace Saker.Bpf.Verification.Explanation;

/// <summary>Writes a path in lines of the source. What is gone through again and again is written once.</summary>
internal static class PathWriter
{
    /// <summary>The most parts of a path that are told: the last ones.</summary>
    private const int MostParts = 32;

    /// <summary>The most parts that a loop's turn has, to be found again.</summary>
    private const int LongestTurn = 16;

    /// <summary>Writes it.</summary>
    /// <param name="path">The path.</param>
    /// <param name="lines">The source's lines, in the order of the code.</param>
    /// <param name="isWhole">Whether it is told from its beginning.</param>
    public static ImmutableArray<PathSection> Write(RecordedPath path, ImmutableArray<SourceLine> lines, out bool isWhole)
    {
        List<PathSection> sections = Fold(PartsOf(path, lines));
        int parts = sections.Sum(section => section.Parts.Length), dropped = 0;
        while (parts > MostParts && dropped < sections.Count - 1)
        {
            parts -= sections[dropped++].Parts.Length;
        }

        isWhole = path.IsWhole && dropped == 0;
        return [.. sections.Skip(dropped)];
    }

    private static List<PathPart> PartsOf(RecordedPath path, ImmutableArray<SourceLine> lines)
    {
        List<PathPart> parts = [];
        foreach ((int First, int Last) run in path.Runs)
        {
            int begin = parts.Count;
            foreach (int slot in path.InstructionsOf(run))
            {
                SourceLine? line = SourceLine.At(lines, slot);
                if (parts.Count > begin && parts[^1].IsOf(line))
                {
                    parts[^1] = parts[^1] with { Last = slot };
                }
                else
                {
                    parts.Add(new PathPart(slot, slot, line));
                }
            }
        }

        return parts;
    }

    private static List<PathSection> Fold(List<PathPart> parts)
    {
        List<PathSection> sections = [];
        for (int i = 0; i < parts.Count;)
        {
            (int length, int times) = TurnsAt(parts, i);
            sections.Add(new PathSection([.. parts.GetRange(i, length)], times));
            i += length * times;
        }

        return sections;
    }

    /// <summary>The shortest row of parts that comes twice or more, and how often it does; else the part alone.</summary>
    private static (int Length, int Times) TurnsAt(List<PathPart> parts, int first)
    {
        for (int length = 1; length <= LongestTurn && first + (2 * length) <= parts.Count; length++)
        {
            int times = 1;
            while (first + ((times + 1) * length) <= parts.Count && Enumerable.Range(first, length).All(i => parts[i] == parts[i + (times * length)]))
            {
                times++;
            }

            if (times > 1)
            {
                return (length, times);
            }
        }

        return (1, 1);
    }
}
