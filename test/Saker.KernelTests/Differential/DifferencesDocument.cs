namespace Saker.KernelTests.Differential;

/// <summary>Puts what runs have found into <c>docs/kernel-differences.md</c>, each between two marks; what stands around it is written by hand.</summary>
internal static class DifferencesDocument
{
    public static void Write(string path, string part, string table)
    {
        var (opening, closing) = ($"<!-- {part}: begin -->", $"<!-- {part}: end -->");
        var text = File.ReadAllText(path);
        var (begin, end) = (text.IndexOf(opening, StringComparison.Ordinal), text.IndexOf(closing, StringComparison.Ordinal));
        if (begin < 0 || end < begin)
        {
            throw new InvalidOperationException($"{path}: the marks {opening} and {closing} are missing");
        }

        File.WriteAllText(path, $"{text[..(begin + opening.Length)]}\n{table}{text[end..]}");
    }
}
