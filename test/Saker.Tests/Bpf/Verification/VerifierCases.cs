using Saker.Bpf;
using Saker.Bpf.Verification;

namespace Saker.Tests.Bpf.Verification;

/// <summary>
/// All programs of <c>test/vectors/verifier</c>: files for each rule and for each class of hostile programs, in which <c>== accept</c> or <c>== refuse</c> and what the program does begin one, lines with <c>@</c> tell what is
/// to be known of it, and the rest is its text. <c>README.md</c> there tells more.
/// </summary>
internal static class VerifierCases
{
    private const string Heading = "== ", Setting = "@ ", Hostile = "hostile";

    /// <summary>They, by the files' names.</summary>
    public static IReadOnlyList<VerifierCase> All { get; } = [.. Directory.EnumerateFiles(Repository.PathOf("test/vectors/verifier"), "*.txt", SearchOption.AllDirectories).Order(StringComparer.Ordinal).SelectMany(Read)];

    /// <summary>The names for a theory.</summary>
    public static TheoryData<string> Names => [.. All.Select(@case => @case.ToString())];

    private static ILookup<string, VerifierCase> ByName { get; } = All.ToLookup(@case => @case.ToString());

    /// <summary>The program of a name.</summary>
    public static VerifierCase Find(string name) => ByName[name].Single();

    private static IEnumerable<VerifierCase> Read(string path)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        bool isHostile = Path.GetFileName(Path.GetDirectoryName(path)) == Hostile;
        string[] parts = $"\n{File.ReadAllText(path)}".Split($"\n{Heading}");
        foreach (string part in parts.Skip(1))
        {
            yield return isHostile
                ? Read(default, part) with { HostileClass = name, About = parts[0].Trim() }
                : Read(Enum.Parse<VerifierRule>(name.Split('.')[0]), part) with { About = parts[0].Trim() };
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
        "rule" => @case with { Rule = Enum.Parse<VerifierRule>(words[1]) },
        "malformed" => @case with { IsMalformed = true },
        "license" => @case with { License = string.Join(' ', words[1..]) },
        "privilege" => @case with { Privilege = Enum.Parse<VerifierPrivilege>(words[1]) },
        "capable" => @case with { RuleForCapable = Enum.Parse<VerifierRule>(words[1]) },
        "kernel" => @case with { IsAcceptedByKernel = words[1] == "accept", Difference = string.Join(' ', words[2..]) },
        "strict" => @case with { HasStrictAlignment = true },
        "often" => @case with { KeepsStatesOften = true },
        "function" => @case with { Functions = [.. @case.Functions, (words[1], words[2] == "global", words[3..])] },
        _ => throw new FormatException($"{@case}: there is no setting '{words[0]}'."),
    };
}
