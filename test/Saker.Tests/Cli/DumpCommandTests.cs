using Saker.Cli;
using Saker.Wire.Captures;

namespace Saker.Tests.Cli;

[Collection(ConsoleCollection.Name)]
public sealed class DumpCommandTests
{
    /// <summary>ARP on Ethernet, the first 20 bytes of each.</summary>
    private const string Arp = "4,40 0 0 12,21 0 1 2054,6 0 0 20,6 0 0 0";

    [Fact]
    public void Frames_that_pass_are_shown_in_a_line_each_with_their_numbers_in_the_capture()
    {
        ConsoleRun run = ConsoleRun.Of("dump", SampleCaptures.PathOf("arp.pcap"), Arp, "--count", "2");
        Assert.Equal((ExitCode.Success, string.Empty), (run.Code, run.Error));
        string[] lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("     1  20", lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Written_file_has_the_frames_as_long_as_the_filter_wants_and_says_how_long_they_were()
    {
        List<(long Time, int Length, int Original)> all = FramesOf(SampleCaptures.PathOf("web.pcapng"));
        string path = Path.GetTempFileName();
        try
        {
            ConsoleRun run = ConsoleRun.Of("dump", SampleCaptures.PathOf("web.pcapng"), "1,6 0 0 20", "-w", path);
            Assert.Equal((ExitCode.Success, string.Empty, "72 frames written.\n"), (run.Code, run.Output, run.Error));
            Assert.Equal(all.Select(frame => (frame.Time, 20, frame.Original)), FramesOf(path));

            run = ConsoleRun.Of("dump", SampleCaptures.PathOf("web.pcapng"), "-w", path);
            Assert.Equal(ExitCode.Success, run.Code);
            Assert.Equal(all, FramesOf(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [CommandTheory("tshark")]
    [InlineData("web.pcapng")]
    [InlineData("ipv6.pcap")]
    [InlineData("http.pcap.gz")]
    public void Written_file_is_read_by_tshark_without_complaint(string capture)
    {
        string path = Path.GetTempFileName();
        try
        {
            ConsoleRun run = ConsoleRun.Of("dump", SampleCaptures.PathOf(capture), "-w", path);
            Assert.Equal(ExitCode.Success, run.Code);
            (byte[] output, string error) = SystemCommand.Run("tshark", "-r", path);
            Assert.Equal(FramesOf(path).Count, output.Count(octet => octet == '\n'));
            Assert.DoesNotContain(error.Split('\n'), line => line.Length != 0 && !line.Contains("Running as user", StringComparison.Ordinal));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Nothing_that_passes_is_a_file_without_frames()
    {
        string path = Path.GetTempFileName();
        try
        {
            Assert.Equal(ExitCode.Success, ConsoleRun.Of("dump", SampleCaptures.PathOf("arp.pcap"), "1,6 0 0 0", "-w", path).Code);
            Assert.Empty(FramesOf(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Filter_is_read_from_a_file_and_listed()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, Arp.Replace(',', '\n'));
            ConsoleRun run = ConsoleRun.Of("dump", SampleCaptures.PathOf("arp.pcap"), path, "-d");
            Assert.Equal((ExitCode.Success, string.Empty), (run.Code, run.Error));
            Assert.Equal("(000) ldh      [12]\n(001) jeq      #0x806           jt 2\tjf 3\n(002) ret      #20\n(003) ret      #0\n", run.Output);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("tcp port 80", "filter: a program begins with the number of its instructions, 1 to 4096, and not with 'tcp port 80'; give what 'tcpdump -ddd EXPRESSION' prints")]
    [InlineData("1,0 0 0 0", "filter: instruction 0: the last one of a program must be a return (ret)")]
    public void What_is_no_program_is_refused(string filter, string told) =>
        ConsoleRun.Of("dump", SampleCaptures.PathOf("arp.pcap"), filter).AssertRefused(ExitCode.Misuse, told);

    [Fact]
    public void Neither_file_nor_device_is_told() => ConsoleRun.Of("dump", "no-such").AssertRefused(ExitCode.Failure, "no-such: there is neither such a file nor such a device");

    [Fact]
    public void Damaged_capture_is_dumped_up_to_the_damage_and_its_fault_told()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, File.ReadAllBytes(SampleCaptures.PathOf("ping.pcap"))[..700]);
            ConsoleRun run = ConsoleRun.Of("dump", path);
            Assert.Equal(ExitCode.Failure, run.Code);
            Assert.NotEmpty(run.Output);
            Assert.Contains("byte ", run.Error, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static List<(long Time, int Length, int Original)> FramesOf(string path)
    {
        Assert.True(CaptureReader.TryOpen(path, out CaptureReader? reader, out CaptureFault? fault, anyLinkType: true), fault?.ToString());
        using (reader)
        {
            List<(long, int, int)> frames = [];
            while (reader.TryReadNext(out CaptureFrame frame))
            {
                frames.Add((frame.TimestampNanoseconds, frame.Bytes.Length, frame.OriginalLength));
            }

            return frames;
        }
    }
}
