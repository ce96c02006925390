using System.Text.RegularExpressions;

namespace Saker.Tests.Bpf.Verification;

/// <summary><c>docs/verifier-differences.md</c> tells of every program whose verdict is known to differ from the kernel's, and shows all that it tells.</summary>
public sealed partial class VerifierDifferenceTests
{
    private const string Heading = "\n## ";

    private static ILookup<string, string> Sections { get; } = File.ReadAllText(Repository.PathOf("docs/verifier-differences.md"))
        .Split(Heading)[1..]
        .ToLookup(section => section.Split('\n')[0], StringComparer.Ordinal);

    [Fact]
    public void Every_program_that_differs_names_a_section() =>
        Assert.All(VerifierCases.All.Where(@case => @case.IsAcceptedByKernel is not null), @case => Assert.True(Sections.Contains(@case.Difference), $"{@case}: '{@case.Difference}'"));

    [Fact]
    public void No_program_that_the_kernel_refuses_is_accepted() =>
        Assert.DoesNotContain(VerifierCases.All, @case => @case.IsAccepted && @case.IsAcceptedByKernel == false);

    /// <summary>By a program, or by tests that it names.</summary>
    [Fact]
    public void Every_section_is_shown()
    {
        HashSet<string> told = [.. VerifierCases.All.Select(@case => @case.Difference)];
        HashSet<string> tests = [.. Directory.EnumerateFiles(Repository.PathOf("test"), "*Tests.cs", SearchOption.AllDirectories).Select(Path.GetFileNameWithoutExtension).OfType<string>()];
        Assert.All(Sections, section => Assert.True(told.Contains(section.Key) || TestNames().Matches(section.First()).Any(name => tests.Contains(name.Groups["name"].Value)), section.Key));
        Assert.All(Sections, section => Assert.All(TestNames().Matches(section.First()), name => Assert.Contains(name.Groups["name"].Value, tests)));
    }

    [GeneratedRegex("`(?<name>[A-Za-z]+Tests)`", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex TestNames();
}
