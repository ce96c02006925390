namespace Saker.Tests.Cli;

[Collection(ConsoleCollection.Name)]
public sealed class BpfCompileCommandTests
{
    private static readonly string Object = Repository.PathOf("test/vectors/bpf/constructs.v3.o");

    [Fact]
    public void Methods_are_listed_with_the_instructions_that_they_are_made_of()
    {
        var result = SakerProcess.Run("bpf", "compile", Object, "--program", "entry", "--dump");
        Assert.Equal(0, result.ExitCode);
        Assert.StartsWith("entry: 61 instructions, loaded and compiled in ", result.Output, StringComparison.Ordinal);
        Assert.Contains("\nbpf0:\n", result.Output, StringComparison.Ordinal);
        Assert.Contains("  // 36: exit\n", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("proven", "without")]
    [InlineData("all", "with")]
    [InlineData("none", "without")]
    public void Checks_are_as_they_are_wanted(string checks, string with)
    {
        ConsoleRun run = ConsoleRun.Of("bpf", "compile", Repository.PathOf("samples/port_guard.o"), "--checks", checks);
        Assert.Equal(0, run.Code);
        Assert.Contains($" ms, {with} checks", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Machine_code_is_that_of_the_runtime()
    {
        var result = SakerProcess.Run("bpf", "compile", Object, "--program", "entry", "--checks", "none", "--dump", "machine");
        Assert.Equal(0, result.ExitCode);
        Assert.StartsWith("; Assembly listing for method (dynamicClass):bpf", result.Output, StringComparison.Ordinal);
        Assert.Contains("; FullOpts code", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--dump shows il or machine, not 'hex'.", "--dump", "hex")]
    [InlineData("--checks is proven, all or none, not 'some'.", "--checks", "some")]
    public void What_is_not_known_is_refused(string reason, string option, string value)
    {
        var result = SakerProcess.Run("bpf", "compile", Object, "--program", "entry", option, value);
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains(reason, result.Error, StringComparison.Ordinal);
    }
}
