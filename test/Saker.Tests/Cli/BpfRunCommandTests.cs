using System.Text.Json;
using Saker.Cli;
using Saker.Wire.Captures;

namespace Saker.Tests.Cli;

/// <summary><c>saker bpf run</c> and <c>bench</c> in this process; test/Saker.KernelTests asks the kernel.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class BpfRunCommandTests
{
    private static readonly string Object = Repository.PathOf("samples/port_guard.o");
    private static readonly string Capture = Repository.PathOf("samples/dns.pcap");

    [Theory]
    [InlineData("interpreter")]
    [InlineData("compiled")]
    public void Verdicts_and_maps_are_told(string engine)
    {
        ConsoleRun run = ConsoleRun.Of("bpf", "run", Object, "--capture", Capture, "--engine", engine);
        Assert.Equal(ExitCode.Success, run.Code);
        string[] lines = Lines(run);
        Assert.Equal($"dns.pcap: 24 frames through port_guard (xdp), {engine}", lines[0]);
        Assert.Contains(lines, line => line.StartsWith("XDP_DROP 12 1,028 ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("XDP_PASS 12 ", StringComparison.Ordinal));
        Assert.Contains("services hash, 9 of 4,096 entries", lines);
        Assert.Contains("{port: 53, protocol: 17, closed: true} {packets: 6, bytes: 570}", lines);
        Assert.Contains("dropped 12", lines);
        Assert.StartsWith($"{engine} ", run.Error, StringComparison.Ordinal);
        Assert.Equal(engine == "compiled", run.Error.Contains("compiled: proven by the verifier, without checks.", StringComparison.Ordinal));
    }

    [Fact]
    public void A_constant_is_set_before()
    {
        ConsoleRun run = ConsoleRun.Of("bpf", "run", Object, "--capture", Capture, "--set", "closed_port=9", "--maps");
        Assert.Equal(ExitCode.Success, run.Code);
        Assert.DoesNotContain("XDP_DROP", run.Output, StringComparison.Ordinal);
        Assert.Contains("closed_port 9", Lines(run));
    }

    [Fact]
    public void JSON_has_each_frame_each_map_and_sums()
    {
        ConsoleRun run = ConsoleRun.Of("bpf", "run", Object, "--capture", Capture, "--json");
        Assert.Equal(ExitCode.Success, run.Code);
        JsonElement[] lines = [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal("port_guard", lines[0].GetProperty("program").GetString());
        Assert.Equal("proven by the verifier, without checks", lines[0].GetProperty("grounds").GetProperty("compiled").GetString());
        Assert.Equal(24, lines.Count(line => line.TryGetProperty("frame", out _)));
        Assert.Equal(("XDP_DROP", 1u), (lines[3].GetProperty("verdict").GetString(), lines[3].GetProperty("value").GetUInt32()));
        JsonElement services = lines.Single(line => line.TryGetProperty("map", out JsonElement map) && map.GetString() == "services");
        Assert.Equal(9, services.GetProperty("entries").GetArrayLength());
        Assert.Contains(services.GetProperty("entries").EnumerateArray(), entry => entry.GetRawText() == """{"key":{"port":53,"protocol":6,"closed":true},"value":{"packets":6,"bytes":458}}""");
        JsonElement sums = lines[^1].GetProperty("summary").GetProperty("engines").GetProperty("compiled");
        Assert.Equal((12, 12), (sums.GetProperty("verdicts").GetProperty("XDP_DROP").GetInt32(), sums.GetProperty("verdicts").GetProperty("XDP_PASS").GetInt32()));
    }

    [Fact]
    public void Frames_that_live_are_written_as_they_are_then()
    {
        string path = Path.Combine(Path.GetTempPath(), $"saker-{Guid.NewGuid():N}.pcap");
        try
        {
            Assert.Equal(ExitCode.Success, ConsoleRun.Of("bpf", "run", Object, "--capture", Capture, "--out", path).Code);
            Assert.True(CaptureReader.TryOpen(path, out CaptureReader? reader, out _));
            using (reader)
            {
                long frames = 0;
                while (reader.TryReadNext(out _))
                {
                    frames++;
                }

                Assert.Equal(12, frames);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_limit_is_kept() => Assert.StartsWith("dns.pcap: 5 frames", ConsoleRun.Of("bpf", "run", Object, "--capture", Capture, "--limit", "5").Output, StringComparison.Ordinal);

    [Theory]
    [InlineData(ExitCode.Misuse, "the object has no program 'guard'; it has port_guard (xdp)", "--program", "guard")]
    [InlineData(ExitCode.Misuse, "there is no variable 'closed'; there are closed_port", "--set", "closed=1")]
    [InlineData(ExitCode.Misuse, "'65536' is no value of 'const volatile __u16 closed_port'", "--set", "closed_port=65536")]
    [InlineData(ExitCode.Misuse, "'closed_port' sets nothing: write NAME=VALUE", "--set", "closed_port")]
    [InlineData(ExitCode.Misuse, "--engine takes interpreter, compiled, kernel or all", "--engine", "jit")]
    [InlineData(ExitCode.Misuse, "--queue takes numbers from 0", "--queue", "-1")]
    [InlineData(ExitCode.Failure, "cannot be written", "--out", "/no/such/folder/file.pcap")]
    public void What_is_wrong_is_told_in_a_line(int code, string words, params string[] more) =>
        ConsoleRun.Of(["bpf", "run", Object, "--capture", Capture, .. more]).AssertRefused(code, words);

    [Fact]
    public void Several_programs_want_a_choice() => ConsoleRun.Of("bpf", "run", Repository.PathOf("test/vectors/bpf/programs/arithmetic.v4.o"), "--capture", Capture)
        .AssertRefused(ExitCode.Misuse, "choose one with --program, arithmetic (xdp), far_jumps (xdp)");

    [Fact]
    public void A_capture_that_is_not_there_is_told() => ConsoleRun.Of("bpf", "run", Object, "--capture", "none.pcap").AssertRefused(ExitCode.Failure, "there is no such file");

    [Fact]
    public void A_bench_has_a_line_for_each_engine()
    {
        ConsoleRun run = ConsoleRun.Of("bpf", "bench", Object, "--capture", Capture, "--repeat", "1", "--unchecked");
        Assert.Equal((ExitCode.Success, string.Empty), (run.Code, run.Error));
        string[] lines = Lines(run);
        Assert.Contains(lines, line => line.StartsWith("compiled ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("compiled, no checks ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--packet has 3 bytes", "--packet", "01 02 03")]
    [InlineData("takes bytes as hexadecimal digits", "--packet", "xyz")]
    [InlineData("give one of them", "--packet", "00", "--capture", "x")]
    public void A_bench_tells_what_is_wrong(string words, params string[] more) => ConsoleRun.Of(["bpf", "bench", Object, .. more]).AssertRefused(ExitCode.Misuse, words);

    [Fact]
    public void The_maps_of_an_object_are_dumped_as_they_begin()
    {
        ConsoleRun run = ConsoleRun.Of("bpf", "map", "dump", Repository.PathOf("test/vectors/bpf/constructs.v3.o"));
        Assert.Equal((ExitCode.Success, string.Empty), (run.Code, run.Error));
        Assert.Contains("fallback VERDICT_DROP", Lines(run));
        Assert.Contains("outer array_of_maps, 2 of 8 entries", Lines(run));
        ConsoleRun.Of("bpf", "map", "dump", Object, "--map", "none").AssertRefused(ExitCode.Misuse, "the object has no map 'none'; it has services");
    }

    [Fact]
    public void An_attachment_wants_a_holder() =>
        ConsoleRun.Of("bpf", "attach", Object, "--device", "lo").AssertRefused(ExitCode.Misuse, "keep it with --pin PATH (below /sys/fs/bpf), or wait for Ctrl-C with --wait");

    private static string[] Lines(ConsoleRun run) => [.. run.Output.Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))];
}
