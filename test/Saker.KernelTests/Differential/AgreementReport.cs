using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Saker.KernelTests.Differential;

/// <summary>How many frames agree.</summary>
internal sealed class Tally
{
    public int Frames { get; private set; }

    public int Agreeing { get; private set; }

    public double Share => Frames == 0 ? 1 : (double)Agreeing / Frames;

    public void Add(bool agrees)
    {
        Frames++;
        Agreeing += agrees ? 1 : 0;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Agreeing} of {Frames} ({Share:P2})");
}

/// <summary>A frame that was answered differently.</summary>
/// <param name="Configuration">The host's name.</param>
/// <param name="Seed">The seed of the frame's group.</param>
/// <param name="Index">Its place in the group, from 0.</param>
/// <param name="Frame">The frame.</param>
/// <param name="Kernel">What the kernel did.</param>
/// <param name="Stack">What the stack did.</param>
internal sealed record Disagreement(string Configuration, int Seed, int Index, byte[] Frame, Answer Kernel, Answer Stack)
{
    /// <summary>What differs, without amounts: disagreements of one kind most often have one cause.</summary>
    public string Kind => AnswerComparison.KindOf(Kernel, Stack);

    public override string ToString()
        => $"{Configuration}, seed {Seed}, frame {Index}: {Convert.ToHexStringLower(Frame)}\n"
            + $"    dropped by {Kernel.Location ?? "nobody"}; stack: {Stack.Location}\n"
            + string.Concat(AnswerComparison.Differences(Kernel, Stack).Select(difference => $"    {difference}\n"));
}

/// <summary>The result of a run: frames, agreement per configuration and per kernel reason, kinds of disagreement with the first frame of each.</summary>
internal sealed class AgreementReport
{
    private static readonly JsonSerializerOptions JsonOptions = new() { WriteIndented = true };

    private readonly Lock _lock = new();

    public Tally All { get; } = new();

    public SortedDictionary<string, Tally> Configurations { get; } = new(StringComparer.Ordinal);

    /// <summary>By the kernel's drop reason, or its verdict on what it did not drop.</summary>
    public SortedDictionary<string, Tally> Reasons { get; } = new(StringComparer.Ordinal);

    /// <summary>Frames that were not compared, by rule.</summary>
    public SortedDictionary<string, int> Exempt { get; } = new(StringComparer.Ordinal);

    /// <summary>Frames that were answered differently at first, and alike when the whole group was asked again.</summary>
    public int Disturbed { get; private set; }

    public List<Disagreement> Disagreements { get; } = [];

    public IEnumerable<IGrouping<string, Disagreement>> Kinds
        => Disagreements.OrderBy(one => one.Configuration, StringComparer.Ordinal).ThenBy(one => one.Seed).ThenBy(one => one.Index)
            .GroupBy(one => one.Kind, StringComparer.Ordinal).OrderByDescending(kind => kind.Count()).ThenBy(kind => kind.Key, StringComparer.Ordinal);

    public void Add(GroupResult group)
    {
        lock (_lock)
        {
            Disturbed += group.Disturbed;
            foreach (var rule in group.Exempt)
            {
                Exempt[rule] = Exempt.GetValueOrDefault(rule) + 1;
            }

            var disagreeing = group.Disagreements.Select(one => one.Index).ToHashSet();
            foreach (var (index, answer) in group.Compared)
            {
                var agrees = !disagreeing.Contains(index);
                All.Add(agrees);
                Of(Configurations, group.Configuration).Add(agrees);
                Of(Reasons, answer.Reason ?? answer.Verdict).Add(agrees);
            }

            Disagreements.AddRange(group.Disagreements);
        }
    }

    /// <summary>Writes <c>differential.md</c> and <c>differential.json</c>.</summary>
    public void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "differential.md"), ToMarkdown());
        File.WriteAllText(Path.Combine(folder, "differential.json"), ToJson());
    }

    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# Agreement with the kernel\n\n{All} frames agree over {Configurations.Count} configurations.\n");
        text.Append(CultureInfo.InvariantCulture, $"{Disturbed} more were answered differently at first and alike when asked again.\n");
        Table(text, "Kernel's answer", Reasons);
        Table(text, "Configuration", Configurations);
        text.Append("\n| Not compared | frames |\n|---|---|\n");
        foreach (var (rule, frames) in Exempt)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {rule} | {frames} |\n");
        }

        text.Append("\n## Kinds of disagreement\n");
        foreach (var kind in Kinds)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n### {kind.Count()} × {kind.Key}\n\n```\n{kind.First()}```\n");
        }

        return text.ToString();
    }

    /// <summary>Agreement by the kernel's answer, and the kinds of disagreement, without frames.</summary>
    public string ToSummary()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"\n{All} frames agree, over {Configurations.Count} configurations.\n");
        Table(text, "Kernel's answer", Reasons);
        text.Append("\n| frames | kind of disagreement |\n|---|---|\n");
        foreach (var kind in Kinds)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {kind.Count()} | {kind.Key} |\n");
        }

        return text.Append('\n').ToString();
    }

    private static Tally Of(SortedDictionary<string, Tally> tallies, string name)
        => tallies.TryGetValue(name, out var tally) ? tally : tallies[name] = new Tally();

    private static void Table(StringBuilder text, string title, SortedDictionary<string, Tally> tallies)
    {
        text.Append(CultureInfo.InvariantCulture, $"\n| {title} | frames | agree | share |\n|---|---|---|---|\n");
        foreach (var (name, tally) in tallies)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {tally.Frames} | {tally.Agreeing} | {tally.Share:P2} |\n");
        }
    }

    private string ToJson()
        => JsonSerializer.Serialize(
            new
            {
                frames = All.Frames,
                agreeing = All.Agreeing,
                disturbed = Disturbed,
                reasons = Reasons.ToDictionary(entry => entry.Key, entry => new { frames = entry.Value.Frames, agreeing = entry.Value.Agreeing }),
                configurations = Configurations.ToDictionary(entry => entry.Key, entry => new { frames = entry.Value.Frames, agreeing = entry.Value.Agreeing }),
                exempt = Exempt,
                kinds = Kinds.Select(kind => new
                {
                    kind = kind.Key,
                    frames = kind.Count(),
                    first = new
                    {
                        configuration = kind.First().Configuration,
                        seed = kind.First().Seed,
                        index = kind.First().Index,
                        frame = Convert.ToHexStringLower(kind.First().Frame),
                        kernel = kind.First().Kernel,
                        stack = kind.First().Stack,
                    },
                }),
            },
            JsonOptions);
}
