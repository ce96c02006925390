namespace Saker.Tests.Bpf.Programs;

/// <summary>What the kernel made of every program, on record: a line each with frames, verdicts (<c>value:count</c>), and a digest of all that it left.</summary>
internal static class ProgramResults
{
    private static readonly Lazy<Dictionary<string, string>> Lines = new(() => File.ReadLines(FilePath)
        .Where(line => !line.StartsWith('#')).ToDictionary(line => line[..line.IndexOf(' ', StringComparison.Ordinal)], StringComparer.Ordinal));

    /// <summary>Where the lines are.</summary>
    public static string FilePath => Repository.PathOf("test/vectors/bpf/programs/results.txt");

    /// <summary>The line of a program.</summary>
    public static string Find(string name) => Lines.Value[name];

    /// <summary>The line of what happened.</summary>
    public static string LineOf(ProgramCase @case, ProgramTranscript transcript) => $"{@case.Name} {transcript.Runs.Count} {transcript.Verdicts} {transcript.Digest}";

    /// <summary>Writes the lines anew.</summary>
    public static void Record(IEnumerable<string> lines) => File.WriteAllLines(
        FilePath,
        [
            "# What Linux made of the programs here over the frames of test/Saker.Tests/Bpf/Programs: frames, verdicts and a digest of frames, contexts and maps.",
            "# Made by: SAKER_RECORD=1 dotnet test test/Saker.KernelTests --filter Results_are_those_on_record",
            .. lines,
        ]);
}
