using Saker.Bpf.Verification;

namespace Saker.Tests.Bpf.Verification;

/// <summary><c>docs/verifier.md</c> tells every rule, and no other.</summary>
public sealed class VerifierDocumentTests
{
    [Fact]
    public void Document_tells_every_rule_in_order()
    {
        IEnumerable<string> told = File.ReadLines(Repository.PathOf("docs/verifier.md"))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line[3..line.IndexOf('`', 3)]);
        Assert.Equal(Enum.GetNames<VerifierRule>(), told);
    }
}
