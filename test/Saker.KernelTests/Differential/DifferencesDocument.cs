namespace Saker.KernelTests.Differential;

/// <summary>Puts a run's table into <c>docs/kernel-differences.md</c>, between two marks; what stands around it is written by hand.</summary>
internal static class DifferencesDocument
{
    private const string Begin = "<!-- generated: begin -->", End = "<!-- generated: end -->";

    public static void Write(string path, AgreementReport report)
    {
        var text = File.ReadAllText(path);
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        if (begin < 0 || end < begin)
        {
            throw new InvalidOperationException($"{path}: the marks {Begin} and {End} are missing");
        }

        File.WriteAllText(path, $"{text[..(begin + Begin.Length)]}\n{report.ToSummary()}{text[end..]}");
    }
}
