using Saker.Cli;

namespace Saker.Tests.Cli;

/// <summary>What every command does with words that it does not know.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("replay")]
    [InlineData("dump")]
    [InlineData("inspect")]
    public void Unknown_option_is_named_and_not_the_word_behind_it(string command)
    {
        ConsoleRun.Of(command, "--nope", SampleCaptures.PathOf("arp.pcap")).AssertRefused(ExitCode.Misuse, "there is no option '--nope'");
        ConsoleRun.Of(command, SampleCaptures.PathOf("arp.pcap"), "-Z").AssertRefused(ExitCode.Misuse, "there is no option '-Z'");
    }

    [Fact]
    public void Help_is_named_by_the_whole_path_of_the_command() =>
        ConsoleRun.Of("bpf", "info").AssertRefused(ExitCode.Misuse, "(see 'saker bpf info --help')");

    [Fact]
    public void Behind_two_dashes_there_are_no_options() =>
        ConsoleRun.Of("inspect", "--", "--nope").AssertRefused(ExitCode.Failure, "--nope: there is no such file");
}
