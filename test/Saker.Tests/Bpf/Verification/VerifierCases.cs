using Saker.Bpf;
using Saker.Bpf.Verification;

namespace Saker.Tests.Bpf.Verification;

/// <summary>
/// All programs of <c>test/vectors/verifier</c>: a file for each rule, in which <c>== accept</c> or <c>== refuse</c> and what the program does begin one, lines with <c>@</c> tell what is
/// to be known of it, and the rest is its text. <c>README.md</c> there tells more.
/// </summary>
internal static class VerifierCases
{
    private const string Heading = "== ", Setting = "@ ";

    /// <summary>They, by the files' names.</summary>
    public static IReadOnlyList<VerifierCase> All { get; } = [.. Directory.EnumerateFiles(Repository.PathOf("test/vectors/verifier"), "*.txt").Order(StringComparer.Ordinal).SelectMany(Read)];

    /// <summary>The names for a theory.</summary>
    public static TheoryData<string> Names => [.. All.Select(@case => @case.ToString())];

    /// <summary>The program of a name.</summary>
    public static VerifierCase Find(string name) => All.Single(@case => @case.ToString() == name);

    private static IEnumerable<VerifierCase> Read(string path)
    {
        VerifierRule rule = Enum.Parse<VerifierRule>(Path.GetFileNameWithoutExtension(path));
        string text = $"\n{File.ReadAllText(path)}";
        foreach (string part in text.Split($"\n{Heading}").Skip(1))
        {
            yield return Read(rule, part);
        }
    }

    private static VerifierCase Read(VerifierRule rule, string part)
    {
        string[] lines = part.Split('\n');
        string[] heading = lines[0].Split(' ', 2);
        VerifierCase @case = new()
        {
            Rule = rule,
            Name = heading[1],
            IsAccepted = heading[0] switch
            {
                "accept" => true,
                "refuse" => false,
                _ => throw new FormatException($"{rule}: '{lines[0]}' neither accepts nor refuses."),
            },
            Text = string.Join('\n', lines.Skip(1).Where(line => !line.StartsWith(Setting, StringComparison.Ordinal))),
        };
        return lines.Where(line => line.StartsWith(Setting, StringComparison.Ordinal)).Aggregate(@case, (known, line) => Set(known, line[Setting.Length..].Split(' ')));
    }

    private static VerifierCase Set(VerifierCase @case, string[] words) => words[0] switch
    {
        "type" => @case with { Type = Enum.Parse<ProgramType>(words[1]) },
        "license" => @case with { License = words[1] },
        "privilege" => @case with { Privilege = Enum.Parse<VerifierPrivilege>(words[1]) },
        "kernel" => @case with { IsAcceptedByKernel = words[1] == "accept" },
        "strict" => @case with { HasStrictAlignment = true },
        "often" => @case with { KeepsStatesOften = true },
        "function" => @case with { Functions = [.. @case.Functions, (words[1], words[2] == "global", words[3..])] },
        _ => throw new FormatException($"{@case}: there is no setting '{words[0]}'."),
    };
}
