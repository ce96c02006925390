using Saker.Cli;

namespace Saker.Tests.Cli;

/// <summary>What a report recommends to type next finds the same host.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class ExplainHintTests
{
    private static readonly string Web = SampleCaptures.PathOf("web.pcapng");

    [Fact]
    public void Hint_is_the_command_for_the_first_drop() => Assert.Contains($"\nsaker explain {Web} 52   tells how frame 52 came to that.", Replay(), StringComparison.Ordinal);

    [Fact]
    public void Hint_repeats_what_was_said_of_the_host()
    {
        string report = Replay("--sysctl", "net.ipv4.ip_forward=1", "--device", "eth0", "--sysctl", "net.ipv4.conf.all.rp_filter=0");
        Assert.Contains(" --sysctl net.ipv4.ip_forward=1 --sysctl net.ipv4.conf.all.rp_filter=0", report, StringComparison.Ordinal);
        Assert.Contains(" --device eth0", report, StringComparison.Ordinal);
    }

    [Fact]
    public void Hint_leaves_out_what_explain_does_not_have()
    {
        string file = Path.GetTempFileName();
        try
        {
            Assert.DoesNotContain("--out", Replay("--out", file), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Names_with_spaces_are_one_word()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("it's a");
        try
        {
            string copy = Path.Combine(folder.FullName, "web.pcapng");
            File.Copy(Web, copy);
            ConsoleRun run = ConsoleRun.Of("replay", copy);
            Assert.Contains($"\nsaker explain '{copy.Replace("'", "'\\''", StringComparison.Ordinal)}' 52 ", run.Output, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Replay(params string[] options)
    {
        ConsoleRun run = ConsoleRun.Of(["replay", Web, .. options]);
        Assert.Equal(ExitCode.Success, run.Code);
        return run.Output;
    }
}
