namespace Saker.Tests.Kernel.AfXdp;

/// <summary>The program that <c>docs/af-xdp.md</c> shows is one that is compiled.</summary>
public class WholeProgramTests
{
    [Fact]
    public void The_program_in_the_document_is_that_of_the_sample()
    {
        const string Begin = "```csharp\n", End = "```\n";
        string document = File.ReadAllText(Repository.PathOf("docs/af-xdp.md"));
        int begin = document.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        Assert.Equal(File.ReadAllText(Repository.PathOf("samples/xdp-echo/Program.cs")), document[begin..document.IndexOf(End, begin, StringComparison.Ordinal)]);
    }
}
