using Saker.Cli;

namespace Saker.Tests.Cli;

/// <summary><c>saker xsk</c> where no kernel need be asked; test/Saker.KernelTests asks it.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class XskCommandTests
{
    [Theory]
    [InlineData("frames of 20 bytes: these take 42 at the least", "--size", "20")]
    [InlineData("of two families", "--source", "2001:db8::1")]
    [InlineData("--source takes an address such as 198.18.0.1 or 2001:db8::1; 'here' is none", "--source", "here")]
    [InlineData("--source-mac takes a link address", "--source-mac", "02:00")]
    [InlineData("--rate takes frames a second; '-1' is none", "--rate", "-1")]
    [InlineData("--duration takes seconds such as 2.5; '0' is none", "--duration", "0")]
    [InlineData("--count takes a number of frames; '1.5' is none", "--count", "1.5")]
    [InlineData("--vary takes source-port, source, destination-port and destination, with commas between; 'vlan' is none of them", "--vary", "source,vlan")]
    [InlineData("vary more fields", "--vary", "source-port", "--flows", "20000")]
    [InlineData("--vlan takes VLANs from 1 to 4094", "--vlan", "4095")]
    [InlineData("--batch takes frames from 1 to 256", "--batch", "257")]
    [InlineData("there is no option '--fast'", "--fast")]
    public void What_makes_no_sense_is_told_in_a_line(string words, params string[] more) => ConsoleRun.Of(["xsk", "generate", "lo", .. more]).AssertRefused(ExitCode.Misuse, words);

    [Theory]
    [InlineData("generate")]
    [InlineData("detach")]
    [InlineData("check")]
    public void A_device_that_is_not_there_is_told(string command) =>
        ConsoleRun.Of("xsk", command, "no-such-device").AssertRefused(ExitCode.Failure, "there is no device 'no-such-device' in this network namespace; 'ip link' lists those that there are");
}
